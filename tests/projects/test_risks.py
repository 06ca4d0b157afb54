"""What threatens running projects: said on the page by days, found in the list, gathered on the overview."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from projects import selectors
from projects.models import Project
from projects.policy.risks import risks
from records import clock
from tests.factories.accounts import person
from tests.factories.midterms import ProjectMidtermFactory
from tests.factories.running import RunningFactory

pytestmark = pytest.mark.django_db


def test_what_is_late_or_due_soon_is_told_by_days_the_oldest_first():
    day = date(2026, 11, 27)
    points = [
        ("B", day + timedelta(days=30)),
        ("A", day - timedelta(days=1)),
        ("C", day + timedelta(days=31)),
    ]

    found = risks(points, on=day, soon=30)

    assert [(one.what, one.days, one.is_late, one.days_left) for one in found] == [
        ("A", 1, True, 0),
        ("B", -30, False, 30),
    ]


def test_risks_of_running_projects_are_said_found_and_gathered(client):
    today = clock.today()
    calm, soon = RunningFactory(state="running"), RunningFactory(state="running")
    late = ProjectMidtermFactory(due_by=today - timedelta(days=2)).project
    signing = RunningFactory(state="signing")
    soon.stages.filter(is_midterm=True).update(due_on=today + timedelta(days=30))
    late.stages.filter(is_midterm=True).update(due_on=today - timedelta(days=5))
    signing.stages.update(due_on=today - timedelta(days=5))

    rows = Project.objects.all()
    assert set(selectors.at_risk(rows, today)) == {soon, late}
    assert set(selectors.at_risk(rows, today, late_only=True)) == {late}
    known = {one.pk: one for one in selectors.with_what_is_owed(rows)}
    assert [one.days for one in selectors.risks_of(known[late.pk], on=today)] == [5, 2]
    assert [one.days for one in selectors.risks_of(known[soon.pk], on=today)] == [-30]
    assert not selectors.risks_of(known[calm.pk], on=today)
    assert not selectors.risks_of(known[signing.pk], on=today)

    client.force_login(person(Role.BUREAU_CLERK))
    page = client.get(late.get_absolute_url()).text
    assert "逾期 5 日" in page
    assert "逾期 2 日" in page
    found = client.get(reverse("projects:approved-list"), {"late": "risk"}).text
    assert found.count("data-href") == 2
    assert "还有 30 日" in found
    overview = client.get(reverse("projects:project-overview")).text
    assert "逾期和即将到期的事项" in overview
