"""Sums kept by the database are what a count of the rows says, whatever was done to them and however."""

import random
from collections import Counter
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Division
from evaluation.models import Evaluation
from funding.models import Award, Budget, Disbursement
from institutes.enums.provincial import FilingState
from institutes.models import (
    Achievement,
    Application,
    Call,
    CultivationEntry,
    IndustryChain,
    Institute,
    ProvincialFiling,
    Recognition,
)
from portal import tallies
from portal.integrity import tallies_are_what_is_there
from portal.models import Tallied, Tally
from portal.selectors.tallies import WHOLE_CITY, Cut, read
from projects.models import Project, Proposal
from records import clock
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.achievements import AchievementFactory
from tests.factories.funding import a_budget, a_disbursement, an_approved_award, load_terms, sent_back
from tests.factories.institutes import (
    ApplicationFactory,
    CultivationEntryFactory,
    RecognitionFactory,
    stamps_of,
)
from tests.factories.performance import EvaluationFactory
from tests.factories.portal import TallyFactory
from tests.factories.projects import ProjectFactory, ProposalFactory
from tests.factories.provincial import FilingFactory

pytestmark = pytest.mark.django_db
HERE, THERE = "130102", "130104"


def year_of(moment) -> int:
    return timezone.localtime(moment).year


def year_in_words(moment) -> str:
    return str(year_of(moment)) if moment else ""


def budget_year(award) -> int:
    return award.budget.year if award.budget else 0


def rows_of_awards():
    states = dict.fromkeys(("entitled", "account_check", "pending_approval"), "waiting")
    states |= {"approved": "to_order", "suspended": "suspended"}
    for row in Award.objects.select_related("budget"):
        place, rest = (row.division_id, budget_year(row), row.kind), row.amount - row.freed - row.ordered
        if row.state in states and (row.state != "approved" or rest > 0):
            yield "legs", *place, states[row.state], None, rest
        if row.approved_at and row.state in ("approved", "suspended", "closed"):
            yield "approved", *place, "", None, row.amount


def rows_of_orders():
    states = {"county_received": "at_county", "paid": "paid", "receipted": "paid"}
    for row in Disbursement.objects.exclude(state__in=["returned", "voided"]).select_related("award__budget"):
        leg = states.get(row.state, "on_the_way")
        yield "legs", row.division_id, budget_year(row.award), row.award.kind, leg, None, row.amount


def rows_counted():
    """Every row that counts, one by one, as a person with paper and pencil would list them."""
    for row in Application.objects.exclude(received_at=None).select_related("call"):
        yield "applications", row.division_id, row.call.year, str(row.call_id), row.state, None, 0
        if row.state == "recognised" and row.county_support_amount is not None:
            yield "promises", row.division_id, 0, "", "", None, row.county_support_amount
    for row in Recognition.objects.select_related("institute"):
        division, chain = row.institute.division_id, row.institute.chain_id
        yield "institutes", division, row.year, "", row.standing.value, chain, 0
        ended = year_in_words(row.revoked_at or row.withdrawn_at)
        yield "recognitions", division, year_of(row.recognised_at), "", ended, chain, 0
    for row in CultivationEntry.objects.all():
        yield "pool", row.division_id, 0, "", row.state, None, 0
    for row in Achievement.objects.select_related("institute"):
        goal, chain = row.terms.get("toward", ""), row.institute.chain_id
        if row.counts:
            yield "achievements", row.division_id, row.achieved_on.year, goal, "", chain, 0
        if goal and row.verified_at:
            ended = year_in_words(row.annulled_at)
            yield "verifications", row.division_id, year_of(row.verified_at), goal, ended, chain, 0
    for row in ProvincialFiling.objects.all():
        yield (
            "filings",
            row.division_id,
            row.document_on.year if row.document_on else 0,
            "",
            row.state,
            None,
            0,
        )
    for row in Project.objects.all():
        yield "projects", row.division_id, row.year, "", row.state, row.chain_id, row.grant
    for row in Evaluation.objects.select_related("round"):
        yield "evaluations", row.division_id, row.round.year, row.grade, row.state, None, 0
    for row in Proposal.objects.exclude(number=None):
        yield "proposals", row.division_id, 0, "", row.state, None, row.asked or 0
    yield from rows_of_awards()
    yield from rows_of_orders()


