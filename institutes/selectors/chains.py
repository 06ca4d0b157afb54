"""The map of chains (四(一)) as it is read: who stands where, which segment has no institute, what counties propose."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums import OPEN_STATES, ChainRole, ProposalState, SegmentPosition
from institutes.models import (
    Application,
    ChainMember,
    ChainProposal,
    ChainSegment,
    ChainSource,
    IndustryChain,
    Institute,
)
from institutes.models.proposal import HANDED_IN
from institutes.selectors.sides import BUREAU, COUNTY
from records import audit, calendar, clock, deadlines
from records.deadlines import with_due
from records.models import Attachment, AuditEvent
from records.models.subject import subject_type

KEEPERS = (*COUNTY, *BUREAU, Role.AUDITOR)
"""Who reads the officers' pages of the map; everybody else reads the public one."""


# --- who stands where -----------------------------------------------------------------------------------------------


def chains_visible_to(user: User) -> QuerySet[IndustryChain]:
    """All of them, for the offices that keep and propose."""
    rows = IndustryChain.objects.all()
    return rows if user.is_authenticated and (user.is_system or user.holds(*KEEPERS)) else rows.none()


def search_chains(rows: QuerySet[IndustryChain], text: str) -> QuerySet[IndustryChain]:
    """Those whose name or industry contains ``text``, or on which such an enterprise stands."""
    on_it = ChainMember.objects.present().filter(Q(name__icontains=text) | Q(uscc__iexact=text))
    named = Q(name__icontains=text) | Q(industry__icontains=text)
    return rows.filter(named | Q(pk__in=on_it.values("segment__chain")))


def led_or_not(rows: QuerySet[IndustryChain], *, led: bool) -> QuerySet[IndustryChain]:
    """Those on which a recognised institute stands, or those on which none does."""
    standing = Exists(Institute.objects.recognised().filter(chain=OuterRef("pk")))
    return rows.filter(standing if led else ~standing)


def public_chains() -> QuerySet[IndustryChain]:
    """Those in use, the priority chains first."""
    return IndustryChain.objects.active()


def standing_on_the_map(uscc: str) -> QuerySet[ChainMember]:
    """Where an enterprise stands now: where it leads before where it carries, priority chains before others."""
    if not uscc:
        return ChainMember.objects.none()
    rows = ChainMember.objects.present().filter(uscc=uscc).select_related("segment__chain", "source")
    return rows.order_by("-role", "-segment__chain__is_priority", "segment__chain__order", "pk")


def members_of_chains(chains: Iterable[IndustryChain]) -> QuerySet[ChainMember]:
    """The present members of these chains, in the order of the map."""
    rows = ChainMember.objects.present().filter(segment__chain__in=list(chains))
    return rows.select_related("segment__chain", "division", "source")


def narrowed(
    members: QuerySet[ChainMember], *, text: str = "", division: Division | None = None, role: str = ""
) -> QuerySet[ChainMember]:
    """Those of a name, a county, a role."""
    if text:
        members = members.filter(Q(name__icontains=text) | Q(uscc__iexact=text))
    if division:
        members = members.filter(division=division)
    return members.filter(role=role) if role else members


def changes_of(chain: IndustryChain) -> QuerySet[AuditEvent]:
    """What was changed on a chain, oldest first."""
    return audit.history(chain).exclude(to_state="").select_related("actor")


def former_members(chain: IndustryChain) -> QuerySet[ChainMember]:
    """Who stood on the chain once, the latest first."""
    rows = ChainMember.objects.filter(segment__chain=chain, until__isnull=False)
    return rows.select_related("segment", "division", "source").order_by("-until", "-pk")


def institutes_on_the_map() -> QuerySet[Institute]:
    """Recognised institutes, each with the application or entry that names its segment."""
    rows = Institute.objects.recognised().select_related(
        "host", "division", "recognition__application", "recognition__earlier"
    )
    return rows.order_by("recognition__pk")


def institutes_in(segments: Iterable[ChainSegment | int]) -> QuerySet[Institute]:
    """Recognised institutes whose application or entry names one of these segments."""
    named = Q(recognition__application__segment__in=segments) | Q(recognition__earlier__segment__in=segments)
    return institutes_on_the_map().filter(named)


def open_applications_in(segments: Iterable[ChainSegment]) -> int:
    """How many applications under way name one of these segments."""
    return Application.objects.filter(segment__in=segments, state__in=OPEN_STATES).count()


def open_applications_of(chain: IndustryChain) -> int:
    """How many applications under way name this chain."""
    return Application.objects.filter(chain=chain, state__in=OPEN_STATES).count()


def sources_in_use() -> QuerySet[ChainSource]:
    """Documents to choose from: those the bureau entered itself, the latest first."""
    return ChainSource.objects.filter(proposal__isnull=True)


def sources_with_files() -> set[int]:
    """The documents whose original is on record."""
    files = Attachment.objects.filter(subject_type=subject_type(ChainSource)).current()
    return set(files.values_list("subject_id", flat=True))


# --- the map as it is drawn -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Place:
    """A segment with whoever stands on it."""

    segment: ChainSegment
    members: list[ChainMember] = field(default_factory=list)
    institutes: list[Institute] = field(default_factory=list)

    @property
    def leaders(self) -> list[ChainMember]:
        return [member for member in self.members if member.role == ChainRole.LEADER]

    @property
    def backbones(self) -> list[ChainMember]:
        return [member for member in self.members if member.role == ChainRole.BACKBONE]


