"""Reads of achievements: who sees which, what counts toward what, which may be the same, what is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes import policy
from institutes.book.rules.plan import AMOUNTS, TARGETS
from institutes.enums import AchievementKind, HintGround
from institutes.enums.projects import ProjectLevel
from institutes.models import Achievement, AchievementHint, Institute, RecognitionEdition
from institutes.selectors.sides import BUREAU, COUNTY, UNIT
from records.deadlines import with_due
from records.models import Attachment
from records.names import plain_name

EDITION = "achievements"
CITY = (*BUREAU, Role.AUDITOR, Role.FINANCE, Role.TAX)
"""Who reads what every institute of the city has handed in."""
ACHIEVEMENT_READERS = (*UNIT, *COUNTY, *CITY)
GOALS = ("achievements", "transfers")
"""What the city counts toward: new technologies and products (100), transferred results (40)."""
_RELATED = (
    "institute__recognition",
    "institute__host",
    "institute__chain",
    "host",
    "division",
    "edition",
)


def achievements_visible_to(user: User) -> QuerySet[Achievement]:
    """A unit sees those of its institutes; its county, and the city's offices, what was handed in."""
    rows = with_due(Achievement.objects.select_related(*_RELATED))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    handed_in = Q(handed_in_at__isnull=False)
    units = sorted(reach_of(user.memberships_active, *UNIT).organisations)
    condition = Q(host_id__in=units) | Q(institute__host_id__in=units)
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    condition |= handed_in & Q(division_id__in=divisions)
    if user.holds(*CITY):
        condition |= handed_in
    return rows.filter(condition)


def search_achievements(rows: QuerySet[Achievement], text: str) -> QuerySet[Achievement]:
    """Those whose title, number, partner or institute, now or before, contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(
        Q(title__icontains=text)
        | Q(number__icontains=text)
        | Q(source_number__iexact=text.strip())
        | Q(partner_name__icontains=text)
        | Q(partner_uscc__iexact=text.strip())
        | Q(institute__in=named)
    )


def projects_by_level(institute: Institute) -> list[tuple[str, str, int, Decimal]]:
    """The projects that it undertakes (四(七)), verified: of each level code, words, how many, and the public money."""
    rows = verified_of(institute).filter(kind=AchievementKind.EXTERNAL_PROJECT).order_by()
    found = {
        level: (n, total)
        for level, n, total in rows.values_list("level").annotate(n=Count("pk"), total=Sum("amount"))
    }
    return [
        (level.value, str(level.label), *found.get(level.value, (0, Decimal(0)))) for level in ProjectLevel
    ]


# --- what counts ------------------------------------------------------------------------------------------------------


def verified_of(
    institute: Institute, *, since: date | None = None, until: date | None = None
) -> QuerySet[Achievement]:
    """What this institute brought about, from a day to a day (both included), and county and bureau verified."""
    return brought_about(Achievement.objects.verified().filter(institute=institute), since, until)


def brought_about(
    rows: QuerySet[Achievement], since: date | None, until: date | None
) -> QuerySet[Achievement]:
    """Those brought about from a day to a day, both included; an end that is not given is open."""
    if since:
        rows = rows.filter(achieved_on__gte=since)
    return rows.filter(achieved_on__lte=until) if until else rows


def counts_by_target(
    institute: Institute, *, since: date | None = None, until: date | None = None
) -> dict[str, int | Decimal]:
    """What an institute's verified achievements come to, by the codes of the targets in the application's book.

    People add up by their number, new revenue by its yuan, everything else by the piece; a killer product is a new
    product, too; a firm that is served year after year is one. A target to which nothing was added is left out.
    """
    rows = verified_of(institute, since=since, until=until)
    return policy.tally(_once_each(rows.order_by().values_list(*_MEASURED, *_AGAIN)))


_MEASURED = ("terms__targets", "terms__measure", "quantity", "amount")
_AGAIN = ("terms__recurs", "kind", "partner_uscc")


def _once_each(rows: Iterable[Sequence]) -> list[policy.Measured]:
    """What each adds, without what counts again each year where the same firm did before."""
    found, seen = [], set()
    for *measure, recurs, kind, who in rows:
        if recurs and (kind, who) in seen:
            continue
        seen.add((kind, who))
        found.append(tuple(measure))
    return found


def counts_in_build_periods(
    institutes: Iterable[Institute], *, until: date
) -> dict[int, dict[str, int | Decimal]]:
    """:func:`counts_by_target` since each one's build period began, by the institute's key, in one query for all."""
    begun = {one.pk: one.build_from for one in institutes if one.build_from}
    rows = brought_about(Achievement.objects.verified().filter(institute__in=begun), None, until).order_by()
    measured: dict[int, list] = {}
    for pk, achieved_on, *measure in rows.values_list("institute_id", "achieved_on", *_MEASURED, *_AGAIN):
        if achieved_on >= begun[pk]:
            measured.setdefault(pk, []).append(measure)
    return {pk: policy.tally(_once_each(found)) for pk, found in measured.items()}


def targets_verified(on: date) -> frozenset[str]:
    """The targets of the book that achievements feed, by the edition in force on a day; none before there was one."""
    editions = RecognitionEdition.objects.filter(kind=EDITION, valid_from__lte=on)
    edition = editions.order_by("-valid_from").first()
    kinds = edition.terms["kinds"] if edition else ()
    return frozenset(target for kind in kinds for target in kind["targets"])


@dataclass(frozen=True, slots=True)
class Counted:
    """What an institute has of one target: its label, the number or the yuan, and in which unit that is."""

    code: str
    label: str
    value: int | Decimal
    unit: str

    @property
    def is_money(self) -> bool:
        return self.code in AMOUNTS


UNITS = {"invention_patents": "件", "service_clients": "家", "incubated_firms": "家", "trained_people": "人"}


def counted_targets(institute: Institute) -> list[Counted]:
    """Every target of the book that achievements feed, with what was verified so far; nothing is a zero."""
    counts = counts_by_target(institute)
    return [
        Counted(code, str(label), counts.get(code, 0), UNITS.get(code, "项"))
        for code, label in TARGETS.items()
        if code != "tax"  # the tax bureau says what was paid
    ]


def counts_by_task(institute: Institute) -> dict[str, int]:
    """How many verified achievements stand under each of the five tasks (二(二)), by its label."""
    found: dict[str, int] = {}
    for label in verified_of(institute).order_by().values_list("terms__task_label", flat=True):
        found[label] = found.get(label, 0) + 1
    return found


def counting_toward(
    goal: str, *, since: date | None = None, until: date | None = None
) -> QuerySet[Achievement]:
    """The verified achievements behind a number of the city's targets, of whichever institute."""
    return brought_about(Achievement.objects.verified().toward(goal), since, until)


