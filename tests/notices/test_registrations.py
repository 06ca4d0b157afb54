import pytest
from django.db import connection

from accounts import services as accounts
from accounts.roles import Role
from notices import selectors, services, tasks
from tests.factories.accounts import AccountEditionFactory, DivisionFactory, make_uscc, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    for kind in ("time_limits", "security"):
        AccountEditionFactory(kind=kind)
    organisation = accounts.register_enterprise(
        name="示例新材料有限公司",
        uscc=make_uscc(),
        division=DivisionFactory(code="130102"),
        address="示例路 2 号",
        username="newcomer",
        person="示例管理员",
        email="newcomer@mail.example",
        mobile="13800001111",
        password="Sample-pass-2026",
    )
    chain()
    return organisation


def chain():
    """What a commit does: the deferred trigger gives each line its position."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def titles(user):
    return [notice.title for notice in selectors.notices_of(user)]


def test_the_county_hears_of_a_registration_once(unit):
    mine, other = person(Role.COUNTY_STAFF), person(Role.COUNTY_STAFF, division="130104")

    assert [services.tell_of_registrations(), tasks.tell_of_registrations()] == [1, 0]
    assert (titles(mine), titles(other)) == (["新的单位注册待确认：示例新材料有限公司"], [])


def test_the_unit_hears_of_the_answer(unit):
    services.tell_of_registrations()
    accounts.confirm_organisation(organisation=unit, by=person(Role.COUNTY_STAFF))
    chain()

    assert services.tell_of_registrations() == 1
    assert titles(unit.applied_by) == ["单位注册已通过：示例新材料有限公司"]


def test_nobody_is_asked_to_check_what_was_answered_while_nobody_listened(unit):
    county = person(Role.COUNTY_STAFF)
    accounts.refuse_organisation(organisation=unit, reason="请更正。", by=person(Role.COUNTY_STAFF))
    chain()
    fields = ("name", "uscc", "division", "address", "legal_rep", "registered_on")
    again = {name: getattr(unit, name) for name in fields}
    accounts.resubmit_organisation(organisation=unit, **again, by=unit.applied_by)
    chain()
    assert services.tell_of_registrations() == 3
    assert titles(county) == ["新的单位注册待确认：示例新材料有限公司"]
    assert titles(unit.applied_by) == []


def test_a_refusal_carries_its_reason(unit):
    accounts.refuse_organisation(
        organisation=unit, reason="名称与营业执照不一致。", by=person(Role.COUNTY_STAFF)
    )
    chain()
    services.tell_of_registrations()

    (notice,) = selectors.notices_of(unit.applied_by)
    assert notice.body.splitlines()[1] == "未通过的理由：名称与营业执照不一致。"
