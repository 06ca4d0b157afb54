"""The table of moves of an achievement: entered by the unit, verified by county, then bureau; annulled by two."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums import AchievementState as A
from records.lifecycle import Lifecycle, Move, State

OPEN = frozenset({A.DRAFT, A.UNIT_REVIEW, A.COUNTY_REVIEW, A.BUREAU_REVIEW})
ANOTHER = ("county_verified_by",)
ACHIEVEMENT = Lifecycle(
    name="achievement",
    states={
        A.DRAFT: State(_("草拟中"), role=Role.ENT_FILLER),
        A.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="achievement_unit"),
        A.COUNTY_REVIEW: State(
            _("待县级核实"),
            role=Role.COUNTY_STAFF,
            limit="achievement_county",
            applicant_label=_("县级核实中"),
        ),
        A.BUREAU_REVIEW: State(
            _("待市科技局核实"),
            role=Role.BUREAU_CLERK,
            limit="achievement_bureau",
            applicant_label=_("市科技局核实中"),
        ),
        A.VERIFIED: State(_("已核实"), applicant_label=_("已核实，计入成果")),
        A.ANNULLING: State(
            _("拟撤销待审批"),
            role=Role.BUREAU_APPROVER,
            limit="achievement_annulment",
            applicant_label=_("已核实，市科技局正在复核"),
        ),
        A.ANNULLED: State(_("已撤销"), final=True, applicant_label=_("已撤销，不计入成果")),
        A.REJECTED: State(_("未予核实"), final=True),
        A.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({A.DRAFT}), A.UNIT_REVIEW),
        "send_back": Move(_("退回填报人修改"), frozenset({A.UNIT_REVIEW}), A.DRAFT, reason=True),
        "hand_in": Move(_("报送县级核实"), frozenset({A.UNIT_REVIEW}), A.COUNTY_REVIEW),
        "county_return": Move(_("退回单位补充"), frozenset({A.COUNTY_REVIEW}), A.DRAFT, reason=True),
        "county_verify": Move(
            _("县级核实属实"), frozenset({A.COUNTY_REVIEW}), A.BUREAU_REVIEW, unlike=("handed_in_by",)
        ),
        "return": Move(_("退回单位补正"), frozenset({A.BUREAU_REVIEW}), A.DRAFT, reason=True),
        "verify": Move(_("核实并计入成果"), frozenset({A.BUREAU_REVIEW}), A.VERIFIED, unlike=ANOTHER),
        "reject": Move(_("不予核实"), frozenset({A.BUREAU_REVIEW}), A.REJECTED, unlike=ANOTHER, reason=True),
        "withdraw": Move(_("撤回"), OPEN, A.WITHDRAWN, reason=True),
        "lapse": Move(_("研究院资格终止，不再核实"), OPEN, A.WITHDRAWN, reason=True, system=True),
        "propose_annulment": Move(_("提出撤销"), frozenset({A.VERIFIED}), A.ANNULLING),
        "annul": Move(_("批准撤销"), frozenset({A.ANNULLING}), A.ANNULLED, unlike=("annulment_proposed_by",)),
        "keep": Move(
            _("不予撤销"),
            frozenset({A.ANNULLING}),
            A.VERIFIED,
            unlike=("annulment_proposed_by",),
            reason=True,
        ),
    },
)
