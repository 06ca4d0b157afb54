"""Reads of annual assessments: who sees which, what a report says and still lacks, what the years come to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation.enums.assessment import UNWRITTEN
from evaluation.enums.assessment import AssessmentState as S
from evaluation.models import Assessment, AssessmentList, ReviewEdition
from evaluation.policy import assessment as policy
from institutes.enums import RevocationState
from institutes.models import Achievement, Institute, Recognition, Revocation
from institutes.selectors import BUREAU, COUNTY, UNIT
from institutes.selectors.achievements import verified_of
from institutes.selectors.content import answers_of
from records.deadlines import with_due
from records.errors import Reason
from records.models import Document

KIND = "assessment"
ASSESSMENT_TYPE, LIST_TYPE = "evaluation.assessment", "evaluation.assessmentlist"
SIGNERS = (Role.TAX, Role.FINANCE)
"""Whose figures and words a year needs beside the bureau's (五(一))."""
READERS = (*UNIT, *COUNTY, *BUREAU, *SIGNERS, Role.AUDITOR)
OFFICERS = (*BUREAU, Role.AUDITOR)
FAILED_ASSESSMENTS = "failed_assessments"
"""The cause of revocation that belongs to them."""
_RELATED = ("institute__recognition", "edition", "host", "division", "published_in")


def assessments_visible_to(user: User) -> QuerySet[Assessment]:
    """All for the bureau and the auditor; a county's, a unit's own; tax and finance those that reached them."""
    rows = with_due(Assessment.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    if user.holds(*SIGNERS):
        mine |= Q(county_checked_at__isnull=False)
    return rows.filter(mine)


def search_assessments(rows: QuerySet[Assessment], text: str) -> QuerySet[Assessment]:
    """Those of an institute or a unit whose name, now or before, or number contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(Q(institute__in=named) | Q(host__name__icontains=text) | Q(number__icontains=text))


def sides_read_by(user: User) -> tuple[str, ...]:
    """Whose figures this person reads: the tax office its own, everybody else all of them (domain C)."""
    others = (role for role in READERS if role != Role.TAX)
    return ("tax",) if user.holds(Role.TAX) and not user.holds(*others) else ("unit", "tax", "finance")


def whose_papers_are_read(user: User) -> QuerySet[Assessment]:
    """Reports and results tell everything: they are for whoever reads all sides."""
    rows = assessments_visible_to(user)
    return rows if len(sides_read_by(user)) > 1 else rows.none()


def grade_known_to(user: User) -> dict[str, Any]:
    """Which rows' grades this person may know: officers all, everybody else the published ones."""
    return {} if user.is_authenticated and user.holds(*OFFICERS) else {"state": S.PUBLISHED}


def years_of_assessments() -> list[int]:
    """The years of which there is any, the latest first."""
    return list(Assessment.objects.order_by("-year").values_list("year", flat=True).distinct())


# --- what a report says ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a year without typing: figures by box, each with where it comes from."""

    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)


def boxes_of(assessment: Assessment, *, by: str = "") -> list[dict[str, Any]]:
    """The boxes of the edition, all of them or those that one side fills in."""
    return [box for box in assessment.edition.terms["boxes"] if not by or box["filled_by"] == by]


def typed_boxes(assessment: Assessment) -> list[dict[str, Any]]:
    """The boxes that the unit types into: of the rest verified achievements or other offices know."""
    return [box for box in boxes_of(assessment, by="unit") if "achievements" not in box]


def achieved(assessment: Assessment) -> Known:
    """What verified achievements of the year come to, box by box, with the rows behind it. One query."""
    year, found = assessment.year, Known()
    rows = list(
        verified_of(assessment.institute, since=date(year, 1, 1), until=date(year, 12, 31)).order_by("pk")
    )
    measured = [(row.kind, row.quantity, row.amount) for row in rows]
    for box in boxes_of(assessment, by="unit"):
        if "achievements" in box:
            found.values[box["code"]] = policy.tallied(box, measured)
            found.sources[box["code"]] = _from_achievements(
                [row for row in rows if row.kind in box["achievements"]]
            )
    return found


def _from_achievements(rows: list[Achievement]) -> dict[str, Any]:
    said = [{"id": row.pk, "label": row.title} for row in rows]
    return {"origin": "achievements", "rows": said}


def former_of(assessment: Assessment) -> Assessment | None:
    """The report of the year before, where one was handed in."""
    rows = Assessment.objects.filter(institute=assessment.institute_id, year=assessment.year - 1)
    return rows.filter(submitted_on__isnull=False).first()


