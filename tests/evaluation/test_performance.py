"""Evaluations by their services: collected, reported, checked, scored, graded together, released; what each refuses."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from evaluation import services, tasks
from evaluation.documents import performance as documents
from evaluation.enums.performance import EvaluationState as S
from evaluation.enums.performance import RoundState
from evaluation.integrity import performance as integrity
from evaluation.models import Cycle, Evaluation, Round
from evaluation.selectors import cycles as cycle_selectors
from evaluation.selectors import performance as selectors
from evaluation.selectors import performance_rounds
from evaluation.selectors.acceptances import accepted_on
from evaluation.services import sweeps
from institutes.services import take_up_objection, uphold_objection
from notices.models import Notice, Objection
from notices.services import propose_finding
from records import audit, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson, StaleVersion
from records.models import AuditEvent
from tests.evaluation import performing
from tests.factories.accounts import person
from tests.factories.assessments import AssessmentFactory
from tests.factories.evaluation import AcceptanceFactory, built_institute
from tests.factories.institutes import a_user
from tests.factories.notices import ObjectionFactory, publish_rules
from tests.factories.performance import (
    CycleFactory,
    EvaluationFactory,
    RoundFactory,
    edition,
    engaged_for_performance,
    example_figures,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    """Every indicator at four fifths of its full mark, unless a test says otherwise."""
    edition()
    publish_rules()
    found = {"share": "0.80"}

    def read(institute, years, edition):
        return [row | {"note": "", "sources": []} for row in example_figures(found["share"])] + [
            {"code": "strategy", "value": None, "unit": "", "sources": [], "note": ""}
        ]

    monkeypatch.setattr(selectors, "frozen_figures", read)
    return found


def an_accepted(on: date = date(2022, 11, 20), **facts):
    """An institute that passed its acceptance on that day."""
    institute = built_institute(**facts)
    at = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    AcceptanceFactory(institute=institute, state="passed", decided_at=at)
    return institute


def due(year: int = 2026) -> Evaluation:
    """In the round of that year, with its unit."""
    return EvaluationFactory(
        cycle=CycleFactory(institute=an_accepted()), round=RoundFactory(year=year, state="open")
    )


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


# --- cycles and rounds ----------------------------------------------------------------------------------------------


def test_an_accepted_institute_has_a_cycle_from_the_next_year_on():
    institute = an_accepted(date(2024, 3, 5))

    with clock.at(at(date(2024, 3, 6))):
        services.keep_cycles()
        services.keep_cycles()

    (cycle,) = Cycle.objects.filter(institute=institute)
    assert (cycle.number, cycle.years, cycle.stage) == (1, [2025, 2026, 2027], "open")
    assert accepted_on(institute) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("day", "open_years", "stages"),
    [
        (date(2025, 12, 31), [2023, 2024, 2025], ["open"]),
        (date(2026, 1, 1), [2026, 2027, 2028], ["due", "open"]),
        (date(2033, 7, 1), [2032, 2033, 2034], ["due", "due", "due", "open"]),
    ],
)
def test_the_next_cycle_begins_when_the_last_year_is_over(day, open_years, stages):
    institute = an_accepted()
    with clock.at(at(date(2022, 12, 1))):
        services.keep_cycles()

    with clock.at(at(day)):
        services.keep_cycles()
        services.keep_cycles()

    cycles = list(Cycle.objects.filter(institute=institute).order_by("number"))
    assert [one.stage for one in cycles] == stages
    assert cycles[-1].years == open_years
    assert cycle_selectors.faults_of_cycles() == []


def test_an_institute_without_acceptance_has_no_cycle():
    institute = built_institute()
    AcceptanceFactory(institute=institute, state="failed")

    assert services.open_cycle(institute=institute) is None
    assert not Cycle.objects.exists()


def test_a_cycle_ends_with_the_recognition():
    institute = an_accepted()
    services.keep_cycles()
    recognition = institute.recognition
    recognition.revoked_at, recognition.revoked_by = clock.now(), a_user("revoker")
    recognition.revocation_reason = "示例理由"
    recognition.save()

    services.keep_cycles()

    assert {one.stage for one in Cycle.objects.filter(institute=institute)} == {"closed"}


@pytest.mark.parametrize(
    ("day", "rounds"), [(date(2026, 3, 31), 0), (date(2026, 4, 1), 1), (date(2026, 12, 31), 1)]
)
def test_a_round_opens_on_its_day_and_collects_whoever_is_due(day, rounds):
    institute = an_accepted()
    with clock.at(at(day)):
        sweeps.sweep_performance()
        sweeps.sweep_performance()

        assert Round.objects.count() == rounds
        found = Evaluation.objects.filter(institute=institute)
        assert [one.cycle.years for one in found] == [[2023, 2024, 2025]] * rounds


def test_a_round_that_opens_late_gives_until_its_own_day():
    an_accepted()
    with clock.at(at(date(2026, 6, 20))):
        sweeps.sweep_performance()

    assert Round.objects.get().report_due_on == date(2026, 6, 20)


def test_nobody_due_means_no_round():
    with pytest.raises(Conflict, match="没有评估周期已满"):
        services.open_round(year=2026)


# --- the unit -------------------------------------------------------------------------------------------------------


def test_a_report_is_complete_or_says_what_is_missing():
    found = due()

    with pytest.raises(Incomplete) as refused:
        services.hand_up_evaluation(evaluation=found, by=a_user("evaluation-filler"))

    assert [one.field for one in refused.value.reasons] == [
        *(f"text_{code}" for code in performing.DIMENSIONS),
        "uploads",
    ]
    found.refresh_from_db()
    assert found.state == S.SELF_REPORT


def test_what_another_wrote_meanwhile_is_not_overwritten():
    found, seen = due(), clock.now()
    services.save_self_report(
        evaluation=found, entries={"text_economy": "甲"}, by=a_user("one"), at=seen + timedelta(seconds=5)
    )

    with pytest.raises(StaleVersion) as refused:
        services.save_self_report(
            evaluation=found, entries={"text_economy": "乙"}, by=a_user("two"), seen=seen
        )

    assert [(one.mine, one.theirs) for one in refused.value.clashes] == [("乙", "甲")]


def test_what_two_write_in_different_boxes_stands_side_by_side():
    """Saved by itself, and by the button, which sends the other boxes as they stood when the page was opened."""
    found, seen = due(), clock.now()
    entries = {"text_economy": "甲", "text_technology": "", "doubt_transfers": "少一项"}
    services.save_self_report(
        evaluation=found, entries=entries, by=a_user("one"), at=seen + timedelta(seconds=5)
    )

    services.save_self_report(
        evaluation=found, entries={"text_technology": "乙"}, by=a_user("two"), seen=seen
    )
    with pytest.raises(StaleVersion) as refused:
        services.save_self_report(
            evaluation=found,
            entries={"text_economy": "", "text_technology": "乙", "text_transfer": "丙"},
            by=a_user("two"),
            seen=seen,
        )

    found.refresh_from_db()
    assert (found.texts["economy"], found.texts["technology"]) == ("甲", "乙")
    assert [one.field for one in refused.value.clashes] == ["text_economy"]


def test_handed_in_the_figures_of_the_moment_stand(figures, django_capture_on_commit_callbacks, rung):
    found = due()
    with django_capture_on_commit_callbacks(execute=True):
        performing.handed_in(found)
    figures["share"] = "0.10"

    found.refresh_from_db()
    values = {row["code"]: Decimal(row["value"]) for row in found.figures if row["value"]}
    assert values["transfers"] == Decimal("2.4")
    assert selectors.figures_of_evaluation(found) == found.figures
    assert found.number.startswith("SJZ-ZP-")
    assert rung


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    return found


def test_an_objection_to_a_figure_has_to_be_answered_by_the_county():
    found = due()
    services.save_self_report(
        evaluation=found, entries={"doubt_transfers": "少计一项"}, by=a_user("evaluation-filler")
    )
    performing.handed_in(found)
    said = {"position": "agrees", "opinion": "示例。", "by": a_user("evaluation-staff")}

    with pytest.raises(Incomplete, match="转化科技成果"):
        services.give_evaluation_opinion(evaluation=found, **said)
    services.give_evaluation_opinion(evaluation=found, answers={"transfers": "已核，无误"}, **said)

    assert found.doubts == {"transfers": {"note": "少计一项", "answer": "已核，无误"}}


def test_a_report_that_comes_back_is_judged_anew():
    found = performing.filled(performing.signed(performing.handed_in(due())))
    services.return_evaluation(evaluation=found, reason="补正", by=a_user(performing.CLERK))

    performing_again = services.hand_up_evaluation(evaluation=found, by=a_user("evaluation-filler"))
    services.hand_in_evaluation(evaluation=performing_again, by=a_user("evaluation-admin"))

    found.refresh_from_db()
    assert (found.state, found.opined_at, found.tax_filled_at, found.filled) == (
        S.COUNTY_REVIEW,
        None,
        None,
        {},
    )
    papers = AuditEvent.objects.about(found).filter(verb="evaluation.evaluation.hand_in")
    assert [event.data["paper"]["kind"] for event in papers.order_by("pk")] == [
        "evaluation_report",
        "evaluation_report_2",
    ]


# --- tax, finance, the bureau ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "fault"), [("", "没有的填 0"), ("-1", "不能小于 0"), ("0", ""), ("812.50", "")]
)
def test_the_tax_bureau_enters_its_figure_nought_as_well(value, fault):
    found = performing.signed(performing.handed_in(due()))
    by = a_user("evaluation-tax")
    if fault:
        with pytest.raises(Incomplete, match=fault):
            services.fill_tax_figures(evaluation=found, values={"tax_paid": value}, by=by)
        return
    services.fill_tax_figures(evaluation=found, values={"tax_paid": value}, by=by)
    services.fill_finance_figures(evaluation=found, note="示例。", by=a_user("evaluation-finance"))

    row = next(row for row in found.figures if row["code"] == "tax_paid")
    assert (row["value"], row["filled_by"]) == (value, "tax")


def test_finance_has_to_say_how_the_money_was_used():
    found = performing.signed(performing.handed_in(due()))
    services.fill_tax_figures(evaluation=found, values={"tax_paid": "1"}, by=a_user("evaluation-tax"))

    with pytest.raises(Incomplete, match="核查意见"):
        services.fill_finance_figures(evaluation=found, note=" ", by=a_user("evaluation-finance"))


def test_without_look_ups_nobody_is_entrusted():
    found = performing.filled(performing.signed(performing.handed_in(due())))

    with pytest.raises(Incomplete) as refused:
        services.entrust_evaluation(
            evaluation=found, agency=engaged_for_performance().agency, by=a_user(performing.CLERK)
        )

    assert len(refused.value.reasons) == len(found.edition.terms["lookups"])


def test_an_item_found_false_earns_nothing_until_that_is_taken_back():
    found, by = performing.scored(due()), a_user(performing.CLERK)
    before = selectors.sheet_of(found).total

    services.mark_false_item(evaluation=found, item="transfers", reason="合同不实", by=by)
    with pytest.raises(Conflict, match="已认定不实"):
        services.mark_false_item(evaluation=found, item="transfers", reason="再次", by=by)
    assert before - selectors.sheet_of(found).total == Decimal("6.40")
    services.clear_false_item(evaluation=found, item="transfers", reason="复核属实", by=by)

    assert selectors.sheet_of(found).total == before


def test_an_accident_holds_the_grade_down(figures):
    figures["share"] = "1.00"
    found, by = performing.scored(due(), "1"), a_user(performing.CLERK)
    assert performance_rounds.preview_of(found.round)[0].grade == "excellent"

    services.cap_evaluation(evaluation=found, reason="重大事故", evidence=pdf_upload("认定书.pdf"), by=by)

    assert performance_rounds.preview_of(found.round)[0].grade == "pass"
    services.lift_cap(evaluation=found, reason="复议撤销", by=by)
    assert performance_rounds.preview_of(found.round)[0].grade == "excellent"


def test_a_preview_asks_the_same_for_many_as_for_few(django_assert_num_queries):
    """Late reports are taken off whoever was late, in as many queries for four as for one."""
    first = EvaluationFactory(state="grading")
    year = first.cycle.last_year
    with CaptureQueriesContext(connection) as few:
        performance_rounds.preview_of(first.round)
    late = EvaluationFactory(state="grading")
    AssessmentFactory(
        institute=late.institute, year=year, state="published", submitted_on=date(year + 1, 4, 9)
    )
    for _n in range(2):
        EvaluationFactory(state="grading")

    with django_assert_num_queries(len(few)):
        rows = performance_rounds.preview_of(first.round)

    assert {row.evaluation.pk: [one["year"] for one in row.deductions] for row in rows if row.deductions} == {
        late.pk: [year]
    }
    assert rows[-1].evaluation == late
    assert rows[-1].sheet == selectors.sheet_of(late)


# --- not scored -----------------------------------------------------------------------------------------------------


def test_it_is_put_off_once_by_two_people():
    found = due()
    services.propose_exemption(
        evaluation=found, exemption="deferral", reason="搬迁", by=a_user(performing.CLERK)
    )
    with pytest.raises(SamePerson):
        services.defer_evaluation(evaluation=found, by=a_user(performing.CLERK))
    with pytest.raises(Conflict, match="缓评"):
        services.deem_evaluation(evaluation=found, by=a_user(performing.APPROVER))
    services.defer_evaluation(evaluation=found, by=a_user(performing.APPROVER))
    assert services.collect_due(evaluation_round=found.round) == []

    with clock.at(at(date(2027, 4, 1))):
        sweeps.sweep_performance()
    again = Evaluation.objects.get(cycle=found.cycle, round__year=2027)
    with pytest.raises(NotEligible, match="缓评 1 次"):
        services.propose_exemption(
            evaluation=again, exemption="deferral", reason="再缓", by=a_user(performing.CLERK)
        )


def test_a_round_of_which_everybody_was_put_off_is_closed_with_a_reason(client):
    found = due()
    year, approver = found.round, a_user(performing.APPROVER)
    with pytest.raises(Conflict, match="本年度评价不能结束"):
        services.close_empty_round(evaluation_round=year, reason="示例", by=approver)
    services.propose_exemption(
        evaluation=found, exemption="deferral", reason="搬迁", by=a_user(performing.CLERK)
    )
    services.defer_evaluation(evaluation=found, by=approver)
    told = Notice.objects.filter(event="evaluation.round.nobody_left")
    boss, clerk = person(Role.BUREAU_APPROVER), person(Role.BUREAU_CLERK)
    for _night in range(2):
        services.tell_of_empty_rounds()
    assert [one.recipient for one in told] == [boss]

    move = reverse("evaluation:round-move", args=[year.pk, "close"])
    for who, status in ((clerk, 403), (boss, 302), (boss, 409)):
        client.force_login(who)
        assert client.post(move, {"reason": "参加评价的研究院均已缓评。"}).status_code == status

    year.refresh_from_db()
    line = audit.history(year).last()
    assert (year.state, year.closed_by, line.data["stood"]) == (RoundState.CLOSED, boss, {"deferred": 1})
    assert "均已缓评" in client.get(year.get_absolute_url()).content.decode()
    assert services.collect_due(evaluation_round=year) == []
    sweeps.sweep_performance()
    assert told.count() == 1


def test_evaluated_by_the_province_it_counts_as_passed_with_its_round():
    found = due()
    with pytest.raises(Incomplete, match="省级评价结果"):
        services.propose_exemption(
            evaluation=found, exemption="provincial", reason="省评", by=a_user(performing.CLERK)
        )
    services.propose_exemption(
        evaluation=found,
        exemption="provincial",
        reason="省评",
        evidence=pdf_upload("省级结果.pdf"),
        by=a_user(performing.CLERK),
    )
    services.deem_evaluation(evaluation=found, by=a_user(performing.APPROVER))
    performing.published(found.round)

    found.refresh_from_db()
    assert (found.state, found.grade, found.total, found.is_deemed) == (S.PUBLICITY, "pass", None, True)


def test_who_does_not_report_is_entered_as_not_taking_part():
    found, by = due(), a_user(performing.CLERK)

    with clock.at(at(date(2026, 6, 30))), pytest.raises(IllegalMove, match="2026年7月1日"):
        services.miss_evaluation(evaluation=found, reason="未提交", by=by)
    with clock.at(at(date(2026, 7, 1))):
        sweeps.sweep_performance()
        sweeps.sweep_performance()
        services.miss_evaluation(evaluation=found, reason="未提交", by=by)

    found.cycle.refresh_from_db()
    assert found.cycle.stage == "evaluated"
    assert "未参加评价" in selectors.grounds_for_revocation(found, date(2026, 7, 1))


# --- graded, shown, released together -------------------------------------------------------------------------------


def test_a_round_is_graded_when_everybody_is_ready():
    ready, waiting = performing.scored(due()), due()

    with pytest.raises(Conflict, match=waiting.institute.name):
        performing.graded(ready.round)

    ready.refresh_from_db()
    assert ready.state == S.GRADING


def test_a_round_is_due_when_the_first_of_its_evaluations_is():
    """Whoever grades and whoever confirms share the days of an evaluation; the round gives nobody new ones."""
    found = performing.scored(due())
    earlier = clock.today() + timedelta(days=3)
    deadlines.move(found, due_on=earlier)

    performing.graded(found.round)

    assert deadlines.current(found.round).due_on == earlier


def test_from_the_grade_to_the_letter(django_capture_on_commit_callbacks, rung):
    found = performing.scored(due())
    evaluation_round = found.round
    performing.graded(evaluation_round)
    found.refresh_from_db()
    assert (found.state, found.grade, found.total) == (S.CONFIRMATION, "good", Decimal("80.00"))
    assert found.sheet["total"] == "80.00"
    with pytest.raises(SamePerson):
        services.publish_round(evaluation_round=evaluation_round, by=a_user(performing.CLERK))

    services.publish_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))
    with pytest.raises(Conflict, match="尚未届满"):
        services.release_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))
    over = calendar.add_working_days(evaluation_round.notice.last_day, 1)
    with clock.at(at(over)), django_capture_on_commit_callbacks(execute=True):
        services.release_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))

    found.refresh_from_db()
    found.cycle.refresh_from_db()
    assert (found.state, evaluation_round.state, found.cycle.stage) == (
        S.FINAL,
        RoundState.FINAL,
        "evaluated",
    )
    (event,) = AuditEvent.objects.about(found).filter(verb="evaluation.evaluation.release")
    assert event.data["paper"]["number"] == f"石科评〔{over.year}〕1号"
    assert event.pk in rung
    Round.objects.update(minute_number="后来的纪要 2 号")
    letter = documents.result(Evaluation.objects.get(pk=found.pk), event)
    assert letter["minute"] == event.data["minute"] == "示例纪要 1 号"
    assert integrity.results_were_shown_and_can_be_worked_out_again() == []
    assert Notice.objects.filter(event="evaluation.evaluation.release", subject_id=found.pk).count() == 0


def test_grades_that_are_returned_are_given_anew():
    found = performing.scored(due())
    performing.graded(found.round)

    services.return_round(evaluation_round=found.round, reason="复核", by=a_user(performing.APPROVER))

    found.refresh_from_db()
    assert (found.state, found.grade, found.sheet, found.round.state) == (S.GRADING, "", {}, RoundState.OPEN)
    performing.published(found.round)


def released(found: Evaluation) -> Evaluation:
    evaluation_round = performing.published(found.round)
    over = calendar.add_working_days(evaluation_round.notice.last_day, 1)
    with clock.at(at(over)):
        services.release_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))
    found.refresh_from_db()
    return found


@pytest.mark.parametrize(("share", "state"), [("0.30", S.FAILED), ("0.70", S.FINAL)])
def test_who_fails_mends_and_is_evaluated_once_more(figures, share, state):
    figures["share"] = "0.30"
    first = released(performing.scored(due(), "0.3"))
    assert first.state == S.RECTIFY
    again = Evaluation.objects.get(former=first)
    assert (again.attempt, again.state, again.round_id) == (2, S.SELF_REPORT, first.round_id)
    assert integrity.evaluations_follow_their_institutes() == []

    figures["share"] = share
    second = released(performing.scored(again, share))

    second.cycle.refresh_from_db()
    assert (second.state, second.cycle.stage) == (state, "evaluated")
    assert bool(selectors.grounds_for_revocation(second, date(2027, 1, 4))) == (state == S.FAILED)


def test_an_objection_holds_up_its_own_item_alone(figures):
    one, other = performing.scored(due()), performing.scored(due())
    evaluation_round = performing.published(one.round)
    objection = an_objection(evaluation_round, one)
    take_up_objection(objection=objection, by=a_user("objection-clerk"))
    over = calendar.add_working_days(evaluation_round.notice.last_day, 1)

    with clock.at(at(over)):
        services.release_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))

    states = {row.pk: row.state for row in Evaluation.objects.all()}
    evaluation_round.refresh_from_db()
    assert states == {one.pk: S.PUBLICITY, other.pk: S.FINAL}
    assert evaluation_round.state == RoundState.PUBLICITY


def an_objection(evaluation_round: Round, evaluation: Evaluation) -> Objection:
    item = evaluation_round.notice.items.get(subject_id=evaluation.pk)
    return ObjectionFactory(item=item)


def uphold(objection: Objection) -> None:
    propose_finding(objection=objection, finding="uphold", reply="示例答复。", by=a_user("objection-clerk"))
    uphold_objection(objection=objection, by=a_user("objection-approver"))


def test_a_founded_objection_sends_the_case_back_to_be_graded():
    found = performing.scored(due())
    evaluation_round = performing.published(found.round)
    objection = an_objection(evaluation_round, found)
    take_up_objection(objection=objection, by=a_user("objection-clerk"))
    uphold(objection)

    found.refresh_from_db()
    assert (found.state, found.grade, found.confirmed_at) == (S.GRADING, "", None)


def lose(found: Evaluation) -> None:
    recognition = found.institute.recognition
    recognition.revoked_at, recognition.revoked_by = clock.now(), a_user("revoker")
    recognition.revocation_reason = "示例理由"
    recognition.save()


@pytest.mark.parametrize("left_by", ["a founded objection", "the end of its recognition"])
def test_a_round_whose_last_item_leaves_its_notice_goes_on(left_by):
    """Everybody else was released before; who is graded anew does not wait for a release that cannot come."""
    one, _other = performing.scored(due()), performing.scored(due())
    evaluation_round = performing.published(one.round)
    objection = an_objection(evaluation_round, one)
    take_up_objection(objection=objection, by=a_user("objection-clerk"))
    over = calendar.add_working_days(evaluation_round.notice.last_day, 1)
    with clock.at(at(over)):
        services.release_round(evaluation_round=evaluation_round, by=a_user(performing.APPROVER))
        sweeps.sweep_performance()
        evaluation_round.refresh_from_db()
        assert evaluation_round.state == RoundState.PUBLICITY

    with clock.at(at(over, 15)):
        uphold(objection) if left_by == "a founded objection" else lose(one)
        sweeps.sweep_performance()

    evaluation_round.refresh_from_db()
    assert evaluation_round.state == RoundState.FINAL
    one.refresh_from_db()
    if left_by == "a founded objection":
        again = performing.graded(evaluation_round)
        assert list(again.evaluations.filter(state=S.CONFIRMATION)) == [one]
    else:
        assert one.state == S.WITHDRAWN


def test_the_end_of_the_recognition_ends_the_evaluation():
    found = due()
    lose(found)

    sweeps.sweep_performance()

    found.refresh_from_db()
    assert found.state == S.WITHDRAWN
    assert not Cycle.objects.open().filter(institute=found.institute).exists()