def totals(goal: str, *, since: date | None = None, until: date | None = None) -> int:
    """How many verified achievements the city has toward a goal (``GOALS``), brought about from a day to a day."""
    return counting_toward(goal, since=since, until=until).count()


def target_labels(codes: Iterable[str]) -> list[str]:
    """What the targets of the application's book are called."""
    return [str(TARGETS[code]) for code in codes]


# --- what an edition says ---------------------------------------------------------------------------------------------


def achievement_edition(on: date) -> RecognitionEdition:
    """The rules for achievements in force on that day."""
    return RecognitionEdition.objects.in_force(EDITION, on)


def kinds_in(edition: RecognitionEdition, tasks: Mapping[str, str] | None = None) -> dict[str, dict]:
    """The kinds of an edition by code, with what each says in full: task and evidence by their labels, too."""
    labels = {row["code"]: row["label"] for row in edition.terms["evidence"]}
    tasks = task_labels(edition.valid_from) if tasks is None else tasks
    again = {row["code"]: row for row in edition.terms.get("recurring", ())}
    return {
        row["code"]: {
            **row,
            **_counted_again(again.get(row["code"])),
            "task_label": tasks[row["task"]],
            "evidence": [{"code": code, "label": labels[code]} for code in row["evidence"]],
        }
        for row in edition.terms["kinds"]
    }


def _counted_again(row: Mapping[str, str] | None) -> dict[str, str]:
    """What a kind says besides that goes on from year to year: how often it counts again, and how to enter it."""
    return {"recurs": row["period"], "help": row["help"]} if row else {}


def task_labels(on: date) -> dict[str, str]:
    """The five tasks of an institute (二(二)), as the rules of recognition of that day name them; none before there
    are any."""
    rows = RecognitionEdition.objects.filter(kind="recognition", valid_from__lte=on).order_by("-valid_from")
    edition = rows.first()
    return {row["code"]: row["label"] for row in edition.terms["tasks"]} if edition else {}


