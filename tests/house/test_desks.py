"""Every desk: each move has somebody who may take it, and what is offered is what is allowed."""

import inspect

import pytest
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Grant
from accounts.roles import Role
from evaluation.models import Engagement
from funding.models import AllocationPlan
from institutes.models import CountyPolicy, Institute
from projects.models import Project
from records.desk import Desk, all_desks, page_of
from tests.factories.accounts import person, system_user
from tests.house.rows import Rows

DESKS = {desk.name: desk for desk in all_desks()}
POST_ONLY = 405
TOLD_BY_THEIR_PAGE: dict[str, list[str]] = {}
"""States whose pages say in words of their own what their holder does."""
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


def by_desk(test):
    return pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS)(test)


def test_the_house_has_its_desks():
    assert sorted(DESKS) == [
        "acceptance",
        "account",
        "achievement",
        "adjustment",
        "application",
        "assessment",
        "assignment",
        "award",
        "batch",
        "call",
        "chain",
        "change",
        "clawback",
        "common_question",
        "disbursement",
        "earlier",
        "ending",
        "engagement",
        "entry",
        "evaluation",
        "evaluation_round",
        "extension",
        "filing",
        "final",
        "inquiry",
        "job",
        "later_day",
        "line",
        "membership",
        "midterm",
        "objection",
        "offering",
        "organisation",
        "package",
        "panel",
        "plan",
        "policy",
        "progress",
        "project",
        "project_call",
        "project_change",
        "project_decision",
        "project_proposal",
        "proposal",
        "repayment",
        "report",
        "revocation",
        "suspension",
        "visit",
    ]


@by_desk
def test_every_move_has_someone_who_may_take_it(desk: Desk):
    assert set(desk.who) == set(desk.lifecycle.moves)


@by_desk
def test_people_take_what_the_clock_does_not(desk: Desk):
    for_people = {action for action, move in desk.lifecycle.moves.items() if not move.system}

    assert set(desk.steps) == for_people


@by_desk
def test_what_is_hidden_is_a_step(desk: Desk):
    assert set(desk.hidden) - set(desk.steps) == set()


@by_desk
def test_every_move_leads_between_known_states(desk: Desk):
    lifecycle = desk.lifecycle
    named = {state for move in lifecycle.moves.values() for state in (*move.sources, move.target)} - {""}

    assert named - set(lifecycle.states) == set()
    assert set(dict(desk.model._meta.get_field("state").choices)) == set(lifecycle.states)


@by_desk
def test_no_way_leads_out_of_a_final_state(desk: Desk):
    lifecycle = desk.lifecycle
    left = {
        (action, source)
        for action, move in lifecycle.moves.items()
        for source in move.sources
        if lifecycle.states[source].final and not move.system
    }

    # A conflict is declared whenever it is found, also by an expert who has handed in; after the conclusion the
    # bureau decides on it.
    late = {("declare", "locked"), ("keep_result", "locked"), ("redo", "locked")}
    assert left <= {("resubmit", "refused"), ("end", "active"), ("recuse", "locked"), *late}


@by_desk
def test_whoever_holds_a_case_may_move_it(desk: Desk):
    """A state without a final word is held by a role that has a move out of it, or waits for the clock."""
    stuck = [
        state
        for state, meaning in desk.lifecycle.states.items()
        if meaning.role
        and not meaning.final
        and not any(
            meaning.role in roles_of(desk.who[action]) or move.system
            for action, move in desk.lifecycle.moves.items()
            if state in move.sources
        )
    ]

    assert stuck == []


@by_desk
def test_whoever_holds_a_case_is_told_what_to_do(desk: Desk):
    """Where the holder of a state has no button, the state says what is done elsewhere; the page says it, too."""
    silent = [
        state
        for state, meaning in desk.lifecycle.states.items()
        if meaning.role
        and meaning.role != Role.SYSTEM
        and not meaning.final
        and not meaning.todo
        and not any(
            meaning.role in roles_of(desk.who[action]) and state in desk.lifecycle.moves[action].sources
            for action in desk.steps
        )
    ]

    assert silent == TOLD_BY_THEIR_PAGE.get(desk.name, [])


