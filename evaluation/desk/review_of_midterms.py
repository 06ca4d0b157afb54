"""The experts' part of a project's mid-term check (四(六), domain B6), as a kind of review: open, by its contract."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation.desk.review_of_finals import money_chapter
from evaluation.enums import ReviewKind
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.policy import Parties
from evaluation.selectors.engagements import agencies_engaged_for_kind
from institutes.book.reading import Cell, Chapter, Item
from projects import selectors as programme
from projects.enums.midterm import MidtermState
from projects.models import ProjectMidterm
from projects.services import record_midterm_review, reopen_midterm_review, take_over_midterm
from records import clock
from records.deadlines import day_in_words

STAGES, REPORT = "stages", "report"


def handed_to(user: User) -> QuerySet[ProjectMidterm]:
    """Those which this person's agency was entrusted with, while it is engaged for such checks."""
    engaged = agencies_engaged_for_kind(ReviewKind.PROJECT_MIDTERM, clock.today()).values("pk")
    rows = programme.midterms_visible_to(user).filter(agency_id__in=programme.agencies_of(user))
    return rows.filter(agency_id__in=engaged)


def describe(midterm: ProjectMidterm) -> Case:
    return Case(
        title=str(midterm.project),
        number=midterm.number or "",
        host=midterm.host,
        division=midterm.division,
        agency=midterm.agency,
        chain=midterm.project.chain,
    )


def read(midterm: ProjectMidterm, *, blind: bool) -> Material:
    """Stages and money as they were frozen, the unit's words and files."""
    return Material(
        chapters=lambda: [_stages(midterm), money_chapter(midterm.budget), _report(midterm)],
        annexes=lambda: programme.midterm_files(midterm),
        needles={},
    )


def _stages(midterm: ProjectMidterm) -> Chapter:
    labels = [str(label) for label in (_("阶段目标"), _("完成日期"), _("状态"), _("完成情况"))]
    rows = []
    for n, one in enumerate(midterm.stages):
        state = _("已确认") if one["confirmed"] else _("已报告") if one["reported"] else _("未报告")
        day = day_in_words(date.fromisoformat(one["due_on"]))
        values = (one["title"], day, str(state), one["report"])
        pairs = zip(labels, values, strict=True)
        rows.append(tuple(Cell(f"{STAGES}/{n}", label, value) for label, value in pairs))
    head = tuple((label, False) for label in labels)
    item = Item(f"{STAGES}/table", _("逐项对照"), head=head, rows=tuple(rows))
    return Chapter(STAGES, "1", _("阶段目标完成情况"), (item,))


def _report(midterm: ProjectMidterm) -> Chapter:
    items = tuple(
        Item(f"{REPORT}/{part['code']}", part["label"], midterm.texts.get(part["code"], ""), is_long=True)
        for part in midterm.edition.terms["midterm_parts"]
    )
    return Chapter(REPORT, "3", _("中期报告"), items)


def parties(midterm: ProjectMidterm) -> Parties:
    """Whom its experts must have nothing to do with: the leading unit, its partners, the leader, the institute."""
    project = midterm.project
    partners = project.parties.exclude(role="bureau").values_list("name", flat=True)
    people = {project.leader_name, midterm.host.legal_rep, project.institute.director}
    return Parties(
        units=frozenset([midterm.host.name, *partners, *project.institute.co_builders]),
        people=frozenset(name for name in people if name),
        codes=frozenset([midterm.host.uscc]),
    )


def conclude(midterm: ProjectMidterm, result: Result, /, *, by: User, at: datetime) -> ProjectMidterm:
    return record_midterm_review(
        midterm=midterm, score=result.score, passed=result.passed, opinion=result.opinion, by=by, at=at
    )


def reopen(midterm: ProjectMidterm, /, *, reason: str, by: User, at: datetime) -> ProjectMidterm:
    return reopen_midterm_review(midterm=midterm, reason=reason, by=by, at=at)


def change_agency(
    midterm: ProjectMidterm, /, *, agency: Organisation, reason: str, by: User, at: datetime
) -> ProjectMidterm:
    return take_over_midterm(midterm=midterm, agency=agency, reason=reason, by=by, at=at)


MIDTERM_REVIEW = register(
    Kind(
        code=ReviewKind.PROJECT_MIDTERM.value,
        label=ReviewKind.PROJECT_MIDTERM.label,
        model=ProjectMidterm,
        under_review=Q(state=MidtermState.PANEL_REVIEW),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="projects:midterm",
        passed=_("专家组认为可以继续实施"),
        failed=_("专家评分未达到合格线"),
        follows=_(
            "按评审办法计算总分，写入中期检查案卷，并出具评审结果表\n由市科技局拟定、审定检查意见\n汇总后不能再修改"
        ),
        withdrawn=_("中期检查已终止。"),
        clause="四(六)",
        reopen=reopen,
        change_agency=change_agency,
    )
)
