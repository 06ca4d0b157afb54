"""Reads of what stops a project or ends it early: who sees which case, what has run out, what other rooms ask."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from projects.enums.ending import HEARING, EndingFile, EndingKind, EndingState
from projects.enums.final import FinalState
from projects.models import Project, ProjectEnding
from projects.selectors.money import paid_of
from projects.selectors.sides import BUREAU, COUNTY, UNIT
from records.deadlines import with_due
from records.models import Attachment, Document

ENDING_TYPE = "projects.projectending"
READERS_OF_ENDINGS = (*UNIT, *COUNTY, *BUREAU, Role.FINANCE, Role.AUDITOR)
"""Whose business these cases are at all."""
_RELATED = ("project__proposal__call__edition", "project__institute__recognition", "host", "division")
KNOWN_TO_UNIT = Q(by_unit=True) | Q(noticed_at__isnull=False)
"""The unit applied for it itself, or was notified of it."""


def endings_visible_to(user: User) -> QuerySet[ProjectEnding]:
    """All for the city and the auditor; unit and county see what the unit applied for or was notified of."""
    rows = with_due(ProjectEnding.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.FINANCE, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine, KNOWN_TO_UNIT)


def search_endings(rows: QuerySet[ProjectEnding], text: str) -> QuerySet[ProjectEnding]:
    """Those whose project, numbers or unit contain ``text``."""
    named = Q(project__title__icontains=text) | Q(host__name__icontains=text)
    return rows.filter(named | Q(project__number__icontains=text) | Q(number__icontains=text))


def grounds_of_ending(project: Project) -> list[tuple[str, str]]:
    """The grounds for which a project may be stopped or ended, by its edition; what only the unit says is not among
    them.
    """
    known = project.edition.terms.get("ending_grounds", [])
    return [(one["code"], one["label"]) for one in known if one["code"] != "given_up"]


def ending_files(ending: ProjectEnding) -> QuerySet[Attachment]:
    rows = Attachment.objects.about(ending).current().filter(kind__in=EndingFile.values)
    return rows.order_by("kind", "pk")


def ending_papers(ending: ProjectEnding) -> QuerySet[Document]:
    return Document.objects.about(ending).in_force().order_by("pk")


def ending_statements_run_out(on: date) -> QuerySet[ProjectEnding]:
    """Notified, and the days for a statement are over."""
    return ProjectEnding.objects.filter(state=EndingState.STATEMENT, statement_until__lt=on).order_by("pk")


def termination_under_way(project: Project) -> ProjectEnding | None:
    """The case that may end the project early and that its unit knows of."""
    return project.endings.live().filter(KNOWN_TO_UNIT, kind=EndingKind.TERMINATE).first()


def may_still_list(project: Project) -> bool:
    """Whether invoices are brought for a stopped project: while its unit is heard about its end."""
    return project.endings.filter(kind=EndingKind.TERMINATE, state__in=HEARING).exists()


def is_settled(project: Project) -> bool:
    """Whether its money is settled and waits for the decision: no invoice comes or goes meanwhile."""
    settled = project.endings.filter(kind=EndingKind.TERMINATE, state=EndingState.CONFIRMATION)
    return settled.exists()


# --- for the rooms that ask -------------------------------------------------------------------------------------------


def received_of(project: Project) -> Decimal:
    """How much of its grant the project has received."""
    return paid_of(Project.objects.filter(pk=project.pk)).paid


def recognised_of(project: Project) -> Decimal:
    """How much of what a project that ended early spent of its grant stands: as settled when it was terminated, as
    frozen when it failed its final acceptance.
    """
    ended = project.endings.filter(state=EndingState.TERMINATED).first()
    if ended is not None:
        return ended.recognised or Decimal(0)
    final = project.finals.filter(state=FinalState.FAILED).order_by("-attempt").first()
    rows = final.budget if final else []
    return sum((Decimal(row["grant_spent"]) for row in rows), Decimal(0))


def end_in_words(project: Project) -> str:
    """By what a project ended early, for whoever claims the rest back."""
    ended = project.endings.filter(state=EndingState.TERMINATED).first()
    if ended is not None:
        return f"经审定终止（{ended.number}，{ended.minute_number}），情形为“{ended.ground_label}”"
    final = project.finals.filter(state=FinalState.FAILED).order_by("-attempt").first()
    return f"未通过结题验收（{final.number}，{final.minute_number}）" if final else "已终止"
