"""The experts' part of a three-year evaluation (四(四), domain D3), as a kind of review: open, by verified figures."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation.documents.performance import parts_of_report, rows_of_figures
from evaluation.enums import ReviewKind
from evaluation.enums.performance import EvaluationState
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.models import Evaluation
from evaluation.policy import Parties
from evaluation.selectors.performance import checks_of, entrusted_with, evidence_of
from evaluation.services import (
    record_performance_review,
    reopen_performance_review,
    take_over_evaluation,
)
from institutes.book.reading import Cell, Chapter, Item

FIGURES, REPORT, OFFICES = "figures", "report", "offices"


def handed_to(user: User) -> QuerySet[Evaluation]:
    return entrusted_with(user)


def describe(evaluation: Evaluation) -> Case:
    return Case(
        title=str(evaluation.institute),
        number=evaluation.number or "",
        host=evaluation.host,
        division=evaluation.division,
        agency=evaluation.agency,
        chain=evaluation.institute.chain,
    )


def read(evaluation: Evaluation, *, blind: bool) -> Material:
    """The figures as they were frozen, the unit's words and files, and what offices say."""
    return Material(
        chapters=lambda: [_figures(evaluation), _report(evaluation), _offices(evaluation)],
        annexes=lambda: evidence_of(evaluation),
        needles={},
    )


def _figures(evaluation: Evaluation) -> Chapter:
    head = ((_("维度"), False), (_("指标"), False), (_("数值"), True), (_("单位"), False), (_("来源"), False))
    rows = tuple(
        _line(row) for row in rows_of_figures(evaluation, evaluation.figures) if not row["is_expert"]
    )
    item = Item(
        f"{FIGURES}/table",
        _("三年数据"),
        head=tuple((str(label), number) for label, number in head),
        rows=rows,
    )
    return Chapter(FIGURES, "1", _("评价指标数据"), (item,))


def _line(row: dict) -> tuple[Cell, ...]:
    path, sources = f"{FIGURES}/{row['code']}", "、".join(one["label"] for one in row["sources"])
    return (
        Cell(path, _("维度"), row["dimension"]),
        Cell(path, _("指标"), row["label"]),
        Cell(path, _("数值"), row["value"], is_number=True),
        Cell(path, _("单位"), row["unit"]),
        Cell(path, _("来源"), sources or "—"),
    )


def _report(evaluation: Evaluation) -> Chapter:
    items = tuple(
        Item(f"{REPORT}/{part['code']}", part["label"], "\n".join(part["lines"]), is_long=True)
        for part in parts_of_report(evaluation)
    )
    return Chapter(REPORT, "2", _("自评说明"), items)


def _offices(evaluation: Evaluation) -> Chapter:
    county = f"{evaluation.get_county_position_display()}。{evaluation.county_opinion}"  # type: ignore[attr-defined]
    items = [
        Item(f"{OFFICES}/county", _("县级意见"), county, is_long=True),
        Item(f"{OFFICES}/finance", _("财政核查意见"), evaluation.finance_note, is_long=True),
    ]
    for row in checks_of(evaluation):
        if check := row["check"]:
            said = f"{check.get_result_display()}（{check.checked_on}，{check.source}）{check.note}"
            items.append(Item(f"{OFFICES}/{check.item}", row["item"]["label"], said))
    return Chapter(OFFICES, "3", _("部门意见和信用查询"), tuple(items))


def parties(evaluation: Evaluation) -> Parties:
    """Whom its experts must have nothing to do with: the host, its partners, those who run the institute."""
    institute = evaluation.institute
    people = {institute.director, evaluation.host.legal_rep}
    return Parties(
        units=frozenset([evaluation.host.name, *institute.co_builders]),
        people=frozenset(name for name in people if name),
        codes=frozenset([evaluation.host.uscc]),
    )


def conclude(evaluation: Evaluation, result: Result, /, *, by: User, at: datetime) -> Evaluation:
    return record_performance_review(evaluation=evaluation, result=result, by=by, at=at)


def reopen(evaluation: Evaluation, /, *, reason: str, by: User, at: datetime) -> Evaluation:
    return reopen_performance_review(evaluation=evaluation, reason=reason, by=by, at=at)


def change_agency(
    evaluation: Evaluation, /, *, agency: Organisation, reason: str, by: User, at: datetime
) -> Evaluation:
    return take_over_evaluation(evaluation=evaluation, agency=agency, reason=reason, by=by, at=at)


PERFORMANCE_REVIEW = register(
    Kind(
        code=ReviewKind.PERFORMANCE.value,
        label=ReviewKind.PERFORMANCE.label,
        model=Evaluation,
        under_review=Q(state=EvaluationState.PANEL_REVIEW),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="evaluation:evaluation",
        passed=_("专家评分已完成"),
        failed=_("专家评分已完成"),
        follows=_(
            "按评审办法计算专家评分，写入评价案卷，并出具评审结果表\n由市科技局按总分评定等次\n汇总后不能再修改"
        ),
        withdrawn=_("研究院资格已终止，评价随之终止。"),
        clause="四(四)",
        reopen=reopen,
        change_agency=change_agency,
    )
)
