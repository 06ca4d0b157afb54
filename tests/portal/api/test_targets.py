"""The city's targets by program: totals for everybody who signs in, breakdowns for who may read the rows."""

import pytest

from accounts.roles import Role
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.institutes import RecognitionEditionFactory
from tests.portal.test_targets import GROUNDS

pytestmark = pytest.mark.django_db


def test_a_program_reads_what_its_owner_may(program):
    publish_achievement_rules()
    RecognitionEditionFactory(kind="targets", citations=GROUNDS)
    case = AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED)

    everything = program(person(Role.AUDITOR)).get("/api/v1/targets/").data
    totals_alone = program(person(Role.ENT_ADMIN)).get("/api/v1/targets/").data

    assert [(row["key"], row["transfers"]) for row in everything["by_division"]] == [(case.division_id, 1)]
    assert totals_alone["goals"] == everything["goals"]
    assert totals_alone["by_division"] == totals_alone["by_chain"] == totals_alone["by_year"] == []
