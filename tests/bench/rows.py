"""A city of any size: one lawful row of every sort, made as the tests make rows, and copies of it by the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, models

from accounts.models import Division
from funding.models import Award, Disbursement, GrantEdition
from institutes.models import Achievement, Application, Call, Recognition
from records import clock
from tests.factories.accounts import OrganisationFactory
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.funding import (
    AwardFactory,
    a_budget,
    a_disbursement,
    an_approved_award,
    load_terms,
)
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)

YEARS, CHAINS = 10, 10
UNITS = 20
"""For so many applications there is one unit more than there are institutes."""
TARGETS = ("institutes", "achievements", "transfers")
# Of a thousand applications: what is under way is what a city has on its desks, the rest is decided.
OPEN = {"county_review": 8, "county_signing": 4, "formal_review": 6, "reviewing": 4, "pending_decision": 3}
CLOSED = {"closed_not_recommended": 200, "closed_formal": 250, "closed_review": 300, "closed_decision": 75}
# Of a hundred awards, and of a hundred orders.
AWARDS = {"entitled": 1, "pending_approval": 1, "approved": 1, "waived": 1, "closed": 96}
ORDERS = {"county_received": 1, "paid": 9, "receipted": 90}
COUNTED = (Application, Recognition, Achievement, Award, Disbursement)
"""Tables whose rows the tallies count."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of the two things that the others go by."""

    institutes: int
    applications: int

    def upto(self, applications: int) -> "Size":
        """The same city when it had so many applications."""
        institutes = max(1, self.institutes * applications // self.applications)
        return Size(institutes, applications)


class City:
    """A city that grows: ``grow`` adds what it lacks to a size. The first county is the one that is measured."""

    def __init__(self) -> None:
        load_terms()
        publish_achievement_rules()
        grounds = {f"total.{one}": {"label": f"示例{one}", "unit": "项", "clause": "三"} for one in TARGETS}
        RecognitionEditionFactory(kind="targets", citations=grounds)
        self.size, self.units = Size(0, 0), 0
        self.divisions = list(Division.objects.active().order_by("code").values_list("pk", flat=True))
        self.calls = self._calls()
        self.chains = [IndustryChainFactory(name=f"示例产业链 {n}").pk for n in range(CHAINS)]
        self.models = self._models()

    def _calls(self) -> list[int]:
        first = CallFactory()
        years = [clock.today().year - back for back in range(1, YEARS)]
        return [first.pk, *(CallFactory(year=year, edition=first.edition).pk for year in years)]

    def _models(self) -> dict[str, models.Model]:
        """One row of every sort, which the others are copies of."""
        call = Call.objects.get(pk=self.calls[0])
        found: dict[str, models.Model] = {
            state: ApplicationFactory(state=state, call=call) for state in (*OPEN, *CLOSED)
        }
        recognition = RecognitionFactory(application__call=call, application__county_support_amount=100_000)
        found |= {"recognised": recognition.application, "recognition": recognition}
        found["achievement"] = AchievementFactory(state="verified", recognition=recognition)
        # Of an award there is one for an institute, so each stands on an institute of its own.
        budget, edition = a_budget(Decimal(10_000_000)), GrantEdition.objects.get(kind="construction")
        found |= {
            f"award {state}": AwardFactory(
                state=state, edition=edition, budget=budget if state in ("approved", "closed") else None
            )
            for state in AWARDS
        }
        found |= {f"order {state}": a_disbursement(state, an_approved_award(budget)) for state in ORDERS}
        return found

    def grow(self, size: Size) -> None:
        """Add what is missing, and let the database count its tables."""
        institutes = range(self.size.institutes, size.institutes)
        several = len(institutes) + (size.applications - self.size.applications) // UNITS + 1
        hosts = self._hosts(range(self.units, self.units + several))
        self.units += several
        self._money(institutes, self._institutes(institutes, hosts))
        others = range(self.size.applications, size.applications - len(institutes))
        self._applications(others, hosts, several)
        self._deadlines()
        self.size = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _hosts(self, numbers: range) -> int:
        model = OrganisationFactory()
        return copies(
            model,
            numbers,
            name="'示例企业 ' || i",
            uscc="'91' || lpad(i::text, 16, '0')",
            division_id=self._division(),
        )

    def _institutes(self, numbers: range, hosts: int) -> dict[str, int]:
        """The keys of the first of these institutes, of their applications and recognitions: the others follow."""
        host = f"{hosts} + i - {numbers.start}"
        place = {"host_id": host, "division_id": self._division()}
        chain = {"chain_id": _one_of(self.chains)}
        recognition = self.models["recognition"]
        first = {
            "institute": copies(recognition.institute, numbers, name="'示例研究院 ' || i", **place, **chain),
            "application": copies(
                self.models["recognised"],
                numbers,
                number="'SJZ-BENCH-R-' || i",
                call_id=_one_of(self.calls),
                institute_name="'示例研究院' || i",
                **place,
            ),
        }
        owner = {key: f"{first[key]} + i - {numbers.start}" for key in first}
        first["recognition"] = copies(
            recognition,
            numbers,
            institute_id=owner["institute"],
            application_id=owner["application"],
            year=f"{clock.today().year} - mod(i, {YEARS})",
            sequence=f"1000 + i / {YEARS}",
            certificate_number="'SJZ-BENCH-' || i",
        )
        copies(
            self.models["achievement"],
            numbers,
            institute_id=owner["institute"],
            mark="'bench-' || i",
            number="'示例 ' || i",
            **place,
        )
        return first | {"host": hosts}

    def _money(self, numbers: range, first: dict[str, int]) -> None:
        """An award for every institute; nearly all of them are paid, by one order each."""
        owner = {key: f"{value} + i - {numbers.start}" for key, value in first.items()}
        place = {"host_id": owner["host"], "division_id": self._division(), "key": "gen_random_uuid()"}
        for state, part in _shared(numbers, AWARDS):
            begins = copies(
                self.models[f"award {state}"],
                part,
                number="'SJZ-BENCH-ZJ-' || i",
                institute_id=owner["institute"],
                recognition_id=owner["recognition"],
                proposed_at=f"now() - interval '1 year' * mod(i, {YEARS})",
                **place,
            )
            if state == "closed":
                self._orders(part, begins, place)

    def _orders(self, numbers: range, awards: int, place: dict[str, str]) -> None:
        for state, part in _shared(numbers, ORDERS):
            order = self.models[f"order {state}"]
            copies(
                order,
                part,
                number="'SJZ-BENCH-BF-' || i",
                award_id=f"{awards} + i - {numbers.start}",
                bank_reference="'示例回单 BENCH ' || i" if order.bank_reference else "NULL",
                **place,
            )

    def _applications(self, numbers: range, hosts: int, several: int) -> None:
        """Applications that led to no institute; a unit has one under way at most."""
        for state, part in _shared(numbers, OPEN | CLOSED):
            copies(
                self.models[state],
                part,
                number="'SJZ-BENCH-A-' || i",
                call_id=_one_of(self.calls),
                institute_name="'示例申报' || i",
                host_id=f"{hosts} + mod(i - {numbers.start}, {several})",
                division_id=self._division(),
            )

    def _deadlines(self) -> None:
        """One for every application; open, and one in ten late, where it is under way."""
        open_states = ", ".join(f"'{state}'" for state in OPEN)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                INSERT INTO records_deadline (subject_type, subject_id, subject_label, kind, subject_state, label,
                    holder_role, host_id, division_id, opened_at, due_on, working_days, provisional, met_at)
                SELECT 'institutes.application', id, institute_name, 'state', state, '示例环节', 'county_staff',
                    host_id, division_id, state_since, current_date + (id % 40)::int - 4, 10, false,
                    CASE WHEN state IN ({open_states}) THEN NULL ELSE now() END
                FROM institutes_application a WHERE NOT EXISTS (
                    SELECT FROM records_deadline d
                    WHERE d.subject_type = 'institutes.application' AND d.subject_id = a.id)
                """
            )

    def _division(self) -> str:
        return _one_of(self.divisions)


def _one_of(keys: list[int]) -> str:
    """Each key in turn."""
    return f"(ARRAY{keys})[1 + mod(i, {len(keys)})]"


def _shared(numbers: range, shares: dict[str, int]) -> Iterator[tuple[str, range]]:
    """The numbers dealt out by shares; the last one takes what is left."""
    begins, whole, so_far = numbers.start, sum(shares.values()), 0
    for state, share in shares.items():
        so_far += share
        ends = numbers.start + len(numbers) * so_far // whole
        if ends > begins:
            yield state, range(begins, ends)
        begins = max(begins, ends)


def copies(model: models.Model, numbers: range, **columns: str) -> int:
    """Copy a row once for each number ``i``, with these columns by their expressions. Returns the first key."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [columns.get(name, f't."{name}"') for name in names]
    unknown = set(columns) - set(names)
    if unknown:
        raise ValueError(f"{table} has no {sorted(unknown)}")
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH made AS (INSERT INTO {table} ({listed}) SELECT {', '.join(values)}"
            f" FROM {table} t, generate_series(%s, %s) AS i WHERE t.id = %s ORDER BY i RETURNING id)"
            f" SELECT min(id) FROM made",
            [numbers.start, numbers.stop - 1, model.pk],
        )
        return cursor.fetchone()[0] or 0


@contextmanager
def without_look_ups() -> Iterator[None]:
    """Do not look up what new rows point to: copies point to what is there. Tallies are written all the same."""
    with connection.cursor() as cursor:
        for model in COUNTED:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE ALWAYS TRIGGER portal_tally_insert")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
