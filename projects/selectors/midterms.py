"""Reads of mid-term checks: who sees which, what is due when, what is frozen, what the unit still owes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from projects.enums.midterm import WITH_THE_UNIT, MidtermFile, MidtermRoute
from projects.enums.running import ProjectState
from projects.models import Project, ProjectMidterm
from projects.policy.midterm import day_of_check, outcomes_open
from projects.selectors.finals import budget_as_spent
from projects.selectors.sides import BUREAU, COUNTY, UNIT, agencies_for_midterms, agencies_of
from records.deadlines import day_in_words, with_due
from records.errors import Reason
from records.models import Attachment, Document

MIDTERM_TYPE = "projects.projectmidterm"
READERS_OF_MIDTERMS = (*UNIT, *COUNTY, *BUREAU, Role.AGENCY, Role.AUDITOR)
"""Whose business mid-term checks are at all."""
_RELATED = (
    "project__proposal__call__edition",
    "project__institute__recognition",
    "project__chain",
    "host",
    "division",
    "agency",
)


def midterms_visible_to(user: User) -> QuerySet[ProjectMidterm]:
    """All for the bureau and the auditor; a unit's and a county's own; an agency's what it was entrusted with."""
    rows = with_due(ProjectMidterm.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine | Q(agency_id__in=agencies_of(user)))


def search_midterms(rows: QuerySet[ProjectMidterm], text: str) -> QuerySet[ProjectMidterm]:
    """Those whose project, numbers or unit contain ``text``."""
    named = Q(project__title__icontains=text) | Q(host__name__icontains=text)
    return rows.filter(named | Q(project__number__icontains=text) | Q(number__icontains=text))


def midterm_of(project: Project) -> ProjectMidterm | None:
    """The mid-term check of a project, where it was opened yet."""
    return ProjectMidterm.objects.filter(project=project).first()


# --- for the clock ----------------------------------------------------------------------------------------------------


def check_day(project: Project) -> date:
    """From which day the project is checked, by its edition."""
    share = Decimal(str(project.edition.terms["midterm"]["at_share"]))
    return day_of_check(project.starts_on, project.ends_on, share)


def midterms_to_open(on: date) -> Iterable[Project]:
    """Running projects of whose term enough is over, and which were not checked yet."""
    rows = Project.objects.filter(state=ProjectState.RUNNING, midterm__isnull=True, starts_on__lt=on)
    for project in rows.select_related("proposal__call__edition").order_by("pk"):
        if check_day(project) <= on:
            yield project


def midterms_to_lapse() -> QuerySet[ProjectMidterm]:
    """Checks that are open though their project came to its end."""
    return ProjectMidterm.objects.open().filter(project__ended_at__isnull=False).order_by("pk")


# --- what belongs to one ----------------------------------------------------------------------------------------------


def stages_as_reached(project: Project) -> list[dict[str, Any]]:
    """The stages with how each stands, as a record that can be frozen."""
    return [
        {
            "title": stage.title,
            "due_on": stage.due_on.isoformat(),
            "reported": bool(stage.reported_at),
            "confirmed": bool(stage.confirmed_at),
            "report": stage.report,
        }
        for stage in project.stages.order_by("due_on", "pk")
    ]


def stages_as_checked(midterm: ProjectMidterm) -> list[dict[str, Any]]:
    """As frozen when it was handed in, while it is with the unit as they stand."""
    frozen = midterm.stages and midterm.state not in WITH_THE_UNIT
    return midterm.stages if frozen else stages_as_reached(midterm.project)


def money_as_checked(midterm: ProjectMidterm) -> list[dict[str, str]]:
    frozen = midterm.budget and midterm.state not in WITH_THE_UNIT
    return midterm.budget if frozen else budget_as_spent(midterm.project)


def midterm_files(midterm: ProjectMidterm) -> QuerySet[Attachment]:
    """What the unit brought, kind by kind."""
    rows = Attachment.objects.about(midterm).current().filter(kind__in=MidtermFile.values)
    return rows.order_by("kind", "pk")


def midterm_papers(midterm: ProjectMidterm) -> QuerySet[Document]:
    return Document.objects.about(midterm).in_force().order_by("pk")


def midterm_missing(midterm: ProjectMidterm) -> list[Reason]:
    """What the unit still has to write, to report or to bring, each with the page on which it does."""
    url, found = f"{midterm.get_absolute_url()}edit/", list[Reason]()
    for part in midterm.edition.terms["midterm_parts"]:
        if not midterm.texts.get(part["code"], "").strip():
            words = f"“{part['label']}”还没有填写。"
            found.append(Reason(words, field=f"text_{part['code']}", url=url, link="去填写"))
    if not midterm_files(midterm).filter(kind=MidtermFile.REPORT).exists():
        found.append(Reason("请上传中期报告。", field="file_report", url=url, link="去上传"))
    late = midterm.project.stages.filter(is_midterm=True, reported_at__isnull=True)
    found += [
        Reason(
            f"中期检查节点“{stage.title}”（{day_in_words(stage.due_on)}）还没有报告。",
            url=f"{midterm.project.get_absolute_url()}#targets",
            link="去报告",
        )
        for stage in late
    ]
    return found


def midterm_outcomes(midterm: ProjectMidterm) -> list[str]:
    """What may be proposed of it."""
    most = int(midterm.edition.terms["midterm"]["mend_times_max"])
    return outcomes_open(mended=midterm.mended, mend_max=most)


def needs_experts(midterm: ProjectMidterm) -> bool:
    """Whether the edition has experts look first, and they have not yet."""
    route = midterm.edition.terms["midterm"]["route"]
    return route == MidtermRoute.PANEL and midterm.reviewed_at is None


def may_check_midterms(agency: Organisation, on: date) -> bool:
    """Whether this agency is engaged to check projects at mid-term on that day."""
    return agencies_for_midterms(on).filter(pk=agency.pk).exists()


def terminable(project: Project) -> ProjectMidterm | None:
    """The mid-term check that came to the proposal to end this project, where it has not ended yet."""
    found = midterm_of(project)
    stopped = found is not None and found.outcome == "stop" and found.decided_at and not found.is_open
    return found if stopped and not project.is_ended else None
