"""Projects that institutes undertake (四(七)): entered with level, programme, part and term, verified, counted once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import AchievementKind as K
from institutes.models import Achievement
from institutes.selectors import achievements as reads
from records.errors import Conflict, Incomplete
from tests.factories.accounts import person
from tests.factories.achievements import (
    AchievementFactory,
    evidence_for,
    facts_for,
    publish_achievement_rules,
)
from tests.factories.institutes import RecognitionFactory

pytestmark = pytest.mark.django_db
KIND = K.EXTERNAL_PROJECT


def enter(recognition, **more) -> Achievement:
    publish_achievement_rules()
    filler = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    files = evidence_for(KIND)
    return services.draft_achievement(
        institute=recognition.institute, kind=KIND, files=files, by=filler, **facts_for(KIND, **more)
    )


def hand_in(achievement: Achievement) -> None:
    admin = person(Role.ENT_ADMIN, organisation=achievement.host)
    services.hand_up_achievement(achievement=achievement, by=admin)
    services.hand_in_achievement(achievement=achievement, by=admin)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"level": ""}, "level"),
        ({"level": "county"}, "level"),
        ({"programme": " "}, "programme"),
        ({"part": ""}, "part"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": date(2026, 3, 1)}, "ends_on"),
        ({"number": ""}, "number"),
        ({"amount": None}, "amount"),
        ({"partner_name": ""}, "partner_name"),
    ],
)
def test_a_project_says_by_whom_under_what_how_and_until_when(said, field):
    recognition = RecognitionFactory()
    with pytest.raises(Incomplete) as refusal:
        enter(recognition, **said)

    assert [reason.field for reason in refusal.value.reasons] == [field]
    assert not Achievement.objects.exists()


def test_a_project_is_entered_once_by_each_institute_that_undertakes_it():
    recognition, other = RecognitionFactory(), RecognitionFactory()
    hand_in(enter(recognition))
    again = enter(recognition, title="示例另一个名称")
    with pytest.raises(Conflict, match="只计一次"):
        hand_in(again)
    hand_in(enter(other, part="joins"))

    assert Achievement.objects.filter(state="county_review").count() == 2


def test_verified_projects_are_counted_by_level_with_their_money_and_feed_the_indicator(client):
    recognition = RecognitionFactory()
    AchievementFactory(recognition=recognition, kind=KIND, state="verified")
    AchievementFactory(
        recognition=recognition, kind=KIND, state="verified", level="national", amount=Decimal("2000000")
    )
    AchievementFactory(recognition=recognition, kind=KIND, state="bureau_review")

    assert reads.projects_by_level(recognition.institute) == [
        ("national", "国家级", 1, Decimal("2000000.00")),
        ("provincial", "省级", 1, Decimal("120000.00")),
        ("municipal", "市级", 0, Decimal(0)),
    ]
    counted = Achievement.objects.verified()
    assert [one.terms["indicators"] for one in counted] == [["projects"], ["projects"]]
    client.force_login(person(Role.BUREAU_CLERK))
    page = client.get(recognition.institute.get_absolute_url()).content.decode()
    assert "kind=external_project&counted=yes&level=national" in page.replace("&amp;", "&")
    found = client.get("/achievements/?kind=external_project&level=national").content.decode()
    assert found.count('data-href="/achievements/') == 1
    export = b"".join(client.get("/achievements/export/csv/?level=provincial")).decode()
    assert ("示例省级重点研发计划" in export, "牵头承担" in export) == (True, True)


def test_the_form_of_a_project_has_its_boxes_and_no_other_form_has_them():
    publish_achievement_rules()
    recognition, client = RecognitionFactory(), Client()
    client.force_login(person(Role.ENT_FILLER, organisation=recognition.institute.host))
    new = reverse("institutes:achievement-new")

    page = client.get(f"{new}?kind=external_project").content.decode()
    assert [name for name in ("level", "programme", "part", "ends_on") if f'name="{name}"' not in page] == []
    assert "立项日期" in page
    assert 'name="programme"' not in client.get(f"{new}?kind=new_product").content.decode()


def test_what_a_project_lacks_cannot_be_stored():
    row = Achievement.objects.filter(pk=AchievementFactory(kind=KIND).pk)
    for wrong, name in (
        ({"programme": ""}, "project_is_whole"),
        ({"ends_on": None}, "project_is_whole"),
        ({"level": "county"}, "level_known"),
        ({"part": "so"}, "part_known"),
        ({"ends_on": date(2026, 3, 1)}, "achieved_on_not_after_ends_on"),
    ):
        with pytest.raises(IntegrityError, match=f"institutes_achievement_{name}"), transaction.atomic():
            row.update(**wrong)
