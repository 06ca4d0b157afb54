"""What no form would store: each constraint of an officer's step, provoked by name and past every service."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from institutes.enums import ApplicationState as S
from institutes.models import (
    Application,
    DecisionBatch,
    DecisionItem,
    FormalCheck,
    Institute,
    Recognition,
    ReturnReason,
    SiteVisit,
)
from records import clock
from tests.factories.institutes import (
    ApplicationFactory,
    DecisionBatchFactory,
    DecisionItemFactory,
    FormalCheckFactory,
    InstituteFactory,
    RecognitionFactory,
    ReturnReasonFactory,
    SiteVisitFactory,
)

pytestmark = pytest.mark.django_db

BROKEN = [
    (S.DRAFT, {"state": "nowhere"}, "institutes_application_state_known"),
    (
        S.COUNTY_SIGNING,
        {"county_proposed_by": None},
        "institutes_application_county_proposed_at_county_proposed_by",
    ),
    (S.FORMAL_REVIEW, {"county_signed_by": None}, "institutes_application_county_signed_at_county_signed_by"),
    (
        S.FORMAL_CONFIRMATION,
        {"formal_proposed_by": None},
        "institutes_application_formal_proposed_at_formal_proposed_by",
    ),
    (
        S.REVIEWING,
        {"formal_confirmed_by": None},
        "institutes_application_formal_confirmed_at_formal_confirmed_by",
    ),
    (S.REVIEWING, {"agency": None}, "institutes_application_agency_for_review"),
    (S.SITE_VISIT, {"reviewed_by": None}, "institutes_application_reviewed_at_reviewed_by"),
    (S.SITE_VISIT, {"review_score": None}, "institutes_application_reviewed_before_moving_on"),
    (S.PUBLICITY, {"decided_by": None}, "institutes_application_decided_at_decided_by"),
    (S.PUBLICITY, {"minute_number": ""}, "institutes_application_decided_with_minute"),
    (S.RECOGNISED, {"recognised_by": None}, "institutes_application_recognised_at_recognised_by"),
    (S.CLOSED_DECISION, {"closed_by": None}, "institutes_application_closed_at_closed_by"),
    (S.COUNTY_REVIEW, {"state": S.COUNTY_SIGNING}, "institutes_application_county_proposal_before_signing"),
    (S.COUNTY_SIGNING, {"state": S.FORMAL_REVIEW}, "institutes_application_signed_before_formal_review"),
    (
        S.FORMAL_REVIEW,
        {"state": S.FORMAL_CONFIRMATION},
        "institutes_application_formal_proposal_before_confirmation",
    ),
    (
        S.FORMAL_CONFIRMATION,
        {"state": S.SUPPLEMENT_REQUESTED},
        "institutes_application_formal_confirmed_before_review",
    ),
    (S.PUBLICITY, {"state": S.RECOGNISED}, "institutes_application_recognised_by_somebody"),
    (S.PUBLICITY, {"state": S.CLOSED_OBJECTION}, "institutes_application_closed_by_somebody"),
]


def refused_by(name, change):
    """``change`` is refused by the constraint ``name``."""
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("state", "change", "name"), BROKEN, ids=[name.split("_", 2)[2] for *_rest, name in BROKEN]
)
def test_an_application_cannot_be_stored_without_its_evidence(state, change, name):
    row = Application.objects.filter(pk=ApplicationFactory(state=state).pk)

    refused_by(name, lambda: row.update(**change))


@pytest.mark.parametrize(
    ("state", "one", "other", "name"),
    [
        (S.FORMAL_REVIEW, "county_signed_by", "county_proposed_by", "county_four_eyes"),
        (S.REVIEWING, "formal_confirmed_by", "formal_proposed_by", "formal_four_eyes"),
        (S.PUBLICITY, "decided_by", "formal_proposed_by", "decision_four_eyes"),
    ],
)
def test_one_person_cannot_be_stored_as_both(state, one, other, name):
    application = ApplicationFactory(state=state)
    row = Application.objects.filter(pk=application.pk)

    refused_by(f"institutes_application_{name}", lambda: row.update(**{one: getattr(application, other)}))


def test_a_host_has_one_application_under_way():
    first = ApplicationFactory(state=S.REVIEWING)

    refused_by("institutes_application_one_open_per_host", lambda: ApplicationFactory(host=first.host))


def test_a_fault_of_the_checklist_has_a_note():
    row = FormalCheck.objects.filter(pk=FormalCheckFactory().pk)

    refused_by("institutes_formalcheck_fault_has_note", lambda: row.update(result="unmet"))
    refused_by("institutes_formalcheck_result_known", lambda: row.update(result="perhaps", note="示例"))


def test_a_checklist_has_each_item_once_per_round():
    check = FormalCheckFactory()

    refused_by(
        "institutes_formalcheck_once_per_round",
        lambda: FormalCheckFactory(application=check.application, item=check.item),
    )


def test_a_return_says_why_and_who_answered():
    row = ReturnReason.objects.filter(pk=ReturnReasonFactory().pk)

    refused_by("institutes_returnreason_says_something", lambda: row.update(text=""))
    refused_by("institutes_returnreason_answered_at_answered_by", lambda: row.update(answered_at=clock.now()))


def test_a_visit_says_what_was_found():
    row = SiteVisit.objects.filter(pk=SiteVisitFactory().pk)

    refused_by("institutes_sitevisit_says_something", lambda: row.update(findings=""))


def test_recognition_numbers_are_unique():
    first, second = RecognitionFactory(), RecognitionFactory()
    row = Recognition.objects.filter(pk=second.pk)

    refused_by("institutes_recognition_sequence_once", lambda: row.update(sequence=first.sequence))
    refused_by(
        "institutes_recognition_certificate_number_key",
        lambda: row.update(certificate_number=first.certificate_number),
    )


def test_a_revocation_has_its_person_and_reason():
    row = Recognition.objects.filter(pk=RecognitionFactory(revoked=True).pk)

    refused_by("institutes_recognition_revoked_at_revoked_by", lambda: row.update(revoked_by=None))
    refused_by("institutes_recognition_revoked_with_reason", lambda: row.update(revocation_reason=""))


def test_a_build_period_does_not_end_before_it_begins():
    row = Institute.objects.filter(pk=InstituteFactory().pk)

    refused_by(
        "institutes_institute_build_from_not_after_build_to",
        lambda: row.update(build_from="2026-12-01", build_to="2026-11-30"),
    )


# --- decisions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "perhaps"}, "state_known"),
        ({"state": "released"}, "released_by_somebody"),
        ({"state": "discarded"}, "discarded_by_somebody"),
        ({"minute_number": ""}, "has_minute"),
        ({"revision": 0}, "revision_positive"),
        ({"released_at": clock.now()}, "released_at_released_by_release_key"),
        ({"discarded_at": clock.now()}, "discarded_at_discarded_by"),
    ],
)
def test_a_decision_cannot_be_stored_without_its_evidence(change, name):
    row = DecisionBatch.objects.filter(pk=DecisionBatchFactory().pk)

    refused_by(f"institutes_decisionbatch_{name}", lambda: row.update(**change))


def test_who_drew_up_a_decision_cannot_be_stored_as_who_released_it():
    batch = DecisionBatchFactory()
    stamps = {"released_at": clock.now(), "released_by": batch.drafted_by, "release_key": uuid4()}

    refused_by(
        "institutes_decisionbatch_drafted_by_not_released_by",
        lambda: DecisionBatch.objects.filter(pk=batch.pk).update(**stamps),
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"outcome": "perhaps"}, "outcome_known"),
        ({"outcome": "reject", "cause": "other"}, "refusal_has_reason"),
        ({"outcome": "reject", "reason": "示例"}, "refusal_has_reason"),
        ({"dropped_at": clock.now()}, "dropped_at_dropped_by"),
    ],
)
def test_an_item_of_a_decision_says_what_and_why(change, name):
    row = DecisionItem.objects.filter(pk=DecisionItemFactory().pk)

    refused_by(f"institutes_decisionitem_{name}", lambda: row.update(**change))


def test_an_application_stands_in_one_living_decision():
    item = DecisionItemFactory()

    refused_by(
        "institutes_decisionitem_decided_once", lambda: DecisionItemFactory(application=item.application)
    )
