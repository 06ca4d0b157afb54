"""What the record of a draw says of the register: enough to check it, too little to guess a line."""

import json
import runpy
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from evaluation import selectors, services
from evaluation.services import draws as draw_services
from records import audit, clock
from records.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.evaluation import pledged

RECIPE = runpy.run_path(str(Path(settings.BASE_DIR) / "static" / "verify_draw.py"))


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["draw/1", "draw/2"])
def test_no_line_of_the_register_can_be_guessed_and_old_records_stay_verifiable(
    panel, manager, monkeypatch, form
):
    monkeypatch.setattr(draw_services, "FORMAT", form)
    moment = pledged(panel, manager)
    with clock.at(moment + timedelta(minutes=1)):
        services.draw_panel(panel=panel, by=manager)

    draw = panel.draws.get()
    record = json.dumps(selectors.public_record(draw))
    assert all(holds for _words, holds in RECIPE["check"](json.loads(record)))
    assert selectors.is_replayed(draw)
    assert draw in selectors.public_draws()
    hashes = set(AuditEvent.objects.filter(position__isnull=False).values_list("hash", flat=True))
    assert any(one in record for one in hashes) is (form == "draw/1")
    assert Client().get(draw.get_absolute_url()).status_code == 200

    draw.result["register"]["fingerprint" if form == "draw/2" else "hash"] = "0" * 64
    assert "登记簿中该时刻之后的第一条登记与记录不符" in selectors.faults_of_draw(draw)


@pytest.mark.django_db
def test_the_first_line_after_the_moment_decides_whoever_wrote_it(panel, manager):
    moment = pledged(panel, manager)
    audit.record("示例之前", panel, by=UserFactory(), at=moment - timedelta(seconds=1))
    first = audit.record("示例之后", panel, by=UserFactory(), at=moment)
    audit.record("示例更后", panel, by=UserFactory(), at=moment + timedelta(seconds=1))
    audit.chain_now()
    with clock.at(moment + timedelta(minutes=1)):
        services.draw_panel(panel=panel, by=manager)

    first.refresh_from_db()
    written = panel.draws.get().result["register"]
    assert written["position"] == first.position
    assert first.hash not in json.dumps(selectors.public_record(panel.draws.get()))