def institutes_to_achieve(user: User) -> QuerySet[Institute]:
    """Institutes for which this person's unit may enter achievements: in force; one that is stopped says so."""
    mine = sorted(reach_of(user.memberships_active, *UNIT).organisations) if user.is_authenticated else []
    rows = Institute.objects.recognised().filter(host_id__in=mine)
    return rows.select_related("host", "division", "recognition")


# --- once across years and institutes ---------------------------------------------------------------------------------


def holding_mark(achievement: Achievement) -> Achievement | None:
    """The other achievement that stands under the same number; None where the number is free."""
    if not achievement.mark:
        return None
    rows = Achievement.objects.live().filter(mark=achievement.mark).exclude(pk=achievement.pk)
    return rows.select_related("institute", "division").first()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another achievement that may be the same: why, and how much alike the titles are, in per cent."""

    other: Achievement
    ground: str
    likeness: Decimal


def resembling(achievement: Achievement) -> list[Likeness]:
    """Live achievements that may be the same under another title, the most alike first.

    Of the same kind, or counting toward the same goal of the city: one product is not to count as two.
    """
    same_kind = Q(kind=achievement.kind)
    if goal := achievement.terms["toward"]:
        same_kind |= Q(terms__toward=goal)
    rows = Achievement.objects.live().filter(same_kind).exclude(pk=achievement.pk)
    limits = achievement.edition.terms["likeness"]
    alike, near = Decimal(limits["title"]), Decimal(limits["title_same_partner"])
    title, partner = plain_name(achievement.title), achievement.partner_uscc
    found = []
    columns = ("pk", "title", "partner_uscc", "institute")
    for other in rows.only(*columns).order_by("pk").iterator(chunk_size=500):
        likeness = policy.likeness(title, plain_name(other.title))
        if likeness >= alike:
            found.append(Likeness(other, HintGround.TITLE, likeness))
        elif partner and partner == other.partner_uscc and likeness >= near:
            found.append(Likeness(other, HintGround.PARTNER, likeness))
    return sorted(found, key=lambda one: (-one.likeness, one.other.pk))


def suspected_twins_of(achievement: Achievement) -> QuerySet[AchievementHint]:
    """What was found when it was last handed in; each to be answered by county and bureau."""
    rows = achievement.hints.filter(raised_at=achievement.handed_in_at)
    return rows.select_related("other__institute", "other__division", "other__host")


# --- what is still to be brought --------------------------------------------------------------------------------------


def evidence_of(achievement: Achievement) -> QuerySet[Attachment]:
    """What was brought to prove it."""
    return Attachment.objects.about(achievement).current().order_by("kind", "pk")


def evidence_missing(achievement: Achievement, held: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The kinds of evidence that its kind asks for and that are not there yet."""
    known = set(evidence_of(achievement).values_list("kind", flat=True) if held is None else held)
    return [row for row in achievement.evidence if row["code"] not in known]


def open_achievements_of(institute: Institute) -> QuerySet[Achievement]:
    """What is on its way and not decided."""
    return Achievement.objects.open().filter(institute=institute).order_by("pk")


def mark_of_achievement(achievement: Achievement) -> str:
    """By what it is known to be the same; the institute is part of it where one firm counts once for each, the year
    where it counts again each year."""
    return policy.mark_of(
        achievement.terms,
        number=achievement.number,
        uscc=achievement.partner_uscc,
        institute=achievement.institute_id,
        year=achievement.achieved_on.year if achievement.achieved_on else None,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an achievement stands already, in words for one reader, with the way there where they may go it."""

    words: str
    url: str = ""
    link: str = ""


def place_of_achievement(twin: Achievement, reader: User) -> Place:
    """Where ``twin`` stands: named to those who may see it; another unit learns no more than that it stands."""
    if achievements_visible_to(reader).filter(pk=twin.pk).exists():
        words = f"同一编号已由“{twin.institute}”填报（{twin.title}，{twin.year} 年）。"
        return Place(words, twin.get_absolute_url(), "查看已填报的成果")
    return Place("同一编号已由本市另一家研究院填报；有异议的，请向归口的县（市、区）科技管理部门反映。")
