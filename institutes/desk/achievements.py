"""The desk of achievements."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, services
from institutes.forms import achievements as forms
from institutes.forms.officers import ReasonForm
from institutes.lifecycle import ACHIEVEMENT
from institutes.models import Achievement
from institutes.selectors import achievements as reads
from records.desk import Desk, Step, register

AMONG_OFFICERS = ("propose_annulment", "keep")


def _history_of_achievement(user, achievement):
    """What officers weigh among themselves is not for the unit; what they decide is."""
    inside = achievement.host_id in user.reach.organisations
    for line in ACHIEVEMENT_DESK.told(user, achievement):
        if not inside or line.action not in AMONG_OFFICERS:
            yield line


ACHIEVEMENT_DESK = register(
    Desk(
        name="achievement",
        model=Achievement,
        lifecycle=ACHIEVEMENT,
        who=permissions.ACHIEVEMENT_WHO,
        visible=reads.achievements_visible_to,
        page="institutes:achievement",
        move_page="institutes:achievement-move",
        resource="achievements",
        begun=_("填报成果"),
        history=_history_of_achievement,
        steps={
            "hand_up": Step(
                services.hand_up_achievement, primary=True, consequence=_("交本单位管理员审核报送，内容锁定")
            ),
            "hand_in": Step(
                services.hand_in_achievement,
                primary=True,
                consequence=_(
                    "以本单位名义报送县级核实，开始计时\n自此占用编号，其他成果不能再以同一编号报送"
                ),
            ),
            "send_back": Step(services.send_back_achievement, ReasonForm),
            "county_verify": Step(
                services.county_verify_achievement,
                forms.CountyVerifyForm,
                primary=True,
                consequence=_("送市科技局核实，开始计时\n单位可以看到县级意见"),
            ),
            "county_return": Step(services.county_return_achievement, ReasonForm),
            "verify": Step(
                services.verify_achievement,
                forms.VerifyForm,
                primary=True,
                consequence=_("计入研究院成果和全市目标，用于考核、验收和评价\n通知单位和县级"),
            ),
            "return": Step(
                services.return_achievement,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级核实"),
            ),
            "reject": Step(
                services.reject_achievement,
                ReasonForm,
                danger=True,
                consequence=_("不计入成果，编号不再占用\n通知单位和县级，告知理由"),
            ),
            "withdraw": Step(
                services.withdraw_achievement, ReasonForm, danger=True, consequence=_("本项作废，不可恢复")
            ),
            "propose_annulment": Step(
                services.propose_annulment,
                forms.AnnulmentForm,
                danger=True,
                consequence=_("交审批人员决定；决定之前仍计入成果"),
            ),
            "annul": Step(
                services.annul_achievement,
                danger=True,
                consequence=_("不再计入研究院成果和全市目标，不可恢复\n通知单位和县级，告知理由"),
            ),
            "keep": Step(
                services.keep_achievement, ReasonForm, consequence=_("仍计入成果\n通知提出撤销的人员")
            ),
        },
    )
)
