"""Who sees which proposal, how lists of them are searched, and what belongs to one."""

from django.db.models import Case, Q, QuerySet, When

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.models import Institute, Recognition
from projects.enums import OFFICE_FILES, ProposalState
from projects.models import Proposal, ProposalVersion
from projects.selectors.sides import BUREAU, COUNTY, UNIT, agencies_of
from records.deadlines import with_due
from records.models import Attachment, Document

PROPOSAL_TYPE = "projects.proposal"
_RELATED = (
    "call__edition",
    "call__guide",
    "institute__recognition",
    "host",
    "division",
    "topic__chain",
    "agency",
)
HIDDEN_FROM_AGENCY = Q(reviewed_at__isnull=True) | Q(state=ProposalState.CLOSED_REVIEW)
"""Until the experts have found for it, the agency must not learn whose proposal it is."""


def proposals_visible_to(user: User) -> QuerySet[Proposal]:
    """A unit sees its own; county and city what was handed in; an agency what it was entrusted with.

    Rows that the reader sees as the agency only, before the experts have found for them, are ``is_blinded``.
    """
    rows = with_due(Proposal.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(Role.AUDITOR):
        return rows
    openly = _own(user) | _of_county(user) | _of_city(user)
    agencies = agencies_of(user)
    if not agencies:
        return rows.filter(openly)
    blinded = Case(When(~openly & HIDDEN_FROM_AGENCY, then=True), default=False)
    return rows.filter(openly | Q(agency_id__in=agencies)).annotate(**{"is_blinded": blinded})


def _own(user: User) -> Q:
    return Q(host_id__in=sorted(reach_of(user.memberships_active, *UNIT).organisations))


def _of_county(user: User) -> Q:
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return Q(division_id__in=divisions, number__isnull=False)


def _of_city(user: User) -> Q:
    return Q(number__isnull=False) if user.holds(*BUREAU, Role.FINANCE) else Q(pk__in=[])


def _openly(rows: QuerySet[Proposal]) -> Q:
    return Q(is_blinded=False) if "is_blinded" in rows.query.annotations else Q()


def search_proposals(rows: QuerySet[Proposal], text: str) -> QuerySet[Proposal]:
    """Those whose title, number, unit or leader contains ``text``; blinded ones are found by their number alone."""
    named = Q(title__icontains=text) | Q(host__name__icontains=text) | Q(leader_name__icontains=text)
    numbered = Q(number__icontains=text) | Q(project_number__icontains=text)
    return rows.filter(numbered | named & _openly(rows))


def find(pk: int) -> Proposal | None:
    """A proposal with everything that its deeds ask of its rows."""
    return Proposal.objects.select_related(*_RELATED).filter(pk=pk).first()


def units_open_to(user: User) -> QuerySet[Institute]:
    """The institutes for whose host this person may propose: recognised and not stopped."""
    own = sorted(reach_of(user.memberships_active, *UNIT).organisations)
    rows = Institute.objects.filter(host_id__in=own, recognition__in=_entitling())
    return rows.select_related("host", "division", "recognition").order_by("name")


def _entitling() -> QuerySet[Recognition]:
    return Recognition.objects.entitling().order_by().values("pk")


def latest_version(proposal: Proposal) -> ProposalVersion | None:
    """The proposal as it was handed in last."""
    return proposal.versions.order_by("-number").first()


def files_of(proposal: Proposal) -> QuerySet[Attachment]:
    """The annexes of the proposal as they stand, without what offices attached."""
    rows = Attachment.objects.about(proposal).current().exclude(kind__in=OFFICE_FILES)
    return rows.select_related("uploaded_by").order_by("kind", "pk")


def files_held(proposal: Proposal) -> list[dict]:
    """The annexes as a version keeps them."""
    return [
        {"id": file.pk, "kind": file.kind, "name": file.name, "sha256": file.sha256}
        for file in files_of(proposal)
    ]


def papers_about(proposal: Proposal) -> QuerySet[Document]:
    """The papers of the case, the latest first."""
    return Document.objects.about(proposal).order_by("-issued_at", "-pk")