@dataclass(slots=True)
class Drawn:
    """A chain as it is drawn: its segments from upstream to downstream. ``elsewhere``: institutes without a segment."""

    chain: IndustryChain
    places: list[Place] = field(default_factory=list)
    elsewhere: list[Institute] = field(default_factory=list)

    @property
    def columns(self) -> list[tuple[str, list[Place]]]:
        return [
            (str(position.label), [place for place in self.places if place.segment.position == position])
            for position in SegmentPosition
        ]

    @property
    def members(self) -> list[ChainMember]:
        return [member for place in self.places for member in place.members]

    @property
    def institutes(self) -> list[Institute]:
        return [institute for place in self.places for institute in place.institutes] + self.elsewhere

    @property
    def without_institute(self) -> list[Place]:
        return [place for place in self.places if not place.institutes]

    @property
    def without_leader(self) -> list[Place]:
        return [place for place in self.places if not place.leaders]

    @property
    def has_leader(self) -> bool:
        return any(place.leaders for place in self.places)

    @property
    def enterprises(self) -> int:
        """How many enterprises, each counted once however often it stands on the chain."""
        return len({member.uscc for member in self.members})

    @property
    def counties(self) -> list[tuple[str, int, int, int]]:
        """County by county: enterprises, leaders among them, institutes; the largest first."""
        firms = Counter(county for county, _uscc in _by_county(self.members))
        leads = Counter(
            county for county, _uscc in _by_county(m for m in self.members if m.role == ChainRole.LEADER)
        )
        institutes = Counter(str(institute.division) for institute in self.institutes)
        rows = [(name, firms[name], leads[name], institutes[name]) for name in {*firms, *institutes}]
        return sorted(rows, key=lambda row: (-row[1], -row[3], row[0]))


def _by_county(members: Iterable[ChainMember]) -> set[tuple[str, str]]:
    """Each enterprise once, with its county; one outside of the city has none."""
    return {(str(member.division or ""), member.uscc) for member in members}


def drawn(chains: Iterable[IndustryChain], *, members: QuerySet[ChainMember] | None = None) -> list[Drawn]:
    """These chains with everything that stands on them; four queries, however many. ``members``: only these."""
    found = {chain.pk: Drawn(chain) for chain in chains}
    places = {}
    for segment in ChainSegment.objects.filter(chain__in=found, is_active=True).order_by(
        "-position", "order", "pk"
    ):
        segment.chain = found[segment.chain_id].chain
        places[segment.pk] = Place(segment)
        found[segment.chain_id].places.append(places[segment.pk])
    for member in members if members is not None else members_of_chains(one.chain for one in found.values()):
        if member.segment_id in places:
            places[member.segment_id].members.append(member)
    heirs = dict(
        ChainSegment.objects.filter(chain__in=found, merged_into__isnull=False).values_list(
            "pk", "merged_into_id"
        )
    )
    for institute in institutes_on_the_map().filter(chain__in=found):
        named = institute.recognition.segment_id or 0
        place = places.get(heirs.get(named) or named)
        (place.institutes if place else found[institute.chain_id].elsewhere).append(institute)
    return list(found.values())


# --- what counties propose ------------------------------------------------------------------------------------------


def proposals_visible_to(user: User) -> QuerySet[ChainProposal]:
    """A county sees its own; bureau and auditor what was handed in."""
    rows = ChainProposal.objects.select_related(
        "chain", "segment__chain", "member__segment", "member__division", "division", "edition"
    )
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return with_due(rows)
    condition = Q(division_id__in=sorted(reach_of(user.memberships_active, *COUNTY).divisions))
    if user.holds(*BUREAU, Role.AUDITOR):
        condition |= Q(proposed_at__isnull=False)
    return with_due(rows.filter(condition))


def search_proposals(rows: QuerySet[ChainProposal], text: str) -> QuerySet[ChainProposal]:
    """Those about an enterprise, a segment or a chain whose name contains ``text``."""
    return rows.filter(
        Q(name__icontains=text)
        | Q(member__name__icontains=text)
        | Q(uscc__iexact=text)
        | Q(chain__name__icontains=text)
    )


def division_to_propose_for(user: User) -> Division | None:
    """The county for which this person drafts."""
    mine = (m for m in user.memberships_active if m.role == Role.COUNTY_STAFF and m.organisation.division_id)
    return next((membership.organisation.division for membership in mine), None)


def proposals_waiting(chain: IndustryChain) -> int:
    """How many proposals about this chain the bureau has not decided."""
    waiting = [state for state in HANDED_IN if state in (ProposalState.PROPOSED, ProposalState.CHECKED)]
    return chain.proposals.filter(state__in=waiting).count()


def due_on_of(proposal: ChainProposal) -> date | None:
    """Until when the present holder has it."""
    deadline = deadlines.current(proposal)
    return deadline.due_on if deadline else None


def days_left_of(proposal: ChainProposal) -> int | None:
    """The working days that are left to the present holder."""
    due_on = due_on_of(proposal)
    return calendar.working_days_left(clock.today(), due_on) if due_on else None