@pytest.mark.django_db
@by_desk
def test_the_page_of_a_reminder_tells_its_holder_what_to_do(desk: Desk, client, house):
    """A reminder leads to the page of its case: there is a button, or the words and the way to where it is done."""
    subject = case_of(house, desk)
    meaning = desk.lifecycle.states[subject.state]
    if meaning.final or meaning.role in ("", Role.SYSTEM):
        return
    holder = people_about(subject)[Role(meaning.role)]
    if not desk.visible(holder).filter(pk=subject.pk).exists():
        return  # experts: theirs is what names them
    client.force_login(holder)
    offered = any(offer.allowed for offer in desk.offers(holder, subject))

    page = client.get(desk.url_of(subject.pk), follow=True)

    assert page.status_code == 200
    assert offered or str(meaning.todo) in page.text or subject.state in TOLD_BY_THEIR_PAGE.get(desk.name, [])
    assert not (meaning.todo and "无需您办理" in page.text)


WINDOWS = {
    "stage of a build period": (Institute, Role.ENT_FILLER),
    "stage of a project": (Project, Role.ENT_FILLER),
    "end of a county's policy": (CountyPolicy, Role.COUNTY_STAFF),
    "end of an engagement": (Engagement, Role.BUREAU_CLERK),
    "internal publicity of a plan": (AllocationPlan, Role.FINANCE),
}
"""What is due besides the states of cases: on which rows its deadline hangs, and who holds it."""


@pytest.mark.django_db
@pytest.mark.parametrize("window", WINDOWS)
def test_a_reminder_of_a_window_leads_its_holder_to_a_page(window, client, house):
    model, role = WINDOWS[window]
    subject = model._default_manager.get(pk=house.by_model(model).pk)
    client.force_login(people_about(subject)[role])

    page = client.get(page_of(model._meta.label_lower, subject.pk), follow=True)

    assert page.status_code == 200
    assert str(subject) in page.text


def roles_of(grant: Grant) -> set[str]:
    return {str(role) for role in grant.all_roles}


@by_desk
def test_a_service_takes_what_its_form_brings(desk: Desk):
    astray = []
    for action, step in desk.steps.items():
        parameters = inspect.signature(step.service).parameters
        given = {desk.name, "by", *(["key"] if step.keyed else [])}
        needed = {n for n, p in parameters.items() if p.default is p.empty and p.kind is p.KEYWORD_ONLY}
        if not given <= set(parameters):
            astray.append(f"{action}: the service does not take {given - set(parameters)}")
        if missing := needed - given - set(step.form.base_fields):
            astray.append(f"{action}: nobody brings {missing}")

    assert astray == []


def people_about(subject) -> dict[str, object]:
    """One person of every role: of the very unit, county or office that the case belongs to."""
    host = Organisation.objects.filter(pk=subject.host_id).first()
    code = host.division.code if host and host.division else "130102"
    agency = getattr(subject, "agency", None) or getattr(getattr(subject, "panel", None), "agency", None)
    offices = {Role.ENT_FILLER: host, Role.ENT_ADMIN: host, Role.AGENCY: agency}
    return {role: person(role, organisation=offices.get(role), division=code) for role in PEOPLE}


def case_of(house: Rows, desk: Desk):
    """The case as it is stored: no test finds what another left on it."""
    return desk.model._default_manager.get(pk=house.by_model(desk.model).pk)


@pytest.mark.django_db
@by_desk
def test_a_page_answers_each_role_as_the_table_says(desk: Desk, client, house):
    """404 for whom the case does not exist, 403 for whom the move is not, else the form of the move."""
    subject = case_of(house, desk)
    wrong = {}
    for role, someone in people_about(subject).items():
        client.force_login(someone)
        sees = desk.visible(someone).filter(pk=subject.pk).exists()
        for action in desk.steps if sees else list(desk.steps)[:1]:
            expected = 404 if not sees else 200 if desk.who[action](someone, subject) else 403
            url = reverse(desk.move_page, args=[subject.pk, action])
            answer = (client.get if expected == 200 else client.post)(url).status_code
            if answer != expected and (answer, expected) != (POST_ONLY, 200):
                wrong[f"{role} {action}"] = answer

    assert wrong == {}


@pytest.mark.django_db
@by_desk
def test_buttons_and_gates_read_one_table(desk: Desk, house):
    """An offer is a move that the role has and the state allows; the clock takes only what is its own."""
    subject, clock = case_of(house, desk), system_user()
    lawful = {
        action
        for action in desk.steps
        if subject.state in desk.lifecycle.moves[action].sources
        and not (action in desk.hidden and desk.hidden[action](subject))
    }
    for someone in people_about(subject).values():
        offered = {offer.action for offer in desk.offers(someone, subject)}

        assert offered == {action for action in lawful if desk.who[action](someone, subject)}
    taken = {action for action, grant in desk.who.items() if grant(clock, subject)}
    assert taken == {action for action, grant in desk.who.items() if Role.SYSTEM in grant.all_roles}
