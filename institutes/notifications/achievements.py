"""Who hears of an achievement: the unit in its words, whoever has to verify it next, whoever proposed to annul it."""

from institutes.lifecycle import ACHIEVEMENT
from institutes.models import Achievement
from institutes.notifications.standing import tell_case
from institutes.selectors import move_of
from notices.services import tell
from records.models import AuditEvent

# What the unit hears; {case} is the achievement, {reason} what the officer wrote.
WORDS = {
    "send_back": ("成果退回修改", "{case}被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "成果已报送县级核实",
        "{case}已报送{division}科技管理部门核实，进展会在本平台通知，不需办理。",
    ),
    "county_return": (
        "县级退回了成果",
        "{case}被{division}科技管理部门退回。理由：{reason}请补充后重新报送。",
    ),
    "county_verify": ("县级已核实成果", "{division}已核实{case}，材料已送市科技局核实，不需办理。"),
    "return": (
        "市科技局退回了成果",
        "{case}被退回补正。理由：{reason}请补正后重新报送，仍须经县级核实。",
    ),
    "verify": (
        "成果已核实",
        "{case}已经县、市两级核实，计入研究院成果，用于建设目标、年度考核和绩效评价时不需再填。",
    ),
    "reject": ("成果未予核实", "{case}未予核实，不计入成果。理由：{reason}"),
    "lapse": ("成果不再核实", "{case}随研究院资格终止不再核实，不需办理。"),
    "annul": (
        "成果已撤销",
        "{case}经复核不属实，已撤销，不再计入成果。理由：{reason}有不同意见的，可向市科技局书面反映。",
    ),
}
COUNTY_HEARS = frozenset({"verify", "reject", "annul", "lapse"})


def tell_of_achievement(achievement: Achievement, event: AuditEvent) -> None:
    """Tell the unit what happened to what it entered, its county of the end, the next holder what to do."""
    tell_case(achievement, event, ACHIEVEMENT, WORDS, county=COUNTY_HEARS)
    author = achievement.proposed_by
    if move_of(event) == "keep" and author is not None and author.is_active:
        tell(
            recipients=[author],
            event=f"{event.verb}.author",
            subject=achievement,
            title=f"不予撤销：{achievement}"[:200],
            body=f"您提出撤销的“{achievement}”经审批不予撤销，仍计入成果。说明：{event.reason}",
            occasion=str(event.pk),
            at=event.at,
        )
