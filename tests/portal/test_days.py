"""The working calendar: everybody reads it, one role edits it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from records.deadlines import open_for
from records.models import CalendarChange, DayOverride
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.records import CalendarChangeFactory, DayOverrideFactory

pytestmark = pytest.mark.django_db
PAGE = "/working-days/"
HOLIDAY = {"day": "2027-02-03", "is_working": "0", "name": "示例假日", "source": "示例通知"}


@pytest.fixture
def sysadmin(client):
    user = person(Role.SYSADMIN)
    client.force_login(user)
    return user


def held():
    """Due on 8 February 2027, a working day later once 3 February is off."""
    opened = datetime(2027, 2, 1, 9, tzinfo=UTC)
    return open_for(
        OrganisationFactory(name="示例单位"), label="待办理", role=Role.TAX, at=opened, working_days=5
    )


@pytest.mark.usefixtures("sysadmin")
def test_what_follows_is_shown_before_a_holiday_is_entered(client):
    held()

    shown = client.post(PAGE, HOLIDAY).text

    for words in ("2027年2月3日", "示例单位", "2027年2月8日", "2027年2月9日", "共 1 项在办期限改期"):
        assert words in shown
    assert 'name="source" value="示例通知"' in shown
    assert not DayOverride.objects.exists()


@pytest.mark.usefixtures("sysadmin")
def test_a_holiday_is_entered_once_it_is_confirmed_and_what_moved_is_listed_and_exported(client):
    held()
    tax = person(Role.TAX)

    done = client.post(PAGE, HOLIDAY | {"confirmed": "1"}, follow=True)

    change = CalendarChange.objects.get()
    assert done.redirect_chain == [(f"{PAGE}changes/{change.pk}/", 302)]
    assert "1 项期限改期" in done.text
    assert "2027年2月9日" in done.text
    assert DayOverride.objects.get().source == "示例通知"
    table = client.get(f"{PAGE}changes/{change.pk}/export/csv/").getvalue().decode()
    assert "示例单位" in table
    assert "2027-02-08,2027-02-09" in table
    assert f"{PAGE}changes/{change.pk}/" in client.get(PAGE).text
    assert tax.notices.get().title == "工作日历调整，您有 1 项期限改期"


YEAR = {
    "year": "2027",
    "source": "示例放假通知",
    "text": "一、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。",
}


@pytest.mark.usefixtures("sysadmin")
def test_a_year_is_entered_by_the_text_of_the_notice(client):
    held()

    shown = client.post(f"{PAGE}import/", YEAR)
    assert (shown.status_code, DayOverride.objects.count()) == (200, 0)
    assert "2027年2月14日" in shown.text
    client.post(f"{PAGE}import/", YEAR | {"confirmed": "1"})

    assert DayOverride.objects.filter(is_working=False).count() == 5
    assert DayOverride.objects.get(is_working=True).name == "春节调休上班"
    assert CalendarChange.objects.get().moves.get().due_to.isoformat() == "2027-02-14"


@pytest.mark.usefixtures("sysadmin")
def test_a_notice_that_does_not_fit_its_year_comes_back_with_every_fault(client):
    answer = client.post(f"{PAGE}import/", YEAR | {"year": "2026", "confirmed": "1"})

    assert answer.status_code == 422
    assert "春节：2月5日写作周五，2026 年这一天是周四。" in answer.text
    assert "春节：2月14日写作周日，2026 年这一天是周六。" in answer.text
    assert not DayOverride.objects.exists()


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
def test_a_day_is_taken_back_once_it_is_confirmed(client):
    row = DayOverrideFactory(day="2027-02-03")
    held()
    remove = reverse("day-remove", args=[row.pk])

    asked = client.get(remove).text
    assert "共 1 项在办期限改期" in asked
    assert "这一年不再有登记的放假安排" in asked
    assert client.post(remove).status_code == 200
    assert DayOverride.objects.get() == row
    done = client.post(remove, {"confirmed": "1"}, follow=True)

    assert "按星期计算" in done.text
    assert not DayOverride.objects.exists()


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.ENT_FILLER, Role.AUDITOR])
def test_others_read_and_do_not_edit(client, role):
    row, change = DayOverrideFactory(), CalendarChangeFactory()
    client.force_login(person(role))

    assert client.get(PAGE).status_code == 200
    assert change.source not in client.get(PAGE).text
    remove = reverse("day-remove", args=[row.pk])
    for asked in (
        client.post(PAGE, HOLIDAY),
        client.get(f"{PAGE}import/"),
        client.get(remove),
        client.post(remove, {"confirmed": "1"}),
        client.get(change.get_absolute_url()),
        client.get(f"{change.get_absolute_url()}export/csv/"),
    ):
        assert asked.status_code == 403
    assert DayOverride.objects.count() == 1
