"""What speaks against a change of a running project: of the project itself, and of each kind by the edition."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounts.policy import uscc_faults
from institutes.policy import age_on
from projects import policy, selectors
from projects.enums.changes import ProjectChangeKind
from projects.enums.running import ProjectState
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectChange
from projects.policy import changes as rules
from projects.services.drafting import identity_fault
from records.amounts import grouped
from records.deadlines import day_in_words
from records.errors import Reason

K = ProjectChangeKind
Found = Iterator[Reason]
ASSUMED = "（系统默认，待确认）"


def change_faults(change: ProjectChange, *, on: date) -> list[Reason]:
    """Everything that speaks against it on that day; asked again at every step."""
    of_kind = {K.LEADER: _of_leader, K.PARTNER: _of_partners, K.BUDGET: _of_budget, K.TERM: _of_term}
    return [*_of_project(change), *of_kind[K(change.kind)](change, on)]


def _of_project(change: ProjectChange) -> Found:
    project = change.project
    if project.state != ProjectState.RUNNING:
        yield Reason(f"“{project}”现为“{PROJECT.label(project.state)}”，实施中的项目才能变更。")
    if final := selectors.final_under_way(project, applied=False):
        words = f"“{project}”的{final.title}正在办理，不再变更；需要变更的，先办结或者退回结题申请。"
        yield Reason(words, url=final.get_absolute_url(), link="查看结题案卷")
    others = project.changes.open().filter(kind=change.kind).exclude(pk=change.pk)
    for other in others:
        words = f"“{project}”已有一件{other.get_kind_display()}正在办理，办结后再提出。"
        yield Reason(words, field="kind", url=other.get_absolute_url(), link="查看")


# --- the leader -----------------------------------------------------------------------------------------------------


def _of_leader(change: ProjectChange, on: date) -> Found:
    asked, terms = change.asked, change.edition.terms
    if not asked.get("name"):
        yield Reason("请填写新负责人的姓名。", field="leader_name")
    if asked.get("unit") not in selectors.units_taking_part(change.project):
        yield Reason("新负责人须是牵头单位或者现有联合单位的人员。", field="leader_unit")
    most = int(terms["change"]["leader_times_max"])
    if selectors.times_carried_out(change) >= most:
        yield Reason(f"项目负责人最多变更 {most} 次{ASSUMED}，本项目已经变更过。", field="kind")
    number = change.leader_id
    if problem := identity_fault(number):
        yield Reason(problem, field="id_number")
        return
    if change.leader_mark == change.project.leader_mark:
        yield Reason("新负责人就是现任负责人，不需要变更。", field="id_number")
    yield from _too_old(number, int(terms["book"]["age_max"]), on)
    for one in selectors.overdue_of_leader(change.leader_mark, on=on):
        words = (
            f"{asked.get('name')}负责的“{one}”（{one.number}）应于{day_in_words(one.ends_on)}结题，"
            "至今未结，不能再牵头本项目。"
        )
        yield Reason(words, field="leader_name")


def _too_old(number: str, most: int, on: date) -> Found:
    try:
        born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        yield Reason("身份证号码中的出生日期不存在，请核对。", field="id_number")
        return
    if (age := age_on(born, on)) > most:
        yield Reason(f"新负责人 {age} 岁，超过 {most} 岁{ASSUMED}。", field="id_number")


# --- partners -------------------------------------------------------------------------------------------------------


def _of_partners(change: ProjectChange, on: date) -> Found:
    project, asked, terms = change.project, change.asked, change.edition.terms
    held = {party.pk: party for party in selectors.partners_of(project)}
    leaving, joining = set(asked.get("leaving", [])), asked.get("joining", [])
    if not leaving and not joining:
        yield Reason("请选择退出的联合单位，或者填写加入的联合单位。", field="joining")
    if leaving - set(held):
        yield Reason("退出的单位已不在联合单位之中，请刷新页面。", field="leaving")
    if not asked.get("division"):
        yield Reason("请写明变更后各方的分工，由谁接替退出单位的任务。", field="division")
    staying = [party for pk, party in held.items() if pk not in leaving]
    count = len(staying) + len(joining)
    if count < (least := int(terms["programme"]["partners_min"])):
        words = f"变更后剩 {count} 家联合单位，至少须有 {least} 家。"
        yield Reason(words, field="leaving", clause="四(六)")
    if count > (most := int(terms["book"]["partners_max"])):
        yield Reason(f"变更后有 {count} 家联合单位，最多 {most} 家{ASSUMED}。", field="joining")
    names = {project.host.name, *(party.name for party in staying)}
    codes = {project.host.uscc, *(party.uscc for party in staying if party.uscc)}
    for place, row in enumerate(joining, 1):
        yield from _of_newcomer(row, f"第 {place} 行：", names, codes, on)
        names.add(row["name"])
        codes.add(row["uscc"])


def _of_newcomer(row: dict, where: str, names: set[str], codes: set[str], on: date) -> Found:
    lacking = [
        label
        for code, label in (("name", "名称"), ("task", "承担的任务"), ("signatory", "签字人"))
        if not row[code].strip()
    ]
    if lacking:
        yield Reason(f"{where}请填写{'、'.join(lacking)}。", field="joining")
    for fault in uscc_faults(row["uscc"]):
        yield Reason(f"{where}{fault}", field="joining")
    if row["name"] in names or row["uscc"] in codes:
        yield Reason(f"{where}“{row['name']}”已是本项目的一方，不能再次加入。", field="joining")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["signed_on"]) or row["signed_on"] > on.isoformat():
        yield Reason(f"{where}协议签订日期应为不晚于今天的日期，例如 2026-11-27。", field="joining")


# --- money between lines --------------------------------------------------------------------------------------------


def _of_budget(change: ProjectChange, on: date) -> Found:
    project, terms = change.project, change.edition.terms
    now, asked = selectors.lines_now(project), selectors.lines_asked(change)
    labels = {one["code"]: one["label"] for one in terms["budget_lines"]}
    if set(asked) - set(labels):
        yield Reason("调剂后的科目不在预算科目之中。", field="lines")
    if any(line.grant < 0 or line.own < 0 for line in asked.values()):
        yield Reason("各科目的金额不能小于零。", field="lines")
    if all(now.get(code, rules.Line()) == asked.get(code, rules.Line()) for code in {*now, *asked}):
        yield Reason("调剂前后没有变化。", field="lines")
    whole = rules.sums(asked.values())
    if whole.grant != project.grant:
        words = (
            f"调剂后财政资金合计 {grouped(whole.grant)} 元，须等于 {grouped(project.grant)} 元："
            "只在科目之间调剂，总额不变。"
        )
        yield Reason(words, field="lines")
    needed = policy.own_funds_needed(project.grant, Decimal(str(terms["grant"]["own_funds_ratio_min"])))
    if whole.own < needed:
        words = f"调剂后自筹资金 {grouped(whole.own)} 元，须不低于 {grouped(needed)} 元{ASSUMED}。"
        yield Reason(words, field="lines")
    for code, lacking in rules.below_spent(asked, _spent(project)).items():
        words = (
            f"“{labels.get(code, code)}”调剂后的财政资金低于已列支金额，差 {grouped(lacking)} 元，不能再减。"
        )
        yield Reason(words, field="lines")
    share = policy.share_of(asked.get("labour", rules.Line()).grant, project.grant)
    if share > (most := Decimal(str(terms["book"]["labour_share_max"]))):
        yield Reason(f"劳务费占财政资金 {share}%，不得超过 {most}%{ASSUMED}。", field="lines")


def _spent(project: Project) -> dict[str, Decimal]:
    rows = selectors.execution_of(project)
    return {row.code: row.grant_spent for row in rows if row.grant_spent}


def is_the_units_own(change: ProjectChange) -> bool:
    """Whether the unit does it by itself, and tells: money between lines, up to the edition's share of the grant."""
    if change.kind != K.BUDGET:
        return False
    most = Decimal(str(change.edition.terms["change"]["budget_self_share_max"]))
    before = selectors.moved_alone_before(change)
    return rules.is_the_units_own(change.shifted, before, change.project.grant, most)


