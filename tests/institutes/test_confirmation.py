"""After handing on: what was done, what comes next, until when; twice pressed is once done."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from records import audit, deadlines
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return fill(ApplicationFactory())


def take(client, application, action, **headers):
    path = reverse("institutes:application-move", args=[application.pk, action])
    return client.post(path, headers=headers)


def confirmation(application):
    return reverse("institutes:application-confirmation", args=[application.pk])


def as_unit(client, application, role):
    client.force_login(person(role, organisation=application.host))


def test_submission_and_approval_are_confirmed(client, application):
    as_unit(client, application, Role.ENT_FILLER)
    assert take(client, application, "submit").url == confirmation(application)
    said = client.get(confirmation(application))
    application.refresh_from_db()
    assert (said.context["at"], said.context["steps"][0]["due_on"]) == (
        application.submitted_at,
        deadlines.current(application).due_on,
    )

    as_unit(client, application, Role.ENT_ADMIN)
    assert take(client, application, "unit_approve").url == confirmation(application)
    said = client.get(confirmation(application))
    application.refresh_from_db()
    assert application.number in said.content.decode()
    assert [step["days"] for step in said.context["steps"]] == [10, 10, 20, 10, 10, 5]


def test_with_htmx_the_browser_is_sent_there(client, application):
    as_unit(client, application, Role.ENT_FILLER)

    response = take(client, application, "submit", **{"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (200, confirmation(application))


def test_the_second_press_is_refused_and_writes_nothing(client, application):
    as_unit(client, application, Role.ENT_ADMIN)

    answers = [take(client, application, action).status_code for action in ("submit", "submit")]
    answers += [take(client, application, action).status_code for action in ("unit_approve", "unit_approve")]

    moved = audit.history(application).exclude(from_state="").values_list("to_state", flat=True)
    assert answers == [302, 409, 302, 409]
    assert (list(moved), application.versions.count()) == ([S.UNIT_REVIEW, S.COUNTY_REVIEW], 1)


def test_once_the_case_has_gone_on_a_kept_address_leads_to_it(client, application):
    as_unit(client, application, Role.ENT_ADMIN)
    take(client, application, "submit")
    services.return_to_filler(
        application=application,
        reasons=[{"section": "basics", "field": "", "text": "示例：请核对名称。"}],
        by=person(Role.ENT_ADMIN, organisation=application.host),
    )

    assert client.get(confirmation(application)).url == application.get_absolute_url()


def test_there_is_nothing_to_confirm_before_nor_for_others(client, application):
    as_unit(client, application, Role.ENT_FILLER)
    assert client.get(confirmation(application)).url == application.get_absolute_url()

    client.force_login(person(Role.COUNTY_STAFF))
    assert client.get(confirmation(application)).status_code == 404
