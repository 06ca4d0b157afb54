"""Nobody is replaced because the agency would rather have somebody else: only on a fact that the portal finds."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import selectors, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import ReplaceGround as G
from evaluation.models import Assignment
from records import audit, clock, deadlines
from records.errors import IllegalMove, Incomplete
from tests.factories.accounts import person
from tests.factories.evaluation import AbsenceFactory, TieFactory, drawn, fill, signed

pytestmark = pytest.mark.django_db
REASON = "示例更换理由"


@pytest.fixture
def seat(panel, manager) -> Assignment:
    """A seat whose expert has signed, and still has their time."""
    seat = drawn(panel, manager).assignments.get(position=3)
    return services.commit_assignment(assignment=seat, **signed(seat))


def past_its_day(seat):
    """The morning after the day by which the seat has to be left."""
    days = (deadlines.current(seat).due_on - clock.today()).days + 1
    return clock.at(clock.now() + timedelta(days=days))


def replace(seat, ground, by):
    return services.replace_assignment(assignment=seat, ground=ground, reason=REASON, by=by)


@pytest.mark.parametrize("ground", [*G.values, "", "示例"])
def test_who_is_within_their_time_is_not_replaced_on_any_pretext(seat, panel, manager, ground):
    with pytest.raises(IllegalMove, match="仍在时限内"):
        replace(seat, ground, manager)

    seat.refresh_from_db()
    assert (seat.state, panel.assignments.count()) == (A.COMMITTED, panel.size)
    assert not audit.history(seat).filter(verb__endswith=".replace").exists()


def test_no_expert_of_a_fresh_panel_can_be_replaced_until_a_better_one_turns_up(panel, manager, client):
    seats = list(drawn(panel, manager).assignments.all())
    client.force_login(manager)

    page = client.get(panel.get_absolute_url()).text
    answers = [
        client.post(
            reverse("evaluation:assignment-move", args=[each.pk, "replace"]),
            {"ground": "overdue", "reason": REASON},
        ).status_code
        for each in seats
    ]

    assert "/replace/" not in page
    assert not set(answers) & {200, 302}
    assert panel.assignments.count() == panel.size


def suspended(seat):
    services.suspend_expert(expert=seat.expert, reason="示例暂停", by=person(Role.BUREAU_APPROVER))


def absent(seat):
    AbsenceFactory(expert=seat.expert, last_day=deadlines.current(seat).due_on)


def closed(seat):
    seat.expert.user.is_active = False
    seat.expert.user.save(update_fields=["is_active"])


def tied(seat):
    TieFactory(expert=seat.expert, whom=seat.panel.application.host.name)


@pytest.mark.parametrize(
    ("fact", "ground"),
    [
        (past_its_day, G.OVERDUE),
        (suspended, G.SUSPENDED),
        (absent, G.ABSENT),
        (closed, G.NO_EXPERT),
        (tied, G.CONFLICT),
    ],
)
def test_a_fact_that_the_portal_finds_makes_room_for_the_next_in_order(seat, panel, manager, fact, ground):
    meanwhile = fact(seat) or clock.at(clock.now())

    with meanwhile:
        assert selectors.grounds_to_replace(seat) == [ground]
        other = next(each for each in G if each != ground)
        with pytest.raises(Incomplete, match="与平台记录不符"):
            replace(seat, other, manager)
        replace(seat, ground, manager)

    event = audit.history(seat).get(verb__endswith=".replace")
    assert (seat.state, seat.replaced_for, event.data["replaced_for"]) == (A.REPLACED, ground, ground)
    assert panel.assignments.get(position=panel.size + 1).seat == seat.seat


def test_an_absence_that_ends_before_the_day_is_no_ground(seat):
    AbsenceFactory(expert=seat.expert, last_day=deadlines.current(seat).due_on - timedelta(days=1))

    assert selectors.grounds_to_replace(seat) == []


def test_who_has_handed_in_is_not_replaced_however_late_it_is(seat, manager):
    services.lock_scores(assignment=fill(seat), by=seat.expert.user)

    with clock.at(clock.now() + timedelta(days=90)), pytest.raises(IllegalMove):
        replace(seat, G.OVERDUE, manager)


def test_the_page_offers_what_was_found_and_nothing_else(seat, panel, manager, client):
    services.suspend_expert(expert=seat.expert, reason="示例暂停", by=person(Role.BUREAU_APPROVER))
    client.force_login(manager)
    address = reverse("evaluation:assignment-move", args=[seat.pk, "replace"])

    form = client.get(address).context["offer"].form
    linked = address in client.get(panel.get_absolute_url()).text
    client.post(address, {"ground": "suspended", "reason": REASON})

    seat.refresh_from_db()
    assert [value for value, _label in form.fields["ground"].choices] == ["suspended"]
    assert (linked, seat.state) == (True, A.REPLACED)
    assert "已被暂停参加评审" in client.get(panel.get_absolute_url()).text
