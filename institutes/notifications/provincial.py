"""Who hears of a filing for the province: the unit in its words, its county of much of it, whoever has it next."""

from collections.abc import Mapping

from institutes.lifecycle import FILING
from institutes.models import ProvincialFiling
from institutes.notifications.standing import PAPER, tell_case
from institutes.selectors import move_of
from notices.services import tell
from records.models import AuditEvent

# What the unit hears; {case} is the filing, {reason} what the officer wrote, the rest what the move says.
WORDS = {
    "send_back": ("省级申报退回修改", "{case}被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": ("省级申报已报送县级", "{case}已报送{division}科技管理部门，进展会在本平台通知，不需办理。"),
    "county_return": (
        "县级退回了省级申报",
        "{case}被{division}科技管理部门退回。理由：{reason}请补充后重新报送。",
    ),
    "sign_opinion": (
        "县级已出具意见",
        "{division}已对{case}出具意见，材料已送市科技局办理报备，不需办理。",
    ),
    "return": (
        "市科技局退回了省级申报",
        "{case}被退回补正。理由：{reason}请补正后重新报送，仍须经县级出具意见。",
    ),
    "accept": (
        "省级申报已报备",
        "{case}已报备，报备编号{number}。市科技局将组织考察论证，时间地点另行通知，不需办理。",
    ),
    "schedule": (
        "已安排考察论证",
        "{case}的考察论证定于{day}，地点：{place}。请做好准备。通知可在案卷中下载。",
    ),
    "reschedule": (
        "考察论证改期",
        "{case}的考察论证改为{day}，地点：{place}。理由：{reason}新的通知可在案卷中下载。",
    ),
    "confirm_support": (
        "考察论证支持申报",
        "{case}经考察论证，支持申报省级研究院，市科技局将向省推荐。意见：{reason}" + PAPER,
    ),
    "confirm_improvement": (
        "请完善后再次论证",
        "{case}经考察论证，须完善后再次论证。意见：{reason}请完善后由单位管理员在案卷中报告。" + PAPER,
    ),
    "confirm_refusal": (
        "考察论证不予支持",
        "{case}经考察论证，不予支持，本次申报结束。意见：{reason}" + PAPER,
    ),
    "apply_to_province": ("已向省推荐", "{case}已由市科技局向省推荐，等待省级结果，不需办理。"),
    "settle_recognition": (
        "省级已认定",
        "{institute}已登记为省级产业技术研究院。省级认定奖励由系统提出，请留意资金页，确认意愿和收款账户。",
    ),
    "settle_refusal": ("省级未认定", "{case}未获省级认定。情况：{reason}市级资格不受影响，可以再次申报。"),
    "lapse": ("省级申报已失效", "{case}随研究院资格终止而失效，不需办理。"),
}
COUNTY_HEARS = frozenset(
    {
        "accept",
        "schedule",
        "reschedule",
        "confirm_support",
        "confirm_improvement",
        "confirm_refusal",
        "settle_recognition",
        "settle_refusal",
        "lapse",
    }
)


def tell_of_filing(filing: ProvincialFiling, event: AuditEvent, *, more: Mapping[str, object]) -> None:
    """Tell the unit what happened on its way to the province, its county of what it takes part in, the next holder."""
    tell_case(filing, event, FILING, WORDS, county=COUNTY_HEARS, more=more)
    clerk = filing.resulted_by
    if move_of(event) == "return_result" and clerk is not None and clerk.is_active:
        tell(
            recipients=[clerk],
            event=f"{event.verb}.author",
            subject=filing,
            title=f"省级结果退回核对：{filing.institute}"[:200],
            body=f"您登记的“{filing}”省级结果被退回核对，请更正后重新登记。理由：{event.reason}",
            occasion=str(event.pk),
            at=event.at,
        )
