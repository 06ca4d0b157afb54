"""The pool as a draw sees it, and draws as they are read, checked and published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from evaluation import policy
from evaluation.enums import GROUND_OF_TIE, LEFT_ASSIGNMENTS, TieKind
from evaluation.models import Assignment, Draw, Expert, Panel, Tie
from evaluation.policy import Candidate, Parties
from evaluation.selectors.panels import BUREAU, LOAD, composition_of
from records import calendar, clock, heads
from records.models import AuditEvent

FORMAT, WITH_BARE_HASHES = "draw/2", "draw/1"
DAYS_OF_A_YEAR = 365.25


def candidates_for(panel: Panel) -> list[Candidate]:
    """The pool as a draw for ``panel`` sees it: available experts, not away, who were not on this panel before."""
    before = Assignment.objects.filter(panel=panel, expert=OuterRef("pk"))
    staff = _staff(panel).filter(user=OuterRef("user"))
    role = Membership.objects.in_effect(clock.today()).filter(role=Role.EXPERT, user=OuterRef("user"))
    rows = (
        Expert.objects.available()
        .present(clock.today(), last_day_of_review(panel))
        .filter(~Exists(before), Exists(role))
        .annotate(load=LOAD, is_staff=Exists(staff))
        .select_related("user")
        .prefetch_related(Prefetch("ties", Tie.objects.standing()))
        .order_by("pk")
    )
    first = look_back_from(panel)
    return [candidate_of(e, since=first, load=e.load, is_staff=e.is_staff) for e in rows]


def _staff(panel: Panel) -> QuerySet[Membership]:
    """Who works for the bureau or for the panel's agency today."""
    rows = Membership.objects.in_effect(clock.today()).exclude(role=Role.EXPERT)
    return rows.filter(Q(role__in=BUREAU) | Q(organisation_id=panel.agency_id))


def staff_among(panel: Panel, experts: Iterable[int]) -> set[int]:
    """Which of these experts work for the bureau or for the panel's agency today."""
    works = _staff(panel).filter(user=OuterRef("user"))
    return set(Expert.objects.filter(Exists(works), pk__in=experts).values_list("pk", flat=True))


def last_day_of_review(panel: Panel) -> date:
    """By when the experts will have scored, if all takes the time it may."""
    days = sum(panel.time_limit(key) or 0 for key in ("invitation", "scoring"))
    return calendar.add_working_days(clock.today(), days)


def look_back_from(panel: Panel) -> date:
    """The first day on which what an expert had to do with somebody still counts."""
    years = float(panel.edition.terms["panel"]["look_back_years"])
    return clock.today() - timedelta(days=round(years * DAYS_OF_A_YEAR))


def candidate_of(expert: Expert, *, since: date, load: int = 0, is_staff: bool = False) -> Candidate:
    ties = [tie for tie in expert.ties.all() if tie.counts_on(since)]
    return Candidate(
        pk=expert.pk,
        seat=expert.seat,
        fields=expert.fields,
        employer=expert.employer,
        outside_city=expert.outside_city,
        load=load,
        ties=tuple((GROUND_OF_TIE[TieKind(tie.kind)], tie.whom, tie.code) for tie in ties),
        name=expert.user.name,
        is_staff=is_staff,
        employer_code=expert.employer_code,
    )


def parties_of(panel: Panel) -> Parties:
    """Whom its experts must have nothing to do with: the parties of the case, and who runs the review."""
    agency = panel.agency
    who_runs_it = {"agencies": frozenset({agency.name}), "agency_codes": frozenset({agency.uscc or ""})}
    return replace(panel.of_kind.parties(panel.case), **who_runs_it)


def pool_for(panel: Panel) -> tuple[list[Candidate], dict[str, str]]:
    """Who may be drawn for ``panel``, and why each of the others may not, by their number in the pool."""
    parties, cap = parties_of(panel), composition_of(panel).load_cap
    pool, excluded = [], dict[str, str]()
    for candidate in candidates_for(panel):
        if reason := policy.barred(candidate, parties=parties, load_cap=cap):
            excluded[str(candidate.pk)] = reason
        else:
            pool.append(candidate)
    return pool, excluded


def exclusions_in_words(panel: Panel, draw: Draw) -> list[tuple[str, int]]:
    """Why experts were left out, and how many for each reason; nobody is named."""
    words = _reasons_in_words(panel)
    reasons = list(draw.excluded.values())
    return [(words.get(code, code), reasons.count(code)) for code in dict.fromkeys(reasons)]


