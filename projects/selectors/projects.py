"""Who sees which project, how lists of them are searched, how its contract stands, what other rooms ask."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from projects.enums.running import ContractFile, PartyRole
from projects.models import ClauseChange, ContractClause, ContractParty, Project
from projects.selectors.sides import BUREAU, COUNTY, UNIT
from records.deadlines import with_due
from records.errors import Reason
from records.models import Attachment, AuditEvent, Document

PROJECT_TYPE = "projects.project"
READERS_OF_PROJECTS = (*UNIT, *COUNTY, *BUREAU, Role.FINANCE, Role.COUNTY_FIN, Role.AUDITOR)
"""Whose business approved projects are at all."""
_RELATED = ("proposal__call__edition", "institute__recognition", "host", "division", "chain")


def projects_visible_to(user: User) -> QuerySet[Project]:
    """A unit sees its own, a county those of its units, the city and the auditor all."""
    rows = with_due(Project.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.FINANCE, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY, Role.COUNTY_FIN)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine)


def search_projects(rows: QuerySet[Project], text: str) -> QuerySet[Project]:
    """Those whose title, numbers, unit, institute or leader contains ``text``."""
    named = Q(title__icontains=text) | Q(host__name__icontains=text) | Q(institute__name__icontains=text)
    numbered = Q(number__icontains=text) | Q(contract_number__icontains=text)
    return rows.filter(named | numbered | Q(leader_name__icontains=text))


# --- the contract -----------------------------------------------------------------------------------------------------


def clauses_of(project: Project) -> QuerySet[ContractClause]:
    """The clauses as they stand, each with its changes, in two queries."""
    return project.clauses.order_by("order").prefetch_related("changes__changed_by")


def clauses_changed_since(project: Project, since: datetime | None, side: str) -> QuerySet[ContractClause]:
    """The clauses that one side changed since that moment."""
    changes = ClauseChange.objects.filter(clause__project=project, side=side)
    if since is not None:
        changes = changes.filter(changed_at__gte=since)
    return project.clauses.filter(pk__in=changes.values("clause")).order_by("order")


def times_agreed(project: Project) -> int:
    """How often both sides agreed on a text before: each time a paper of its own was made."""
    return AuditEvent.objects.about(project).filter(verb=f"{PROJECT_TYPE}.agree").count()


def parties_of(project: Project) -> QuerySet[ContractParty]:
    """Who signs, in the order of the contract."""
    return project.parties.select_related("copy").order_by("order")


def unsigned_of(project: Project, *, bureau: bool) -> list[Reason]:
    """Whose signed copy is lacking, with the page on which it is brought; with ``bureau`` the bureau's own too."""
    rows = project.parties.taking_part().filter(signed_on__isnull=True).order_by("order")
    if not bureau:
        rows = rows.exclude(role=PartyRole.BUREAU)
    url = f"{project.get_absolute_url()}copies/"
    return [
        Reason(f"还没有{party}签署的文本。", field=f"party_{party.pk}", url=url, link="去登记")
        for party in rows
    ]


def copies_of(project: Project) -> QuerySet[Attachment]:
    return Attachment.objects.about(project).current().filter(kind=ContractFile.COPY).order_by("pk")


def papers_of_project(project: Project) -> QuerySet[Document]:
    """The papers of the project, the latest first."""
    return Document.objects.about(project).order_by("-issued_at", "-pk")


# --- for the rooms that ask -------------------------------------------------------------------------------------------


def contracted_projects() -> QuerySet[Project]:
    """Projects whose contract was confirmed, with what a payment asks of them: amount, day, edition, unit."""
    rows = Project.objects.contracted().select_related(
        "proposal__call__edition", "institute", "host", "division"
    )
    return rows.order_by("contract_signed_on", "pk")