def carried_over(institute: Institute, edition: ReviewEdition, year: int) -> Known:
    """With what a new report begins: what stood at the end of the year before, or in the book at the very first."""
    found = Known()
    before = Assessment.objects.filter(institute=institute, year__lt=year, submitted_on__isnull=False)
    last = before.order_by("-year").first()
    answers = {} if last else _book_of(institute)
    for box in edition.terms["boxes"]:
        if box["filled_by"] != "unit" or not box.get("stock"):
            continue
        if last and (value := last.values.get(box["code"])):
            found.values[box["code"]] = value
            found.sources[box["code"]] = {"origin": "former", "id": last.pk, "year": last.year}
        elif answers and (value := _said_in_book(box, answers)):
            found.values[box["code"]] = value
            found.sources[box["code"]] = {"origin": "book", "id": institute.recognition.application_id}
    return found


def _book_of(institute: Institute) -> dict[str, Any]:
    recognition = Recognition.objects.select_related("application").filter(institute=institute).first()
    return answers_of(recognition.application) if recognition and recognition.application else {}


def _said_in_book(box: dict[str, Any], answers: dict[str, Any]) -> str:
    if "book" not in box:
        return ""
    section, code = box["book"]
    value = policy.plain(box, answers.get(section, {}).get(code))
    return "" if policy.fault_of(box, value) else value


def figures_of(assessment: Assessment) -> Known:
    """What the report says: as handed in, or with the unit still, what was typed and what is known today."""
    if not assessment.is_with_unit:
        return Known(assessment.values, assessment.sources)
    known = achieved(assessment)
    return Known(assessment.values | known.values, assessment.sources | known.sources)


def faults_of(assessment: Assessment, values: dict[str, str], *, by: str) -> list[policy.Fault]:
    """What one side still lacks or what does not add up in its boxes."""
    mine = boxes_of(assessment, by=by)
    codes = {box["code"] for box in mine}
    boxes = {box["code"]: box for box in boxes_of(assessment)}
    balances = [one for one in assessment.edition.terms["balances"] if one["total"] in codes]
    former = former_of(assessment)
    return [
        *policy.faults(mine, values),
        *policy.unbalanced(balances, boxes, values, former.values if former else None),
    ]


def leaps_of(assessment: Assessment, values: dict[str, str]) -> list[policy.Fault]:
    """Figures that last year's make doubtful: a hint to whoever writes and whoever checks."""
    if (former := former_of(assessment)) is None:
        return []
    times = Decimal(assessment.edition.terms["limits"]["jump_times"])
    return policy.leaps(boxes_of(assessment), values, former.values, times)


def missing_of(assessment: Assessment) -> list[Reason]:
    """What keeps the unit from handing in, each with the page and the box where it is mended."""
    boxes = {box["code"]: box for box in boxes_of(assessment)}
    url = f"{assessment.get_absolute_url()}edit/"
    return [
        Reason(
            fault.words,
            field=f"box_{fault.code}",
            url=f"{url}{boxes[fault.code]['block']}/#id_box_{fault.code}",
            link="去填写",
        )
        for fault in faults_of(assessment, figures_of(assessment).values, by="unit")
    ]


# --- what the years come to -----------------------------------------------------------------------------------------


def results_of(institutes: Iterable[Institute]) -> dict[int, list[tuple[int, str]]]:
    """Published results, year and grade or ``missing``, by the institute's key. One query for all."""
    rows = Assessment.objects.filter(institute__in=list(institutes), state__in=(S.PUBLISHED, S.MISSING))
    found: dict[int, list[tuple[int, str]]] = {}
    for pk, year, state, grade in rows.values_list("institute_id", "year", "state", "grade"):
        found.setdefault(pk, []).append((year, policy.MISSING if state == S.MISSING else grade))
    return found


def stake_of(institute: Institute, on: date) -> policy.Stake:
    """Whether its recognition is at stake for what its years came to, by the edition in force on that day."""
    terms = ReviewEdition.objects.in_force(KIND, on).terms
    return policy.stake(results_of([institute]).get(institute.pk, []), terms["consequences"])


def facts_for_revocation(institute: Institute, on: date) -> str:
    """What speaks for ending the recognition, in words; empty where nothing does."""
    stake, found = stake_of(institute, on), []
    if stake.failed:
        found.append(f"{_listed(stake.failed)}年度考核连续不合格。")
    if stake.missing:
        found.append(f"{_listed(stake.missing)}未提交年度报告。")
    return "".join(found)