def by_hand() -> dict[tuple, tuple]:
    counts, sums = Counter(), Counter()
    for what, division, *keys, amount in rows_counted():
        for place in (division, None):
            counts[what, place, *keys] += 1
            sums[what, place, *keys] += Decimal(amount)
    return {key: (counts[key], sums[key]) for key in counts}


def kept() -> dict[tuple, tuple]:
    counts, sums = Counter(), Counter()
    for row in Tally.objects.all():
        key = (row.what, row.division_id, row.year, row.kind, row.state, row.chain_id)
        counts[key] += row.count
        sums[key] += row.amount
    return {key: (counts[key], sums[key]) for key in counts if counts[key] or sums[key]}


def assert_sums_are_right():
    assert kept() == by_hand()
    assert tallies_are_what_is_there() == []


def somewhere(code: str = HERE):
    return OrganisationFactory(division__code=code)


# --- one sort at a time ----------------------------------------------------------------------------------------------


def test_a_draft_counts_nowhere_and_an_application_from_the_moment_it_is_received():
    application = ApplicationFactory(state="draft", host=somewhere())
    assert not Tally.objects.exists()

    stamps = stamps_of("county_review", at=clock.now())
    Application.objects.filter(pk=application.pk).update(state="county_review", number="SJZ-1", **stamps)

    assert read([application.division_id], all=Cut(Tallied.APPLICATIONS))["all"].count == 1
    assert_sums_are_right()


def test_what_becomes_of_a_recognition_is_followed():
    rows = [RecognitionFactory() for _each in range(3)]
    moment, somebody = clock.now(), UserFactory()
    Recognition.objects.filter(pk=rows[0].pk).update(
        revoked_at=moment, revoked_by=somebody, revocation_reason="示例"
    )
    Recognition.objects.filter(pk=rows[1].pk).update(
        suspended_at=moment, suspended_by=somebody, suspended_until=moment.date()
    )

    assert read(WHOLE_CITY, s=Cut(Tallied.INSTITUTES, by=("state",)))["s"].counts == {
        "revoked": 1,
        "suspended": 1,
        "in_force": 1,
    }
    assert_sums_are_right()


def test_keys_that_stand_in_another_table_are_followed():
    recognition, chain = RecognitionFactory(), IndustryChain.objects.create(name="示例另一产业链")
    AchievementFactory(state="verified", recognition=recognition)
    EvaluationFactory(state="final")
    Call.objects.update(year=2031)
    Institute.objects.update(chain=chain, division=Division.objects.get(code=THERE))

    assert read(WHOLE_CITY, y=Cut(Tallied.APPLICATIONS, by=("year",)))["y"].keys() == {2031}
    assert_sums_are_right()


def test_money_is_on_one_leg_at_a_time():
    load_terms()
    budget = a_budget()
    paid, back, kept_back = (
        a_disbursement(state, an_approved_award(budget)) for state in ("paid", "paid", "county_received")
    )
    sent_back(back)

    legs = read([paid.division_id], legs=Cut(Tallied.LEGS, by=("state",)))["legs"]

    assert legs.counts == {"paid": 1, "to_order": 1, "at_county": 1}
    assert legs.amount == paid.amount + back.amount + kept_back.amount
    assert read(WHOLE_CITY, all=Cut(Tallied.APPROVED, by=("year",)))["all"].keys() == {budget.year}
    assert_sums_are_right()

    Budget.objects.update(year=2031)
    Award.objects.filter(pk=paid.award_id).update(kind="performance", cycle=1)

    years = read(WHOLE_CITY, on_a_leg=Cut(Tallied.LEGS, by=("year", "kind")))["on_a_leg"]
    assert years.keys() == {(2031, "construction"), (2031, "performance")}
    assert_sums_are_right()


