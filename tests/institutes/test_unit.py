"""The unit hands in, reviews, returns, passes on, supplements, withdraws."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils.timezone import localdate

from accounts.roles import Role
from institutes import services
from institutes.models import Application
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import IllegalMove, Incomplete, NotEligible, TooLate
from records.models import NumberSeries
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ANNEXES_NEEDED,
    ApplicationFactory,
    CallFactory,
    InstituteFactory,
    ReturnReasonFactory,
    fill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def application(filler):
    return fill(ApplicationFactory(host=filler.organisations[0]))


def nothing_happened(application, state):
    application.refresh_from_db()
    moves = audit.history(application).exclude(to_state="")
    return application.state == state and not moves.exists() and not application.versions.exists()


# --- submit ---------------------------------------------------------------------------------------------------------


def test_submit_freezes_the_book_and_calls_the_administrator(application, filler):
    admin = person(Role.ENT_ADMIN, organisation=application.host)
    reason = ReturnReasonFactory(application=application)

    services.submit_application(application=application, by=filler)

    version, event = application.versions.get(), audit.history(application).get(to_state="unit_review")
    assert (application.state, application.submitted_by, event.actor) == ("unit_review", filler, filler)
    assert version.answers["host"]["host_name"] == application.host.name
    assert len(version.attachments) == sum(ANNEXES_NEEDED.values())
    assert version.answers["_names"][f"chains:{application.chain_id}"] == application.chain.name
    reason.refresh_from_db()
    assert reason.answered_by == filler
    assert deadlines.current(application).holder_role == Role.ENT_ADMIN
    assert Notice.objects.filter(recipient=admin).exists()


def test_submit_names_everything_that_is_missing_with_the_way_to_it(filler):
    application = ApplicationFactory(host=filler.organisations[0])

    with pytest.raises(Incomplete) as refused:
        services.submit_application(application=application, by=filler)

    places = {reason.field: reason.url for reason in refused.value.reasons}
    assert len(places) > 90
    assert places["basics.chain"] == f"/applications/{application.pk}/sections/basics/#id_chain"
    assert places["annexes.annex-charter"] == f"/applications/{application.pk}/files/#annex-charter"
    assert nothing_happened(application, "draft")


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True)])
def test_submit_is_refused_from_the_closing_moment_on(application, filler, seconds, late):
    with clock.at(application.call.closes_at + timedelta(seconds=seconds)):
        if late:
            with pytest.raises(TooLate):
                services.submit_application(application=application, by=filler)
            assert nothing_happened(application, "draft")
        else:
            assert services.submit_application(application=application, by=filler).state == "unit_review"


def test_what_was_received_in_time_and_returned_may_come_back_later(filler):
    application = fill(
        ApplicationFactory(
            host=filler.organisations[0],
            call=CallFactory(over=True),
            received_at=clock.now(),
            received_by=UserFactory(),
        )
    )

    assert services.submit_application(application=application, by=filler).state == "unit_review"


@pytest.mark.parametrize("taken_by", ["application under way", "institute"])
def test_a_name_is_given_to_one_institute_only(application, filler, taken_by):
    if taken_by == "institute":
        InstituteFactory(name=application.institute_name)
    else:
        ApplicationFactory(institute_name=application.institute_name)

    with pytest.raises(Incomplete) as refused:
        services.submit_application(application=application, by=filler)

    (reason,) = refused.value.reasons
    assert reason.text == "研究院名称：已有研究院或正在办理的申报使用这一名称，请更换。"
    assert reason.field == "basics.institute_name"
    assert reason.url == f"/applications/{application.pk}/sections/basics/#id_institute_name"
    assert nothing_happened(application, "draft")


def test_a_name_is_free_again_once_the_other_application_is_closed(application, filler):
    ApplicationFactory(institute_name=application.institute_name, state="closed_review")

    assert services.submit_application(application=application, by=filler).state == "unit_review"


def test_a_hard_criterion_keeps_a_book_from_being_submitted(application, filler):
    answers = application.sections.get(code="host")
    answers.answers["clean_record"] = "no"
    answers.save(update_fields=["answers"])

    with pytest.raises(Incomplete, match="严重失信"):
        services.submit_application(application=application, by=filler)


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_count_once():
    filler = person(Role.ENT_FILLER)
    application = fill(ApplicationFactory(host=filler.organisations[0]))
    barrier, outcomes = Barrier(2), []

    def submit():
        mine = Application.objects.get(pk=application.pk)
        barrier.wait(timeout=10)
        try:
            services.submit_application(application=mine, by=filler)
            outcomes.append("done")
        except IllegalMove:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=submit) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(outcomes) == ["done", "refused"]
    assert application.versions.count() == 1
    assert audit.history(application).filter(to_state="unit_review").count() == 1


# --- unit review ----------------------------------------------------------------------------------------------------


def test_return_ties_reasons_to_fields_and_unlocks(application):
    admin, filler = UserFactory(), application.begun_by
    services.submit_application(application=application, by=filler)

    services.return_to_filler(
        application=application,
        reasons=[{"section": "host", "field": "mobile", "text": "示例：号码有误"}],
        by=admin,
    )

    reason = application.return_reasons.get()
    assert (application.state, reason.section, reason.field, reason.raised_by) == (
        "draft",
        "host",
        "mobile",
        admin,
    )
    assert deadlines.current(application).due_on == localdate(application.call.closes_at)


@pytest.mark.parametrize("reasons", [[], [{"section": "host", "field": "", "text": " "}]])
def test_a_return_without_a_reason_is_refused(application, reasons):
    services.submit_application(application=application, by=application.begun_by)

    with pytest.raises(Incomplete):
        services.return_to_filler(application=application, reasons=reasons, by=UserFactory())

    application.refresh_from_db()
    assert application.state == "unit_review"


def test_approval_gives_the_number_and_starts_the_county_s_clock(application):
    admin, staff = UserFactory(), person(Role.COUNTY_STAFF)
    services.submit_application(application=application, by=application.begun_by)

    services.approve_application(application=application, by=admin)

    year = clock.today().year
    assert (application.state, application.number, application.received_by) == (
        "county_review",
        f"SJZ-SB-{year}-0001",
        admin,
    )
    assert deadlines.current(application).working_days == 10
    assert Notice.objects.filter(recipient=staff).exists()


def test_a_returned_application_keeps_its_number(application):
    admin = UserFactory()
    services.submit_application(application=application, by=application.begun_by)
    services.approve_application(application=application, by=admin)
    services.county_return(
        application=application, reasons=[{"section": "host", "field": "", "text": "示例"}], by=UserFactory()
    )
    services.submit_application(application=application, by=application.begun_by)

    services.approve_application(application=application, by=admin)

    assert application.number.endswith("-0001")
    assert NumberSeries.objects.get(series="application").last == 1
    assert application.versions.count() == 2


def test_approval_is_refused_where_a_hard_criterion_is_not_met_and_takes_no_number(application):
    services.submit_application(application=application, by=application.begun_by)
    section = application.sections.get(code="partners")
    section.answers = {"partners": []}
    section.save(update_fields=["answers"])

    with pytest.raises(NotEligible) as refused:
        services.approve_application(application=application, by=UserFactory())

    (reason,) = refused.value.reasons
    assert (reason.clause, "差 1 家" in reason.text) == ("二(三)1", True)
    assert not NumberSeries.objects.exists()


def test_approval_after_the_end_of_the_call_is_too_late(application):
    services.submit_application(application=application, by=application.begun_by)

    with clock.at(application.call.closes_at), pytest.raises(TooLate):
        services.approve_application(application=application, by=UserFactory())


# --- supplement, withdrawal -----------------------------------------------------------------------------------------


def test_a_supplement_goes_back_to_the_formal_review(filler):
    application = fill(ApplicationFactory(state="supplement_requested", host=filler.organisations[0]))
    reason = ReturnReasonFactory(application=application)

    services.resubmit_application(application=application, by=filler)

    reason.refresh_from_db()
    assert (application.state, application.versions.count(), reason.answered_by) == (
        "formal_review",
        1,
        filler,
    )


def test_a_supplement_after_its_day_is_too_late(filler):
    application = fill(ApplicationFactory(state="supplement_requested", host=filler.organisations[0]))
    deadlines.open_for(
        application, label="补正", role=Role.ENT_FILLER, due_on=clock.today() - timedelta(days=1)
    )

    with pytest.raises(TooLate) as refused:
        services.resubmit_application(application=application, by=filler)

    day = clock.today() - timedelta(days=1)
    assert [reason.text for reason in refused.value.reasons] == [
        f"补正期限已于 {day.year}年{day.month}月{day.day}日届满，逾期未补正视为放弃申报。"
    ]
    application.refresh_from_db()
    assert application.state == "supplement_requested"


def test_a_withdrawal_needs_its_reason_and_frees_the_unit(application, filler):
    with pytest.raises(Incomplete):
        services.withdraw_application(application=application, reason="", by=filler)

    services.withdraw_application(application=application, reason="示例：条件尚不成熟", by=filler)

    assert (application.state, application.closed_by, application.closing_reason) == (
        "withdrawn",
        filler,
        "示例：条件尚不成熟",
    )
    assert deadlines.current(application) is None
    assert (
        services.begin_application(call=application.call, host=application.host, by=filler).state == "draft"
    )
