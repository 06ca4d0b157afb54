"""Who may stand in for whom, for how long, and that it gives nothing but word."""

from datetime import timedelta

import pytest

from accounts import selectors, services
from accounts.models import Deputy
from accounts.roles import Role
from records import audit, clock
from records.errors import Conflict
from tests.factories.accounts import (
    AccountEditionFactory,
    DeputyFactory,
    MembershipFactory,
    OrganisationFactory,
    person,
)

pytestmark = pytest.mark.django_db
PAGE = "/account/deputies/"


@pytest.fixture(autouse=True)
def longest():
    AccountEditionFactory(kind="deputies")


@pytest.fixture
def office():
    return OrganisationFactory(kind="bureau")


@pytest.fixture
def clerk(office):
    return person(Role.BUREAU_CLERK, organisation=office)


@pytest.fixture
def colleague(office):
    return person(Role.BUREAU_CLERK, organisation=office, name="示例同事")


def days(first=0, last=7):
    return {"since": clock.today() + timedelta(days=first), "until": clock.today() + timedelta(days=last)}


def name(clerk, colleague, office, **given):
    return services.name_deputy(user=clerk, deputy=colleague, organisation=office, by=clerk, **days() | given)


def test_a_colleague_stands_in_from_one_day_to_another_and_the_register_says_so(clerk, colleague, office):
    named = name(clerk, colleague, office)

    line = audit.history(named).get()
    assert (line.verb, line.actor, line.data["deputy"]) == ("accounts.deputy.name", clerk, colleague.pk)
    on = [clock.today() + timedelta(days=n) for n in (-1, 0, 7, 8)]
    assert [named in Deputy.objects.in_effect(day) for day in on] == [False, True, True, False]


def test_only_who_holds_the_same_roles_in_the_same_organisation_can_stand_in(clerk, colleague, office):
    person(Role.BUREAU_APPROVER, organisation=office)
    person(Role.BUREAU_CLERK)
    away = person(Role.BUREAU_CLERK, organisation=office, is_active=False)

    assert list(selectors.possible_deputies(clerk)) == [colleague]
    with pytest.raises(Conflict, match="相同角色"):
        name(clerk, away, office)
    with pytest.raises(Conflict, match="相同角色"):
        name(clerk, clerk, office)
    MembershipFactory(user=clerk, organisation=office, role=Role.BUREAU_APPROVER)
    clerk.refresh_from_db()
    assert not selectors.possible_deputies(clerk).exists()


def test_nobody_stands_in_for_an_expert():
    pool = OrganisationFactory(kind="expert_pool")
    expert, other = (person(Role.EXPERT, organisation=pool) for _ in range(2))

    assert not selectors.possible_deputies(expert).exists()
    with pytest.raises(Conflict, match="评审专家不能由他人代办"):
        name(expert, other, pool)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (days(-1, 3), "开始日期不能早于今天"),
        (days(3, 1), "结束日期不能早于开始日期"),
        (days(0, 60), "一次代办最长 60 日"),
    ],
)
def test_the_days_are_bounded(clerk, colleague, office, given, words):
    with pytest.raises(Conflict, match=words):
        name(clerk, colleague, office, **given)
    assert not Deputy.objects.exists()


def test_one_stands_in_at_a_time_and_not_for_two_at_the_end_of_a_chain(clerk, colleague, office):
    third = person(Role.BUREAU_CLERK, organisation=office)
    name(clerk, colleague, office)

    with pytest.raises(Conflict, match="这段时间已由示例同事代办"):
        name(clerk, third, office, **days(3, 10))
    with pytest.raises(Conflict, match="自己也由示例同事代办"):
        name(third, clerk, office)
    name(clerk, third, office, **days(8, 10))


def test_it_ends_before_its_day_once(clerk, colleague, office):
    named = services.end_deputy(deputy=name(clerk, colleague, office), by=clerk)

    assert not Deputy.objects.in_effect(clock.today()).exists()
    assert audit.history(named).last().verb == "accounts.deputy.end"
    with pytest.raises(Conflict, match="已经结束"):
        services.end_deputy(deputy=named, by=clerk)


def test_it_ends_with_the_membership(clerk, colleague, office):
    name(clerk, colleague, office)
    colleague.memberships.update(until=clock.today() - timedelta(days=1))

    assert not Deputy.objects.in_effect(clock.today()).exists()


def test_a_person_names_a_colleague_on_the_page_and_ends_it(client, clerk, colleague, office):
    client.force_login(clerk)
    given = {key: str(day) for key, day in days().items()}

    done = client.post(PAGE, {"organisation": office.pk, "deputy": colleague.pk, **given}, follow=True)
    assert "代办中" in done.text
    named = Deputy.objects.get()
    ended = client.post(f"{PAGE}{named.pk}/end/", follow=True)

    assert "已提前结束" in ended.text


def test_others_neither_see_nor_end_it(client, clerk):
    named = DeputyFactory(user=clerk, organisation=clerk.organisations[0])
    client.force_login(named.deputy)

    assert client.post(f"{PAGE}{named.pk}/end/").status_code == 404
    assert f"代 {clerk.name}" in client.get(PAGE).text


def test_days_that_make_no_sense_are_said_at_their_fields_and_nothing_is_cleared(client, clerk, colleague):
    client.force_login(clerk)
    given = {key: str(day) for key, day in days(-1, -3).items()}

    page = client.post(PAGE, {"organisation": clerk.organisations[0].pk, "deputy": colleague.pk, **given})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"since", "until"}
    assert f'value="{given["until"]}"' in page.text
    assert not Deputy.objects.exists()
