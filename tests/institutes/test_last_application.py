"""The last application beside the new one: which counts, where a tenfold change is said, and that it may stand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from institutes import book, selectors, services
from institutes.enums import ApplicationState as S
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory, CallFactory, fill

pytestmark = pytest.mark.django_db
AREA = {"premises": {"area_m2": "2.00"}}
WORDS = "现为 1,200 平方米，上次申报（2025 年度）为 2 平方米，相差 600 倍，请核对是否填错单位（平方米、亩）。"


def handed_in(host, answers, *, year: int = 2025, number: int = 1, **more):
    application = ApplicationFactory(host=host, call__year=year, **{"state": S.CLOSED_REVIEW} | more)
    ApplicationVersionFactory(application=application, number=number, answers=answers)
    return application


def area_of(application):
    former = book.setting_of(application).former
    return former and (former.year, former.answers["premises"]["area_m2"])


def test_the_last_version_of_the_last_application_before_counts():
    host = OrganisationFactory()
    handed_in(host, {"premises": {"area_m2": "1"}}, year=2024)
    last = handed_in(host, {"premises": {"area_m2": "2"}})
    ApplicationVersionFactory(application=last, number=2, answers={"premises": {"area_m2": "3"}})
    ApplicationFactory(host=host, state=S.WITHDRAWN)  # nothing of it was ever handed in
    handed_in(OrganisationFactory(), {"premises": {"area_m2": "4"}})
    application = ApplicationFactory(host=host)
    ApplicationVersionFactory(application=application, answers={"premises": {"area_m2": "5"}})

    assert area_of(application) == (2025, "3")
    assert area_of(last) == (2024, "1")
    assert area_of(ApplicationFactory()) is None


def test_many_are_compared_with_as_many_questions_as_one():
    def asked(applications) -> int:
        with CaptureQueriesContext(connection) as queries:
            found = book.settings_of(applications)
        assert [found[one.pk].former.year for one in applications] == [2025] * len(applications)
        return len(queries)

    def one():
        host = OrganisationFactory()
        handed_in(host, AREA)
        return ApplicationFactory(host=host, state=S.FORMAL_REVIEW)

    applications = [one() for _n in range(3)]

    assert asked(applications) == asked(applications[:1])


def test_a_tenfold_change_is_said_in_the_check_and_beside_the_box_and_may_stand(client):
    filler = person(Role.ENT_FILLER)
    client.force_login(filler)
    host = filler.organisations[0]
    handed_in(host, AREA)
    application = fill(ApplicationFactory(host=host))
    section = application.sections.get(code="premises")
    section.answers["area_m2"] = "1200.00"
    section.save(update_fields=["answers"])

    check = client.get(f"/applications/{application.pk}/check/")
    page = client.get(f"/applications/{application.pk}/sections/premises/")

    assert [hint["text"] for hint in check.context["hints"] if hint["label"] == "科研场地面积"] == [WORDS]
    assert f"/applications/{application.pk}/sections/premises/#id_area_m2" in check.text
    assert f"请核对：{WORDS}" in page.text
    services.submit_application(application=application, by=filler)
    assert application.state == S.UNIT_REVIEW


def test_the_clerk_reads_it_under_the_item_of_unit_errors():
    host = OrganisationFactory()
    handed_in(host, AREA)
    call = CallFactory(year=2026, closes_at=clock.now() + timedelta(days=9))
    application = ApplicationFactory(host=host, state=S.FORMAL_REVIEW, call=call)
    ApplicationVersionFactory(application=application, answers={"premises": {"area_m2": "1200.00"}})

    hints = selectors.hints_of([application])[application.pk]["no_unit_error"]

    assert [(hint.text, hint.place) for hint in hints if "上次申报" in hint.text] == [
        (f"科研场地面积：{WORDS}", "premises.area_m2")
    ]
