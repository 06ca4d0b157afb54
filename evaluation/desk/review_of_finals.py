"""The experts' part of a project's final acceptance (四(六), domain B6), as a kind of review: open, by its contract."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation.enums import ReviewKind
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.policy import Parties
from evaluation.selectors.engagements import agencies_engaged_for_kind
from institutes.book.reading import Cell, Chapter, Item
from projects import selectors as programme
from projects.enums.final import FinalState
from projects.models import ProjectFinal
from projects.services import record_final_review, reopen_final_review, take_over_final
from records import clock

TARGETS, MONEY, SUMMARY, COUNTY = "targets", "money", "summary", "county"


def handed_to(user: User) -> QuerySet[ProjectFinal]:
    """Those which this person's agency was entrusted with, while it is engaged for such reviews."""
    engaged = agencies_engaged_for_kind(ReviewKind.PROJECT_FINAL, clock.today()).values("pk")
    rows = programme.finals_visible_to(user).filter(agency_id__in=programme.agencies_of(user))
    return rows.filter(agency_id__in=engaged)


def describe(final: ProjectFinal) -> Case:
    return Case(
        title=str(final.project),
        number=final.number or "",
        host=final.host,
        division=final.division,
        agency=final.agency,
        chain=final.project.chain,
    )


def read(final: ProjectFinal, *, blind: bool) -> Material:
    """Targets and money as they were frozen, the unit's words and files, the county's opinion."""
    return Material(
        chapters=lambda: [_targets(final), money_chapter(final.budget), _summary(final), _county(final)],
        annexes=lambda: programme.final_files(final),
        needles={},
    )


def _targets(final: ProjectFinal) -> Chapter:
    labels = (_("指标"), _("目标值"), _("完成值"), _("依据"), _("结论"))
    rows = tuple(
        tuple(
            Cell(f"{TARGETS}/{one['order']}", label, value)
            for label, value in zip(
                labels,
                (
                    one["name"],
                    one["planned"],
                    one["reached"],
                    one["said"],
                    "完成" if one["met"] else "未完成",
                ),
                strict=True,
            )
        )
        for one in final.comparison
    )
    verdict = programme.final_verdict(final)
    said = f"{verdict.counted} 项中完成 {verdict.met} 项，完成率 {verdict.share}%（通过须不低于 {verdict.least}%）"
    items = (
        Item(
            f"{TARGETS}/table", _("逐项对照"), head=tuple((str(label), False) for label in labels), rows=rows
        ),
        Item(f"{TARGETS}/share", _("完成率"), said),
    )
    return Chapter(TARGETS, "1", _("考核指标完成情况"), items)


def money_chapter(budget: Iterable[Mapping[str, str]]) -> Chapter:
    """The budget line by line beside what was spent, as it was frozen."""
    labels = (
        ("label", _("科目")),
        ("grant", _("财政资金")),
        ("grant_spent", _("已列支")),
        ("grant_left", _("结余")),
        ("own", _("自筹资金")),
        ("own_spent", _("自筹已列支")),
    )
    rows = tuple(
        tuple(
            Cell(f"{MONEY}/{row['code']}", label, row[key], is_number=key != "label") for key, label in labels
        )
        for row in budget
    )
    head = tuple((str(label), key != "label") for key, label in labels)
    return Chapter(
        MONEY, "2", _("经费执行"), (Item(f"{MONEY}/table", _("按科目（元）"), head=head, rows=rows),)
    )


def _summary(final: ProjectFinal) -> Chapter:
    items = tuple(
        Item(f"{SUMMARY}/{part['code']}", part["label"], final.texts.get(part["code"], ""), is_long=True)
        for part in final.edition.terms["final_parts"]
    )
    return Chapter(SUMMARY, "3", _("结题总结"), items)


def _county(final: ProjectFinal) -> Chapter:
    said = f"{final.get_county_position_display()}。{final.county_opinion}"  # type: ignore[attr-defined]
    return Chapter(COUNTY, "4", _("县级意见"), (Item(f"{COUNTY}/opinion", _("意见"), said, is_long=True),))


def parties(final: ProjectFinal) -> Parties:
    """Whom its experts must have nothing to do with: the leading unit, its partners, the leader, the institute."""
    project = final.project
    partners = project.parties.exclude(role="bureau").values_list("name", flat=True)
    people = {project.leader_name, final.host.legal_rep, project.institute.director}
    return Parties(
        units=frozenset([final.host.name, *partners, *project.institute.co_builders]),
        people=frozenset(name for name in people if name),
        codes=frozenset([final.host.uscc]),
    )


def conclude(final: ProjectFinal, result: Result, /, *, by: User, at: datetime) -> ProjectFinal:
    return record_final_review(
        final=final, score=result.score, passed=result.passed, opinion=result.opinion, by=by, at=at
    )


def reopen(final: ProjectFinal, /, *, reason: str, by: User, at: datetime) -> ProjectFinal:
    return reopen_final_review(final=final, reason=reason, by=by, at=at)


def change_agency(
    final: ProjectFinal, /, *, agency: Organisation, reason: str, by: User, at: datetime
) -> ProjectFinal:
    return take_over_final(final=final, agency=agency, reason=reason, by=by, at=at)


FINAL_REVIEW = register(
    Kind(
        code=ReviewKind.PROJECT_FINAL.value,
        label=ReviewKind.PROJECT_FINAL.label,
        model=ProjectFinal,
        under_review=Q(state=FinalState.PANEL_REVIEW),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="projects:final",
        passed=_("专家组建议通过结题验收"),
        failed=_("专家评分未达到合格线"),
        follows=_(
            "按评审办法计算总分，写入结题案卷，并出具评审结果表\n由市科技局对照考核指标拟定、审定结论\n汇总后不能再修改"
        ),
        withdrawn=_("结题验收已终止。"),
        clause="四(六)",
        reopen=reopen,
        change_agency=change_agency,
    )
)