def _reasons_in_words(panel: Panel) -> dict[str, str]:
    words = {ground["code"]: ground["label"] for ground in panel.edition.terms["recusal"]}
    return words | {"load_cap": f"在评任务已达 {panel.edition.terms['panel']['load_cap']} 项"}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Somebody of the pool who was left out of a draw, and why."""

    round: int
    expert: Expert
    ground: str
    reason: str


def exclusions_by_name(panel: Panel) -> list[Exclusion]:
    """Who was left out of each draw of a panel, and why: opened from the seal for the auditor alone."""
    words, draws = _reasons_in_words(panel), list(panel.draws.order_by("round"))
    asked = {int(pk) for draw in draws for pk in draw.excluded}
    experts = Expert.objects.select_related("user").in_bulk(asked)
    return [
        Exclusion(draw.round, experts[int(pk)], ground, words.get(ground, ground))
        for draw in draws
        for pk, ground in sorted(draw.excluded.items(), key=lambda pair: (pair[1], int(pair[0])))
        if int(pk) in experts
    ]


def open_pledge(panel: Panel) -> Draw | None:
    """What was pledged and not drawn yet."""
    return panel.draws.filter(drawn_at__isnull=True).first()


def deciding_line(draw: Draw) -> AuditEvent | None:
    """The register's line that decides: the first chained after the pledge and written at or after its moment."""
    return (
        AuditEvent.objects.filter(position__gt=draw.pledge["register"]["position"], at__gte=draw.draws_after)
        .order_by("position")
        .first()
    )


def line_in_record(draw: Draw, form: str, *, position: int | None, line_hash: str) -> dict:
    """How a record of this form names a line of the register: where it stands, and a fingerprint of it.

    The line may name a person, and whoever could guess what it says must not be able to try the guess. So its hash is
    blinded by the draw's own secret, to which the pledge binds (``sealed``). The first form published it bare.
    """
    place = position or 0
    if form == WITH_BARE_HASHES:
        return {"position": place, "hash": line_hash}
    secret = policy.digest(f"register:{draw.salt}")
    return {"position": place, "fingerprint": heads.fingerprint(place, line_hash, secret=secret)}


def beacon_in(written: dict) -> str:
    """What a record names a line of the register by: the value that nobody knew before, from which the seed is made."""
    return written["fingerprint"] if "fingerprint" in written else written["hash"]


def pledges_waiting_for_a_line(at: datetime) -> list[Draw]:
    """Pledges whose moment has come and after which the register has no line yet."""
    due = (
        Draw.objects.filter(drawn_at__isnull=True, draws_after__lte=at).select_related("panel").order_by("pk")
    )
    return [draw for draw in due if deciding_line(draw) is None]


def sealed(draw: Draw) -> str:
    """The fingerprint of what stays inside: which expert is which ball, and who was excluded why."""
    return policy.digest({"salt": draw.salt, "tickets": draw.tickets, "excluded": draw.excluded})


def faults_of_draw(draw: Draw) -> list[str]:
    """What does not hold when the draw is made again from its record; empty where everything does."""
    pledge, found = draw.pledge, []
    if policy.digest(pledge) != draw.commitment:
        found.append("承诺指纹与所公布的内容不符")
    if sealed(draw) != pledge.get("sealed"):
        found.append("号码与专家的对应关系或回避名单被改动")
    if policy.digest(draw.nonce) != pledge.get("nonce"):
        found.append("随机数与承诺的指纹不符")
    if not found and draw.result:
        found = _faults_of_result(draw, draw.result)
    return found


def _faults_of_result(draw: Draw, result: dict) -> list[str]:
    found, line = [], deciding_line(draw)
    written = result["register"]
    if line is None or not _is_named(draw, line, written):
        found.append("登记簿中该时刻之后的第一条登记与记录不符")
    seed = policy.seed_of(commitment=draw.commitment, nonce=draw.nonce, beacon=beacon_in(written))
    again = policy.draw(draw.pledge, seed=seed)
    drawn = (seed, list(again.order), [list(pair) for pair in again.seats])
    if drawn != (result["seed"], draw.order, [list(pair) for pair in draw.chosen]):
        found.append("按记录重新抽取的结果不同")
    return found


def _is_named(draw: Draw, line: AuditEvent, written: dict) -> bool:
    named = line_in_record(draw, draw.pledge["format"], position=line.position, line_hash=line.hash)
    return named.items() <= written.items()


def is_replayed(draw: Draw) -> bool:
    """Whether drawing again from the record gives the same fingerprints, order and seats."""
    return not faults_of_draw(draw)


def public_draws() -> QuerySet[Draw]:
    """Every draw there was, the latest first: pledged or drawn."""
    rows = Draw.objects.filter(pledge__format__in=[FORMAT, WITH_BARE_HASHES]).select_related("panel")
    return rows.order_by(F("pledged_at").desc(), "-pk")


def public_record(draw: Draw) -> dict:
    """Everything an outsider needs to draw again, and nothing about a person."""
    return {
        "pledge": draw.pledge,
        "commitment": draw.commitment,
        "drawn": {**draw.result, "nonce": draw.nonce} if draw.result else None,
        "seats": seats_by_ball(draw),
    }


def seats_by_ball(draw: Draw) -> list[dict]:
    """Who was seated by this draw, by ball: at once, or as the next in its order; and who left."""
    later = draw.panel.draws.filter(round__gt=draw.round, drawn_at__isnull=False).first()
    rows = draw.panel.assignments.order_by("position")
    if later:
        rows = rows.filter(invited_at__lt=later.drawn_at)
    seats = [(row, draw.ball_of(row.expert_id)) for row in rows]
    return [
        {
            "position": row.position,
            "seat": row.seat,
            "ball": ball,
            "invited_at": timezone.localtime(row.invited_at).isoformat(timespec="seconds"),
            "left": row.state in LEFT_ASSIGNMENTS,
        }
        for row, ball in seats
        if ball is not None and draw.result
    ]
