"""The policy calculator: what an institute can receive and when, by the policy file itself."""

from datetime import date
from decimal import Decimal

import pytest

from portal.policy import entitlement as policy
from portal.policy.entitlement import Case, Rule
from portal.policy.loader import load_policy, policy_file
from portal.selectors.entitlements import READ
from records import clock

NAMES = {(model._meta.app_label, kind): name for model, kind, name in READ}
RECOGNISED = date(2024, 6, 28)
OK = Case(recognised_on=RECOGNISED)


def rules() -> list[Rule]:
    return [
        Rule(NAMES[one.room, one.kind], one.valid_from, one.terms, one.citations)
        for one in policy_file().editions
        if (one.room, one.kind) in NAMES
    ]


def asked(**said) -> dict[str, policy.Entitlement]:
    return {
        one.code: one for one in policy.entitlements(Case(**{"recognised_on": RECOGNISED} | said), rules())
    }


@pytest.mark.parametrize(
    ("code", "amount", "least", "clause"),
    [
        ("construction", 200_000, 200_000, "四(三)"),
        ("performance", 500_000, 500_000, "四(四)"),
        ("provincial", 1_000_000, 1_000_000, "四(五)"),
        ("joint_project", 1_200_000, 800_000, "四(六)"),
    ],
)
def test_each_kind_of_money_with_its_amount_and_clause(code, amount, least, clause):
    one = asked()[code]

    assert (one.amount, one.least, one.clause) == (Decimal(amount), Decimal(least), clause)


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({}, "due possible possible possible"),
        ({"recognised_on": None}, "possible possible possible possible"),
        ({"host_kind": "university"}, "refused refused refused refused"),
        ({"in_city": False}, "refused refused refused refused"),
        ({"chain_role": "other"}, "refused refused refused refused"),
        ({"chain_role": "backbone"}, "due possible possible possible"),
        ({"partners": 0}, "refused refused refused refused"),
        ({"recognised_on": date(2021, 12, 31)}, "refused possible possible possible"),
        ({"accepted_on": date(2026, 6, 1)}, "due possible possible possible"),
        ({"accepted_on": date(2026, 6, 1), "grade": "excellent"}, "due due possible possible"),
        ({"accepted_on": date(2026, 6, 1), "grade": "good"}, "due refused possible possible"),
        ({"accepted_on": date(2023, 6, 1), "grade": "excellent"}, "due refused possible possible"),
        # I-7: the province's document comes after recognition and filing, and never without filing.
        ({"province_on": date(2026, 3, 1)}, "due possible refused possible"),
        ({"filed_on": date(2025, 3, 1)}, "due possible possible possible"),
        ({"filed_on": date(2025, 3, 1), "province_on": date(2026, 3, 1)}, "due possible due possible"),
        ({"filed_on": date(2026, 4, 1), "province_on": date(2026, 3, 1)}, "due possible refused possible"),
        ({"filed_on": date(2023, 1, 1), "province_on": date(2024, 6, 28)}, "due possible refused possible"),
        ({"projects": 2}, "due possible possible possible"),
    ],
)
def test_what_is_due_what_is_possible_and_what_is_not(said, standing):
    assert " ".join(one.standing for one in asked(**said).values()) == standing


@pytest.mark.parametrize(
    ("said", "earliest"),
    [
        # Built for two years, then from the next year a cycle of three full years, evaluated in the April after it.
        ({}, date(2030, 4, 1)),
        ({"accepted_on": date(2025, 12, 31)}, date(2029, 4, 1)),
        ({"accepted_on": date(2027, 1, 1)}, date(2031, 4, 1)),
        ({"recognised_on": date(2024, 2, 29)}, date(2030, 4, 1)),
        ({"recognised_on": None}, None),
    ],
)
def test_when_the_reward_of_an_evaluation_can_come(said, earliest):
    assert asked(**said)["performance"].earliest == earliest


def test_the_other_days_are_those_of_the_decisions():
    found = asked(filed_on=date(2025, 1, 1), province_on=date(2026, 3, 1))

    assert found["construction"].earliest == RECOGNISED
    assert found["provincial"].earliest == date(2026, 3, 1)
    assert found["joint_project"].earliest == RECOGNISED


def test_several_projects_are_several_amounts():
    one = asked(projects=3)["joint_project"]

    assert (one.least, one.amount) == (2_400_000, 3_600_000)


def test_a_later_edition_holds_from_its_day():
    old = next(rule for rule in rules() if rule.kind == policy.CONSTRUCTION)
    terms = {**old.terms, "grant": {**old.terms["grant"], "amount": "300000.00"}}
    both = [*rules(), Rule(old.kind, date(2025, 1, 1), terms, old.grounds)]

    def amount(day):
        return policy.entitlements(Case(recognised_on=day), both)[0].amount

    assert [amount(date(2024, 12, 31)), amount(date(2025, 1, 1))] == [200_000, 300_000]


def test_the_steps_of_paying_add_up():
    assert policy.working_days_to_pay(rules(), None) == 20 + 5 + 5 + 10 + 10 + 5 + 15 + 20


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_use(db):
    load_policy(policy_file())


QUESTION = {
    "host_kind": "enterprise",
    "in_city": "yes",
    "chain_role": "leader",
    "partners": "3",
    "recognised_on": "2024-06-28",
}


@pytest.mark.usefixtures("in_use")
def test_the_answer_has_an_address_and_keeps_what_was_typed(client):
    page = client.get("/calculator/", QUESTION).content.decode()

    assert 'value="2024-06-28"' in page
    assert "条件已全部具备的" in page
    assert "/policy/#clause-4-3" in page


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"host_kind": "nobody"}, "host_kind"),
        ({"partners": "-1"}, "partners"),
        ({"recognised_on": "9999-12-31"}, "recognised_on"),
        ({"grade": "best"}, "grade"),
    ],
)
def test_a_question_that_makes_no_sense_is_said_at_its_box(client, said, field):
    response = client.get("/calculator/", QUESTION | said)

    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "says"), [({}, "算哪几项"), (QUESTION, "还没有施行中的政策标准")])
def test_without_a_question_or_a_policy_it_says_so(client, asked, says):
    response = client.get("/calculator/", asked)

    assert response.status_code == 200
    assert says in response.content.decode()


@pytest.mark.usefixtures("in_use")
def test_what_is_sure_is_said_with_the_day_by_which_it_is_paid(client):
    answer = client.get("/calculator/", QUESTION).context["answer"]

    assert (answer.sure, answer.at_most) == (200_000, 2_900_000)
    assert answer.paid_by["construction"] > RECOGNISED
    assert clock.today() > RECOGNISED
