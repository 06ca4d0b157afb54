"""The working calendar: everybody reads it, one role edits it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from records.deadlines import open_for
from records.models import DayOverride
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.records import DayOverrideFactory

pytestmark = pytest.mark.django_db
PAGE = "/working-days/"
HOLIDAY = {"day": "2027-02-03", "is_working": "0", "name": "示例假日", "source": "示例通知"}


@pytest.fixture
def sysadmin(client):
    user = person(Role.SYSADMIN)
    client.force_login(user)
    return user


@pytest.mark.usefixtures("sysadmin")
def test_a_holiday_is_entered_and_shown(client):
    response = client.post(PAGE, HOLIDAY, follow=True)

    assert response.redirect_chain == [(f"{PAGE}?year=2027", 302)]
    assert "2027年2月3日" in response.text
    assert DayOverride.objects.get().source == "示例通知"


@pytest.mark.usefixtures("sysadmin")
def test_a_malformed_day_comes_back_with_what_was_typed(client):
    response = client.post(PAGE, {**HOLIDAY, "day": "三月三"})

    assert response.status_code == 422
    assert "三月三" in response.text
    assert not DayOverride.objects.exists()


@pytest.mark.usefixtures("sysadmin")
def test_what_is_no_exception_is_refused(client):
    assert client.post(PAGE, {**HOLIDAY, "is_working": "1"}).status_code == 409


@pytest.mark.usefixtures("sysadmin")
def test_what_follows_is_said_once_before_a_day_is_removed(client):
    row = DayOverrideFactory(day="2026-11-25")
    opened = datetime(2026, 11, 23, 9, tzinfo=UTC)
    open_for(OrganisationFactory(), label="待办理", role=Role.TAX, at=opened, working_days=5)

    asked = client.get(reverse("day-remove", args=[row.pk]))

    assert "1 项在办期限随之重算" in asked.text
    assert "该日按星期计算为工作日" in asked.text
    assert DayOverride.objects.get() == row
    done = client.post(reverse("day-remove", args=[row.pk]), follow=True)
    assert "1 项期限随之重算" in done.text


@pytest.mark.usefixtures("sysadmin")
def test_a_day_is_removed(client):
    row = DayOverrideFactory()

    assert client.post(reverse("day-remove", args=[row.pk])).status_code == 302
    assert not DayOverride.objects.exists()


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.ENT_FILLER, Role.AUDITOR])
def test_others_read_and_do_not_edit(client, role):
    row = DayOverrideFactory()
    client.force_login(person(role))

    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, HOLIDAY).status_code == 403
    assert client.get(reverse("day-remove", args=[row.pk])).status_code == 403
    assert client.post(reverse("day-remove", args=[row.pk])).status_code == 403
    assert DayOverride.objects.count() == 1
