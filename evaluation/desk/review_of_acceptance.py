"""The experts' part of an acceptance (四(四), domain B2), as a kind of review: open, against the promised targets."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation.documents.acceptances import parts_of, rows_of
from evaluation.enums import AcceptanceState, ReviewKind
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.models import Acceptance
from evaluation.policy import Parties
from evaluation.selectors.acceptances import entrusted_to, lookups_of, unit_files_of, verdict_of
from evaluation.services import record_acceptance_review, reopen_acceptance_review, take_over_acceptance
from institutes.book.reading import Cell, Chapter, Item

TARGETS, SUMMARY, OFFICES = "targets", "summary", "offices"


def handed_to(user: User) -> QuerySet[Acceptance]:
    return entrusted_to(user)


def describe(acceptance: Acceptance) -> Case:
    return Case(
        title=str(acceptance.institute),
        number=acceptance.number or "",
        host=acceptance.host,
        division=acceptance.division,
        agency=acceptance.agency,
        chain=acceptance.institute.chain,
    )


def read(acceptance: Acceptance, *, blind: bool) -> Material:
    """The figures as they were frozen, the unit's words and files, and what county and look-ups say."""
    return Material(
        chapters=lambda: [_targets(acceptance), _summary(acceptance), _offices(acceptance)],
        annexes=lambda: unit_files_of(acceptance),
        needles={},
    )


def _targets(acceptance: Acceptance) -> Chapter:
    verdict = verdict_of(acceptance.comparison, acceptance.edition)
    head = (
        (_("建设目标"), False),
        (_("计划"), True),
        (_("完成"), True),
        (_("完成率"), True),
        (_("结论"), False),
    )
    rows = tuple(_line(row) for row in rows_of(acceptance.comparison))
    said = f"{verdict.counted} 项中完成 {verdict.met} 项，完成率 {verdict.share}%（通过须不低于 {verdict.least}%）"
    items = (
        Item(
            f"{TARGETS}/table",
            _("逐项对照"),
            head=tuple((str(label), number) for label, number in head),
            rows=rows,
        ),
        Item(f"{TARGETS}/share", _("必达目标"), said),
    )
    return Chapter(TARGETS, "1", _("建设目标完成情况"), items)


def _line(row: dict) -> tuple[Cell, ...]:
    path, unit = f"{TARGETS}/{row['code']}", row["unit"]
    return (
        Cell(path, _("建设目标"), row["label"] + ("（必达）" if row["counted"] else "")),
        Cell(path, _("计划"), f"{row['planned']} {unit}", is_number=True),
        Cell(path, _("完成"), f"{row['actual']} {unit}", is_number=True),
        Cell(path, _("完成率"), f"{row['share']}%", is_number=True),
        Cell(path, _("结论"), "完成" if row["met"] else "未完成"),
    )


def _summary(acceptance: Acceptance) -> Chapter:
    items = tuple(
        Item(f"{SUMMARY}/{part['code']}", part["label"], "\n".join(part["lines"]), is_long=True)
        for part in parts_of(acceptance)
    )
    return Chapter(SUMMARY, "2", _("建设总结"), items)


def _offices(acceptance: Acceptance) -> Chapter:
    county = f"{acceptance.get_county_position_display()}。{acceptance.county_opinion}"  # type: ignore[attr-defined]
    items = [Item(f"{OFFICES}/county", _("县级意见"), county, is_long=True)]
    for row in lookups_of(acceptance):
        if check := row["check"]:
            said = f"{check.get_result_display()}（{check.checked_on}，{check.source}）{check.note}"
            items.append(Item(f"{OFFICES}/{check.item}", row["item"]["label"], said))
    return Chapter(OFFICES, "3", _("县级意见和信用查询"), tuple(items))


def parties(acceptance: Acceptance) -> Parties:
    """Whom its experts must have nothing to do with: the host, its partners, those who run the institute."""
    institute = acceptance.institute
    people = {institute.director, acceptance.host.legal_rep}
    return Parties(
        units=frozenset([acceptance.host.name, *institute.co_builders]),
        people=frozenset(name for name in people if name),
        codes=frozenset([acceptance.host.uscc]),
    )


def conclude(acceptance: Acceptance, result: Result, /, *, by: User, at: datetime) -> Acceptance:
    return record_acceptance_review(acceptance=acceptance, result=result, by=by, at=at)


def reopen(acceptance: Acceptance, /, *, reason: str, by: User, at: datetime) -> Acceptance:
    return reopen_acceptance_review(acceptance=acceptance, reason=reason, by=by, at=at)


def change_agency(
    acceptance: Acceptance, /, *, agency: Organisation, reason: str, by: User, at: datetime
) -> Acceptance:
    return take_over_acceptance(acceptance=acceptance, agency=agency, reason=reason, by=by, at=at)


ACCEPTANCE_REVIEW = register(
    Kind(
        code=ReviewKind.ACCEPTANCE.value,
        label=ReviewKind.ACCEPTANCE.label,
        model=Acceptance,
        under_review=Q(state=AcceptanceState.PANEL_REVIEW),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="evaluation:acceptance",
        passed=_("专家组建议通过验收"),
        failed=_("专家评分未达到合格线"),
        follows=_(
            "按评审办法计算总分，写入验收案卷，并出具评审结果表\n由市科技局对照建设目标拟定、审定验收结论\n汇总后不能再修改"
        ),
        withdrawn=_("研究院资格已终止，验收随之终止。"),
        clause="四(四)",
        reopen=reopen,
        change_agency=change_agency,
    )
)