def test_the_other_sorts():
    for _each in range(2):
        ProjectFactory(state="contract_unit", year=2026)
    for state in ("cultivating", "left", "surveyed"):
        CultivationEntryFactory(state=state)
    for state in ("verified", "annulled", "county_review"):
        AchievementFactory(state=state)
    Achievement.objects.filter(state="verified").update(terms={})
    for state in (FilingState.RECOGNISED, FilingState.DRAFT):
        FilingFactory(state=state)
    for state, asked in (("draft", None), ("county_review", Decimal(50_000)), ("reviewing", Decimal(70_000))):
        ProposalFactory(state=state, asked=asked)
    for state, promised in (("recognised", 300_000), ("recognised", None), ("reviewing", 100_000)):
        ApplicationFactory(state=state, county_support_amount=promised)

    assert read(WHOLE_CITY, p=Cut(Tallied.PROMISES))["p"].amount == 300_000
    assert read(WHOLE_CITY, p=Cut(Tallied.PROPOSALS, by=("state",)))["p"].amount_of("county_review") == 50_000
    assert read(WHOLE_CITY, a=Cut(Tallied.ACHIEVEMENTS, by=("kind",)))["a"].counts == {"": 1}
    assert_sums_are_right()


def test_a_year_begins_at_midnight_of_the_city():
    """On 1 January at six in the morning it is still last year in Greenwich."""
    RecognitionFactory(recognised_at=timezone.make_aware(timezone.datetime(2026, 1, 1, 6)), year=2026)

    assert read(WHOLE_CITY, y=Cut(Tallied.RECOGNITIONS, by=("year",)))["y"].counts == {2026: 1}


# --- whatever was done -----------------------------------------------------------------------------------------------


def an_application(dice):
    ApplicationFactory(
        state=dice.choice(
            ["draft", "unit_review", "county_review", "reviewing", "closed_review", "withdrawn"]
        ),
        host=somewhere(dice.choice([HERE, THERE])),
    )


def many_entries(dice):
    rows = [CultivationEntryFactory.build(division=one, edition=None, chain=None) for one in divisions()]
    base = CultivationEntryFactory(state="surveyed")
    for row in rows:
        row.edition, row.chain, row.drafted_by = base.edition, base.chain, base.drafted_by
    CultivationEntry.objects.bulk_create(rows)


def divisions():
    return list(Division.objects.filter(code__in=[HERE, THERE]))


def many_move(dice):
    rows = CultivationEntry.objects.filter(state="surveyed")
    rows.update(state="left", left_at=clock.now(), left_by=UserFactory())


def many_move_house(dice):
    Application.objects.filter(state="county_review").update(division=dice.choice(divisions()))


def one_goes(dice):
    CultivationEntry.objects.filter(state="left").delete()


def a_step_on(dice):
    application = Application.objects.filter(state__in=["county_review", "unit_review"]).order_by("?").first()
    if application:
        stamps = stamps_of("county_signing", at=clock.now())
        rows = Application.objects.filter(pk=application.pk)
        rows.update(state="county_signing", number=f"SJZ-{application.pk}", **stamps)


def rolled_back(dice):
    with transaction.atomic():
        an_application(dice)
        transaction.set_rollback(True)


def fold(dice):
    tallies.fold()


def an_award(dice):
    Award.objects.update(amount=F("amount") + dice.randint(0, 3), payable=F("payable"))


DEEDS = (an_application, an_application, many_entries, many_move, many_move_house, one_goes, a_step_on)


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_keep_every_sum(seed):
    dice = random.Random(seed)
    for _step in range(15):
        dice.choice([*DEEDS, rolled_back, fold, an_award])(dice)

    assert_sums_are_right()


def test_rows_that_are_loaded_at_once_count_like_any_others():
    application = ApplicationFactory(state="county_review", host=somewhere())
    with connection.cursor() as cursor:
        names = [
            field.column
            for field in Application._meta.concrete_fields
            if field.column not in ("id", "number", "host_id")
        ]
        listed = ", ".join(f'"{name}"' for name in names)
        hosts = [somewhere(THERE).pk for _each in range(3)]
        cursor.execute(
            f"INSERT INTO institutes_application ({listed}, host_id, number)"
            f" SELECT {listed}, host, 'SJZ-' || host FROM institutes_application, unnest(%s) AS host",
            [hosts],
        )

    assert read([application.division_id], all=Cut(Tallied.APPLICATIONS))["all"].count == 4
    assert Tally.objects.count() == 4  # one of the county and one of the city, for each of two statements
    assert_sums_are_right()


