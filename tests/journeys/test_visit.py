"""A site visit by the pages alone: planned, accepted, written at the place, confirmed, entered with the case."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.models import VisitPlan
from institutes.enums import ApplicationState as S
from portal.demo.pictures import sample_photo, sample_signature
from records import clock
from records.models import AuditEvent
from tests.evaluation.test_visits import WORDS, Town

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_visit_from_the_plan_to_the_decision():
    town = Town()
    agency, county = browser(town.agency), browser(town.witness)
    agency.post(
        reverse("evaluation:site-visit-new"),
        {
            "application": town.application.pk,
            "starts_at": f"{town.moment:%Y-%m-%dT%H:%M}",
            "place": "示例园区一号楼",
            "experts": [seat.pk for seat in town.seats[:2]],
            "witness": town.witness.pk,
        },
    )
    visit = VisitPlan.objects.get()
    at = {
        name: reverse(f"evaluation:site-visit-{name}", args=[visit.pk])
        for name in ("record", "photos", "signatures")
    }

    def move(client: Client, action: str, **fields) -> int:
        address = reverse("evaluation:site-visit-move", args=[visit.pk, action])
        return client.post(address, fields).status_code

    accepted = [move(browser(seat.expert.user), "accept") for seat in town.seats[:2]]
    with clock.at(town.moment + timedelta(hours=2)):
        too_early = move(agency, "hand_over")
        checks = {f"check_{one['code']}": "consistent" for one in visit.edition.terms["visit_checklist"]}
        agency.post(at["record"], checks | {"findings": WORDS, "consistent": "yes"})
        agency.post(at["photos"], {"file": [sample_photo("场地"), sample_photo("设备")], "caption": "现场"})
        for member in visit.members.all():
            agency.post(at["signatures"], {"member": member.pk, "file": sample_signature(member.pk)})
        taken = [move(agency, "hand_over"), move(county, "confirm", present="on"), move(agency, "record")]

    town.application.refresh_from_db()
    verbs = AuditEvent.objects.about(visit).exclude(to_state="").order_by("pk").values_list("verb", flat=True)
    assert (accepted, too_early, taken) == ([302, 302], 409, [302, 302, 302])
    assert (town.application.state, town.application.visit.findings) == (S.PENDING_DECISION, WORDS)
    assert [verb.rpartition(".")[2] for verb in verbs] == [
        "begin",
        "accept",
        "accept",
        "hand_over",
        "confirm",
        "record",
    ]
