"""What the picture of a chain is drawn from: who stands where, which institutes there are, which joint projects.

Officers who keep the map read every enterprise by name; everybody else the leaders, and of the backbones how many
there are, as on the public map. Nobody's person is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Division, User
from institutes import selectors as chains
from institutes.models import ChainMember, IndustryChain, Institute
from institutes.selectors.chains import Drawn, Place
from portal.chain_picture import Kind, Node, walk
from projects.enums.running import ProjectState
from projects.models import Project
from projects.selectors import projects_visible_to

PUBLIC_STATES = (ProjectState.RUNNING, ProjectState.SUSPENDED, ProjectState.ACCEPTED)
"""Joint projects whose contract is signed and that were neither refused nor broken off: shown to everybody."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn, and the counts of it: each enterprise once, however often it stands on a chain."""

    roots: list[Node]
    segments: int
    enterprises: int
    institutes: int
    projects: int
    gaps: int


@dataclass(frozen=True, slots=True)
class _Reader:
    """What of the picture somebody reads, and where the boxes lead."""

    officer: bool
    division: Division | None
    whole: bool
    projects: dict[int, list[Node]]

    def chain_url(self, chain: IndustryChain, segment: int | None = None) -> str:
        page = ("institutes:chain", chain.pk) if self.officer else ("institutes:chain-on-map", chain.code)
        return reverse(page[0], args=[page[1]]) + (f"#segment-{segment}" if segment else "")

    def here(self, rows: Iterable) -> list:
        return [row for row in rows if self.division is None or row.division_id == self.division.pk]


def scene(user: User, *, on: Sequence[IndustryChain], division: Division | None, whole: bool) -> Scene:
    """The picture of these chains; of one county where it is named. Not ``whole``: chains and segments alone."""
    found = chains.drawn(on)
    officer = bool(user.is_authenticated and user.holds(*chains.KEEPERS))
    reader = _Reader(officer, division, whole, _projects(user, found, officer=officer))
    roots = [_chain(one, reader) for one in found]
    if division is not None:
        roots = [root for root in roots if root.children]
    members = [member for one in found for member in reader.here(one.members)]
    institutes = [institute for one in found for institute in reader.here(one.institutes)]
    return Scene(
        roots,
        segments=sum(node.kind == Kind.SEGMENT for node in walk(roots)),
        enterprises=len({member.uscc for member in members}),
        institutes=len(institutes),
        projects=sum(len(reader.projects[one.pk]) for one in institutes),
        gaps=sum(len(one.without_institute) for one in found) if division is None else 0,
    )


def _projects(user: User, found: list[Drawn], *, officer: bool) -> dict[int, list[Node]]:
    """The joint projects of these institutes: for officers in every state, with the way to each they may open."""
    keys = [institute.pk for one in found for institute in one.institutes]
    rows = Project.objects.filter(institute__in=keys).order_by("-year", "pk")
    if not officer:
        rows = rows.filter(state__in=PUBLIC_STATES)
    readable = set(projects_visible_to(user).order_by().values_list("pk", flat=True)) if officer else set()
    grouped: dict[int, list[Node]] = defaultdict(list)
    for project in rows:
        readers_page = project.get_absolute_url() if project.pk in readable else ""
        url = readers_page or reverse("directory-institute", args=[project.institute_id])
        note = f"{project.year} 年" + (f" · {project.get_state_display()}" if officer else "")
        grouped[project.institute_id].append(Node(Kind.PROJECT, project.title, note, url))
    return grouped


def _chain(one: Drawn, reader: _Reader) -> Node:
    note = _("{n} 个环节").format(n=len(one.places))
    if one.without_institute:
        note += _("，{n} 个尚无研究院").format(n=len(one.without_institute))
    node = Node(Kind.CHAIN, str(one.chain), note, reader.chain_url(one.chain))
    node.children = [_segment(one, place, reader) for place in one.places]
    if elsewhere := reader.here(one.elsewhere):
        rest = Node(Kind.SEGMENT, _("未指明环节"), "", reader.chain_url(one.chain))
        rest.children = [_institute(institute, reader) for institute in elsewhere] if reader.whole else []
        node.children.append(rest)
    if reader.division is not None:
        node.children = [child for child in node.children if child.children]
    return node


def _segment(one: Drawn, place: Place, reader: _Reader) -> Node:
    """A segment with who stands on it, and that it is a gap where no institute does."""
    members, institutes = reader.here(place.members), reader.here(place.institutes)
    said = [str(place.segment.get_position_display()), _("企业 {n}").format(n=len(members))]
    said.append(_("研究院 {n}").format(n=len(institutes)) if place.institutes else _("尚无研究院"))
    node = Node(
        Kind.SEGMENT, place.segment.name, " · ".join(said), reader.chain_url(one.chain, place.segment.pk)
    )
    node.children = _standing(one.chain, place, reader) if reader.whole else []
    if not place.institutes and reader.division is None:
        node.children.append(Node(Kind.GAP, _("尚无研究院"), _("可在此环节布局"), node.url))
    return node


def _standing(chain: IndustryChain, place: Place, reader: _Reader) -> list[Node]:
    """Enterprises with their own institutes, how many are not named, and the institutes of other hosts."""
    own = defaultdict(list)
    for institute in reader.here(place.institutes):
        own[institute.host.uscc].append(institute)
    members = reader.here(place.members)
    named = [member for member in members if reader.officer or member in place.leaders]
    found = [_member(chain, member, own.pop(member.uscc, []), reader) for member in named]
    if unnamed := len(members) - len(named):
        label = _("骨干企业 {n} 家").format(n=unnamed)
        found.append(Node(Kind.MORE, label, "", reader.chain_url(chain, place.segment.pk)))
    return found + [_institute(each, reader) for group in own.values() for each in group]


def _member(chain: IndustryChain, member: ChainMember, own: list[Institute], reader: _Reader) -> Node:
    kind = Kind.LEADER if member.role == "leader" else Kind.BACKBONE
    where = str(member.division or _("市外"))
    url = reader.chain_url(chain, member.segment_id)
    return Node(kind, member.name, where, url, [_institute(institute, reader) for institute in own])


def _institute(institute: Institute, reader: _Reader) -> Node:
    url = (
        institute.get_absolute_url()
        if reader.officer
        else reverse("directory-institute", args=[institute.pk])
    )
    return Node(
        Kind.INSTITUTE, institute.name, str(institute.division), url, reader.projects.get(institute.pk, [])
    )
