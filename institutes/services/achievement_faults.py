"""What stands against an achievement: what is missing, numbers that cannot be, another that holds the same number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from accounts.models import User
from accounts.policy import uscc_faults
from institutes import policy
from institutes.enums.projects import ProjectLevel, ProjectPart
from institutes.models import Achievement, Institute
from institutes.selectors import achievements as reads
from records import clock
from records.errors import Conflict, Incomplete, Reason

COUNTED_ONCE = "同一成果跨年度、跨研究院只计一次"


def against_entering(institute: Institute) -> list[Reason]:
    """Why nothing can be entered for this institute now."""
    recognition = getattr(institute, "recognition", None)
    if recognition is None:
        return [Reason("该研究院尚未认定，不能填报成果。", field="institute")]
    if recognition.barrier:
        what = "终止后不再填报成果" if recognition.is_over else "暂停期间不能填报成果，恢复资格后再填"
        return [Reason(f"该研究院的{recognition.barrier}，{what}。", field="institute")]
    return []


def against_stating(achievement: Achievement, *, on: date) -> list[Reason]:
    """What is missing or cannot be so in what was entered, by the terms of its kind."""
    return [
        *_of_basics(achievement, on),
        *_of_number(achievement),
        *_of_partner(achievement),
        *_of_project(achievement),
    ]


def _of_project(achievement: Achievement) -> Iterator[Reason]:
    """What a project that an institute undertakes says besides: by whom, under which programme, how, until when."""
    asks = achievement.terms.get("asks", ())
    if "level" in asks and achievement.level not in ProjectLevel.values:
        yield Reason("请选择项目级别；市级以上科技计划项目在此登记。", field="level", clause="四(七)")
    if "programme" in asks and not achievement.programme:
        yield Reason("请填写计划类别。", field="programme")
    if "part" in asks and achievement.part not in ProjectPart.values:
        yield Reason("请选择承担方式。", field="part")
    if "ends_on" in asks and achievement.ends_on is None:
        yield Reason("请填写结束日期。", field="ends_on")
    elif achievement.ends_on and achievement.achieved_on and achievement.ends_on < achievement.achieved_on:
        yield Reason("结束日期不能早于立项日期。", field="ends_on")


def _of_basics(achievement: Achievement, on: date) -> Iterator[Reason]:
    terms = achievement.terms
    if not achievement.title:
        yield Reason("请填写成果名称。", field="title")
    if achievement.achieved_on is None:
        yield Reason("请填写取得日期。", field="achieved_on")
    elif achievement.achieved_on > on:
        yield Reason("取得日期不能晚于今天；尚未取得的成果，取得后再填。", field="achieved_on")
    if terms["amount_label"] and (achievement.amount is None or achievement.amount <= 0):
        yield Reason(f"请填写{terms['amount_label']}，须大于零。", field="amount")
    if terms["quantity_label"] and not achievement.quantity:
        yield Reason(f"请填写{terms['quantity_label']}，须大于零。", field="quantity")


def _of_number(achievement: Achievement) -> Iterator[Reason]:
    if achievement.terms["number_label"] and (
        words := policy.number_fault(achievement.terms, achievement.number)
    ):
        yield Reason(words, field="number")


def _of_partner(achievement: Achievement) -> Iterator[Reason]:
    terms, code = achievement.terms, achievement.partner_uscc
    if not terms["partner_label"]:
        return
    if terms["partner_required"] and not achievement.partner_name:
        yield Reason(f"请填写{terms['partner_label']}。", field="partner_name")
    if code:
        yield from (Reason(text, field="partner_uscc") for text in uscc_faults(code))
    elif terms["mark_from"] == "partner":
        yield Reason("请填写该企业的统一社会信用代码，凭代码只计一次。", field="partner_uscc")


def against_handing_in(achievement: Achievement, *, by: User) -> None:
    """Raise everything that keeps it from being handed in: evidence, the institute's standing, its number."""
    url = f"{achievement.get_absolute_url()}edit/"
    Incomplete.unless_empty(
        Reason(f"请上传{row['label']}。", field=f"file_{row['code']}", url=url, link="补充材料")
        for row in reads.evidence_missing(achievement)
    )
    if (
        achievement.source_number
    ):  # drafted from what a project reached, it may still lack what its kind asks for
        Incomplete.unless_empty(
            replace(fault, url=url, link="去补充") for fault in against_stating(achievement, on=clock.today())
        )
    found = against_entering(achievement.institute)
    if achievement.host_id != achievement.institute.host_id:
        found.append(Reason("依托单位已变更，请撤回后由现依托单位重新填报。"))
    if twin := reads.holding_mark(achievement):
        found.append(told_of_twin(achievement, twin, by))
    Conflict.unless_empty(found)


def told_of_twin(achievement: Achievement, twin: Achievement, reader: User) -> Reason:
    """Where the same number stands already, as far as this reader may know it."""
    field = "partner_uscc" if achievement.terms["mark_from"] == "partner" else "number"
    where = reads.place_of_achievement(twin, reader)
    text = f"{where.words}{COUNTED_ONCE}，不能重复报送。"
    return Reason(text, field=field, url=where.url, link=where.link)
