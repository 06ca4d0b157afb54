"""Two institutes hand in the same contract at the same moment: it counts once, and the second is told in words."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.roles import Role
from institutes import services
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from institutes.models import Achievement
from records.errors import Refusal
from tests.factories.accounts import person
from tests.factories.achievements import evidence_for, facts_for, publish_achievement_rules
from tests.factories.institutes import RecognitionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def draft(recognition, kind, **more):
    return services.draft_achievement(
        institute=recognition.institute,
        kind=kind,
        **facts_for(kind, **more),
        files=evidence_for(kind),
        by=person(Role.ENT_FILLER, organisation=recognition.institute.host),
    )


def test_of_two_that_hand_in_one_number_at_once_one_is_told():
    publish_achievement_rules()
    both = [draft(RecognitionFactory(), K.TRANSFER, title=f"示例并发成果{n}") for n in "甲乙"]
    admins = [person(Role.ENT_ADMIN, organisation=one.host) for one in both]
    for one, admin in zip(both, admins, strict=True):
        services.hand_up_achievement(achievement=one, by=admin)
    start = Barrier(2)

    def run(pair):
        one, admin = pair
        start.wait()
        try:
            services.hand_in_achievement(achievement=one, by=admin)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        codes = sorted(threads.map(run, zip(both, admins, strict=True)))

    assert codes == ["", "conflict"]
    assert sorted(Achievement.objects.values_list("state", flat=True)) == [A.COUNTY_REVIEW, A.UNIT_REVIEW]