def test_what_matters_to_no_sum_writes_nothing():
    application = ApplicationFactory(state="county_review")
    before = Tally.objects.count()

    Application.objects.filter(pk=application.pk).update(county_opinion="示例意见")
    application.save()

    assert Tally.objects.count() == before


# --- keeping them ----------------------------------------------------------------------------------------------------


def test_parts_are_put_together_and_what_came_to_nothing_goes():
    CultivationEntryFactory(state="cultivating")
    for _each in range(2):
        CultivationEntryFactory(state="surveyed")
    many_move(None)
    before = kept()

    assert tallies.fold() > 0

    assert kept() == before
    assert Tally.objects.count() == len(before)
    assert tallies.fold() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 1},
        {"count": -1},
        {"count": 0, "amount": Decimal("0.01")},
        {"what": Tallied.LEGS, "state": "paid", "kind": "construction", "amount": 5},
    ],
)
def test_a_sum_that_is_not_what_is_there_is_found(wrong):
    ApplicationFactory(state="reviewing")
    TallyFactory(**wrong)

    assert len(tallies_are_what_is_there()) == 1


def test_rows_that_came_past_the_triggers_are_found_and_counted_anew():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE institutes_application DISABLE TRIGGER portal_tally_insert")
    ApplicationFactory(state="reviewing")
    assert len(tallies_are_what_is_there()) == 2

    tallies.count_anew()

    assert_sums_are_right()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_sum_and_none_is_lost():
    """Eight write at once, in the same county and the same state, while the parts are put together all the time."""
    entries = [CultivationEntryFactory() for _each in range(16)]
    person, errors = UserFactory(), []

    def write(mine):
        try:
            for entry in mine:
                with transaction.atomic():
                    CultivationEntry.objects.filter(pk=entry.pk).update(
                        state="left", left_at=clock.now(), left_by=person
                    )
                tallies.fold()
        except Exception as error:  # told to the test: a thread's own errors get lost
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=write, args=[entries[place::8]]) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert read(WHOLE_CITY, pool=Cut(Tallied.POOL, by=("state",)))["pool"].counts == {"left": 16}
    assert tallies_are_what_is_there() == []


# --- reading them ----------------------------------------------------------------------------------------------------


def test_one_query_answers_all_cuts(django_assert_num_queries):
    for code, state in ((HERE, "county_review"), (HERE, "reviewing"), (THERE, "reviewing")):
        ApplicationFactory(state=state, host=somewhere(code))
    here, there = divisions()

    with django_assert_num_queries(1):
        found = read(
            [here.pk],
            states=Cut(Tallied.APPLICATIONS, by=("state",)),
            some=Cut(Tallied.APPLICATIONS, state=("reviewing", "draft"), year=clock.today().year),
            other_year=Cut(Tallied.APPLICATIONS, year=[1999]),
            before=Cut(Tallied.APPLICATIONS, until=1999),
            money=Cut(Tallied.LEGS, by=("state", "kind")),
        )

    assert found["states"].counts == {"county_review": 1, "reviewing": 1}
    assert found["some"].count == 1
    assert (found["other_year"], found["before"], found["money"].amount) == ({}, {}, 0)
    table = read(WHOLE_CITY, t=Cut(Tallied.APPLICATIONS, by=("division", "year")))["t"]
    assert table.counts == {(here.pk, 2026): 2, (there.pk, 2026): 1}
    assert read(WHOLE_CITY, all=Cut(Tallied.APPLICATIONS))["all"].count == 3


def test_a_county_reads_its_own_sums_only():
    ApplicationFactory(state="reviewing", host=somewhere(HERE))

    assert read([Division.objects.get(code=THERE).pk], all=Cut(Tallied.APPLICATIONS))["all"].count == 0
    assert read([], all=Cut(Tallied.APPLICATIONS))["all"].count == 0


def test_a_tally_says_what_it_is():
    assert str(TallyFactory.build(count=3)) == "已提交的申报：3"