# --- the term -------------------------------------------------------------------------------------------------------


def _of_term(change: ProjectChange, on: date) -> Found:
    project, terms = change.project, change.edition.terms
    rule, longest = terms["change"], int(terms["programme"]["months_max"])
    if project.ends_on < on:
        words = f"实施期限已于{day_in_words(project.ends_on)}届满，须在届满之前申请延长。"
        yield Reason(words, field="months")
    if selectors.times_carried_out(change) >= (most := int(rule["term_times_max"])):
        yield Reason(f"实施期限最多延长 {most} 次{ASSUMED}，本项目已经延长过。", field="kind")
    if not 1 <= change.months <= (most := int(rule["term_months_max"])):
        yield Reason(f"每次延长 1 至 {most} 个月{ASSUMED}。", field="months")
        return
    if (total := project.months + change.months) > longest + most:
        yield Reason(f"延长后共 {total} 个月，不得超过 {longest + most} 个月{ASSUMED}。", field="months")
    yield from _of_stages(change)


def _of_stages(change: ProjectChange) -> Found:
    end, days = selectors.end_asked(change), selectors.stage_days_asked(change)
    given = {stage.pk for stage, _day in days}
    for stage in selectors.stages_to_move(change.project):
        if stage.pk not in given:
            yield Reason(f"请填写阶段目标“{stage.title}”变更后的完成日期。", field="stages")
    moved = [(stage.title, stage.due_on, day) for stage, day in days]
    for title, fault in rules.out_of_order(moved, end):
        words = "不能早于原定日期" if fault == "earlier" else f"不能晚于延长后的期满日{day_in_words(end)}"
        yield Reason(f"阶段目标“{title}”的完成日期{words}。", field="stages")