def _listed(years: Iterable[int]) -> str:
    return "、".join(f"{year}年" for year in years)


def revocation_of(institute: Institute) -> Revocation | None:
    """The procedure to end the recognition for what its years came to, where one is open or was decided."""
    rows = Revocation.objects.filter(institute=institute, cause=FAILED_ASSESSMENTS)
    return rows.exclude(state=RevocationState.DROPPED).order_by("-pk").first()


def barred_institutes(on: date) -> set[int]:
    """Institutes whose unpaid money waits: the last published grade is a failure (I-18), where the edition says so."""
    failed = Assessment.objects.published().filter(grade=policy.FAIL).order_by().values("institute")
    results = results_of(Institute.objects.filter(pk__in=failed))
    if not results or not ReviewEdition.objects.in_force(KIND, on).terms["consequences"]["suspends_unpaid"]:
        return set()
    return {pk for pk, years in results.items() if policy.is_barred(years)}


def last_failure(institute: int, on: date) -> Assessment | None:
    """The published failure for which this institute's unpaid money waits; None where none does."""
    if institute not in barred_institutes(on):
        return None
    failures = Assessment.objects.published().filter(institute=institute, grade=policy.FAIL)
    return failures.select_related("published_in").order_by("-year").first()


# --- a year ---------------------------------------------------------------------------------------------------------


def counts_of_year(rows: QuerySet[Assessment], year: int) -> dict[str, int]:
    """How many of a year stand where, by state."""
    found = rows.filter(year=year).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(found)


def grades_of_year(rows: QuerySet[Assessment], year: int) -> dict[str, int]:
    """How many of a year were confirmed as what."""
    found = rows.filter(year=year, state__in=(S.CONFIRMED, S.PUBLISHED)).order_by()
    return dict(found.values_list("grade").annotate(n=Count("pk")))


def to_publish(year: int) -> QuerySet[Assessment]:
    """Confirmed and not published yet."""
    return Assessment.objects.filter(year=year, state=S.CONFIRMED).select_related(*_RELATED).order_by("pk")


def to_miss(year: int, on: date) -> QuerySet[Assessment]:
    """Not handed in although the last day is over: missing once the results are published."""
    rows = Assessment.objects.filter(year=year, state__in=UNWRITTEN, due_by__lt=on)
    return rows.select_related(*_RELATED).order_by("pk")


def lists_of(year: int | None = None) -> QuerySet[AssessmentList]:
    """What was published together, of one year or of all of them, with how many institutes stand on each."""
    rows = AssessmentList.objects.annotate(n=Count("assessments")).order_by("-year", "sequence")
    return rows.filter(year=year) if year else rows


def published_rows(year: int) -> QuerySet[Assessment]:
    """What everybody may read of a year: results and missing reports, in the order of the certificates."""
    rows = Assessment.objects.filter(year=year, state__in=(S.PUBLISHED, S.MISSING)).select_related(*_RELATED)
    return rows.order_by("institute__recognition__year", "institute__recognition__sequence")


def papers_of_assessment(assessment: Assessment) -> QuerySet[Document]:
    return Document.objects.about(assessment).in_force().order_by("pk")


# --- sweeps ---------------------------------------------------------------------------------------------------------


def recognitions_to_assess(year: int) -> QuerySet[Recognition]:
    """In force, recognised before the end of the year, and without a report of it."""
    rows = Recognition.objects.in_force().filter(recognised_on__lte=date(year, 12, 31))
    with_one = Assessment.objects.filter(year=year).order_by().values("institute")
    return rows.exclude(institute__in=with_one).select_related("institute").order_by("pk")


def assessments_without_institute() -> QuerySet[Assessment]:
    """Open ones whose recognition has ended."""
    over = Q(institute__recognition__revoked_at__isnull=False)
    over |= Q(institute__recognition__withdrawn_at__isnull=False)
    return Assessment.objects.open().filter(over).order_by("pk")


def assessments_out_of_step() -> QuerySet[Assessment]:
    """With the unit while another unit or county has the institute now."""
    moved = ~Q(host_id=F("institute__host_id")) | ~Q(division_id=F("institute__division_id"))
    rows = Assessment.objects.filter(moved, state__in=UNWRITTEN)
    return rows.select_related("institute", "edition").order_by("pk")
