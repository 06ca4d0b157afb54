"""The draw: composed as asked or refused, without bias, the same again for everybody; pledged before it is drawn."""

import json
import random
import runpy
from collections import Counter
from datetime import timedelta
from functools import cache
from io import StringIO
from math import sqrt
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from evaluation import policy, selectors, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.enums import Seat
from evaluation.models import Draw, Expert
from evaluation.policy import Candidate, Composition, Parties, barred
from evaluation.services import sweeps
from notices.models import Notice
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete
from records.models import AuditEvent
from tests.factories.accounts import UserFactory, person
from tests.factories.evaluation import AbsenceFactory, ExpertFactory, TieFactory, drawn, pledged, signed

FIVE = Composition(5, 3, 1, 1, 1, 1, 15)
DRAWS, POOL = 1000, 400
RECIPE = runpy.run_path(str(Path(settings.BASE_DIR) / "static" / "verify_draw.py"))
PARTIES = Parties(units=frozenset({"示例依托单位"}), people=frozenset({"示例院长"}))


@cache
def town() -> tuple[Candidate, ...]:
    """400 experts; every tenth has something to do with the case, in one way or another."""
    lot, kinds = random.Random(7), [Seat.TECHNICAL] * 6 + [Seat.FINANCE] * 2 + [Seat.MANAGEMENT] * 2
    found = []
    for pk in range(1, POOL + 1):
        barred_by = [
            {"employer": "示例依托单位"},
            {"ties": (("interest", "示例依托单位", ""),)},
            {"ties": (("cooperation", "示例院长", ""),)},
            {"load": 15},
            {"is_staff": True},
        ]
        facts = barred_by[pk // 10 % 5] if pk % 10 == 0 else {}
        fields = ("电子信息", "生物医药")[: 1 + pk % 2] if pk % 3 else ("装备制造",)
        base = {"employer": f"示例单位{pk % 150}", "outside_city": lot.random() < 0.3}
        found.append(Candidate(pk=pk, seat=kinds[pk % 10], fields=fields, **{**base, **facts}))
    return tuple(found)


def pledge_of(candidates, *, salt: str, field: str = "电子信息", composition=FIVE, wanted=None) -> dict:
    tickets = policy.tickets_of(candidates, salt=salt)
    balls, _seated = policy.balls_of(candidates, [], tickets)
    return {
        "pool": [ball.as_dict() for ball in balls],
        "seated": [],
        "composition": composition.as_dict(),
        "wanted": wanted or composition.seats(),
        "field": field,
    }


SEVEN = Composition(7, 3, 1, 1, 1, 1, 15)


@pytest.mark.parametrize("n", range(20))
def test_a_panel_of_seven_is_drawn_within_its_bounds_and_drawn_again_the_same(n):
    able = {c.pk: c for c in town() if not barred(c, parties=PARTIES, load_cap=15)}
    tickets = policy.tickets_of(able.values(), salt=f"示例{n}")
    pledge = pledge_of(able.values(), salt=f"示例{n}", composition=SEVEN)
    seed = policy.seed_of(commitment=policy.digest(pledge), nonce="n", beacon=str(n))

    drawn_once, drawn_again = policy.draw(pledge, seed=seed), policy.draw(pledge, seed=seed)

    chosen = [able[tickets[ball - 1]] for _seat, ball in drawn_once.seats]
    assert (drawn_again, drawn_once.unfilled) == (drawn_once, ())
    assert sorted(one.seat for one in chosen) == ["finance", "management", *["technical"] * 5]
    assert len({one.employer for one in chosen}) == len({one.pk for one in chosen}) == 7
    assert all("电子信息" in one.fields for one in chosen if one.seat == "technical")
    assert any(one.outside_city for one in chosen)


@pytest.mark.django_db
def test_the_auditor_alone_reads_who_was_left_out_and_why(panel, manager, client):
    tied = TieFactory(kind="shares", whom=panel.application.host.name).expert
    drawn(panel, manager)
    address, said = f"/api/v1/panels/{panel.pk}/exclusions/", {}

    for who in (person(Role.AUDITOR), manager, person(Role.BUREAU_APPROVER)):
        client.force_login(who)
        page, program = client.get(panel.get_absolute_url()), client.get(address)
        said[who] = (tied.user.name in page.text, program.status_code)

    client.force_login(next(iter(said)))
    (row,) = client.get(address).json()
    assert list(said.values()) == [(True, 200), (False, 403), (False, 403)]
    assert (row["expert"], row["ground"], row["round"]) == (tied.pk, "interest", 1)
    assert row["reason"] == "持股、任董事监事或受聘为有偿顾问"


@cache
def thousand():
    """1,000 draws over the pool: the eligible, their balls, and what came of each seed."""
    able = [c for c in town() if not barred(c, parties=PARTIES, load_cap=15)]
    tickets = policy.tickets_of(able, salt="示例")
    pledge = pledge_of(able, salt="示例")
    seeds = [policy.seed_of(commitment=policy.digest(pledge), nonce="n", beacon=str(n)) for n in range(DRAWS)]
    by_ball = dict(enumerate((next(c for c in able if c.pk == pk) for pk in tickets), 1))
    return pledge, by_ball, {seed: policy.draw(pledge, seed=seed) for seed in seeds}


def test_a_thousand_draws_are_composed_as_asked_and_seat_nobody_who_is_excluded():
    _pledge, by_ball, draws = thousand()

    for made in draws.values():
        chosen = [by_ball[ball] for _seat, ball in made.seats]
        assert [seat for seat, _ball in made.seats] == FIVE.seats()
        assert all(c.seat == seat for c, (seat, _ball) in zip(chosen, made.seats, strict=True))
        assert not [c for c in chosen if barred(c, parties=PARTIES, load_cap=15)]
        assert all("电子信息" in c.fields for c in chosen if c.seat == Seat.TECHNICAL)
        assert len({c.employer for c in chosen}) == 5
        assert any(c.outside_city for c in chosen)


def test_every_one_of_them_is_drawn_again_by_the_recipe_for_outsiders():
    pledge, _by_ball, draws = thousand()

    again = {seed: RECIPE["draw_again"](pledge, seed) for seed in list(draws)[:100]}

    assert again == {
        seed: (list(draws[seed].order), [list(pair) for pair in draws[seed].seats]) for seed in again
    }
    assert all(policy.draw(pledge, seed=seed) == made for seed, made in draws.items())


def critical(freedom: int, z: float = 3.09) -> float:
    """The 99.9 % point of chi-square, by Wilson and Hilferty."""
    return freedom * (1 - 2 / (9 * freedom) + z * sqrt(2 / (9 * freedom))) ** 3


@pytest.mark.parametrize("seat", [Seat.FINANCE, Seat.MANAGEMENT, Seat.TECHNICAL])
@pytest.mark.parametrize("outside", [True, False])
def test_everybody_who_may_sit_is_drawn_as_often_as_their_like(seat, outside):
    """Outsiders a little more often, for one has to sit; among each kind all alike."""
    _pledge, by_ball, draws = thousand()
    like = [b for b, c in by_ball.items() if c.seat == seat and c.outside_city == outside]
    like = [b for b in like if seat != Seat.TECHNICAL or "电子信息" in by_ball[b].fields]
    counted = Counter(ball for made in draws.values() for _seat, ball in made.seats)
    mean = sum(counted[ball] for ball in like) / len(like)

    chi_square = sum((counted[ball] - mean) ** 2 / mean for ball in like)

    assert len(like) > 5
    assert chi_square < critical(len(like) - 1)


def test_a_composition_is_found_wherever_there_is_one():
    """Small pools: the draw fills all seats exactly when trying everything would find a way."""
    lot = random.Random(11)
    for trial in range(150):
        people = [
            Candidate(n, lot.choice(list(Seat)), ("示例产业",), f"单位{lot.randrange(6)}", lot.random() < 0.2)
            for n in range(1, lot.randrange(5, 12))
        ]
        pledge = pledge_of(people, salt="s", field="示例产业")
        balls = [policy.Ball.read(facts) for facts in pledge["pool"]]
        made = policy.draw(pledge, seed=str(trial))

        assert policy.is_possible(FIVE.seats(), balls, [], FIVE, "示例产业") == brute(people)
        assert (not made.unfilled) == brute(people)


SEATS = tuple(FIVE.seats())


def brute(people, seats=SEATS, sitting=()) -> bool:
    if not seats:
        return any(c.outside_city for c in sitting)
    return any(
        brute(people, seats[1:], (*sitting, c))
        for c in people
        if c.seat == seats[0] and c.employer not in {s.employer for s in sitting}
    )


def test_a_known_seed_draws_a_known_order():
    """Written down: if this changes, no earlier draw can be replayed."""
    assert policy.lots(range(1, 11), seed="示例种子") == KNOWN_ORDER


KNOWN_ORDER = sorted(range(1, 11), key=lambda ball: RECIPE["sha"](f"示例种子:{ball}"))


# --- the two moves --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_pledge_is_published_before_anybody_can_know_what_comes(panel, manager, client):
    moment = pledged(panel, manager)
    draw = panel.draws.get()
    record = json.loads(Client().get(f"{draw.get_absolute_url()}record.json").content)

    assert (panel.state, draw.result, record["drawn"]) == (P.PLEDGED, None, None)
    assert moment - draw.pledged_at == timedelta(minutes=10)
    assert dict(RECIPE["check"](record)) == {"承诺指纹与承诺内容相符": True}
    assert draw.nonce not in str(record)
    assert draw.salt not in str(record)
    event = audit.history(panel).get(verb__endswith=".pledge")
    assert event.data["commitment"] == draw.commitment
    with pytest.raises(Conflict, match="之后进行"):
        services.draw_panel(panel=panel, by=manager)
    with pytest.raises(IllegalMove):
        services.pledge_draw(panel=panel, by=manager)


@pytest.mark.django_db
def test_a_number_is_taken_before_the_register_is_held(panel, manager):
    """Two draws at once, one of which has to write its line, would else wait for each other (docs/locks.md)."""
    moment = pledged(panel, manager)
    with clock.at(moment + timedelta(minutes=1)), CaptureQueriesContext(connection) as asked:
        services.draw_panel(panel=panel, by=manager)

    said = [query["sql"] for query in asked]
    number = next(n for n, sql in enumerate(said) if "INSERT INTO records_numberseries" in sql)
    register = next(n for n, sql in enumerate(said) if sql.startswith("SET CONSTRAINTS"))
    assert number < register


@pytest.mark.django_db
def test_the_clock_writes_the_line_where_nobody_else_does(panel, manager):
    moment = pledged(panel, manager)
    assert sweeps.mark_moments_of_draws() == 0

    with clock.at(moment):
        assert (sweeps.mark_moments_of_draws(), sweeps.mark_moments_of_draws()) == (1, 0)

    assert AuditEvent.objects.get(verb="evaluation.draw.moment").actor.username == "system"


@pytest.mark.django_db
def test_an_outsider_verifies_the_record_and_a_forged_one_fails(panel, manager, tmp_path, capsys):
    draw = drawn(panel, manager).draws.get()
    record = selectors.public_record(draw)
    path = tmp_path / "record.json"

    path.write_text(json.dumps(record), encoding="utf-8")
    assert RECIPE["main"](str(path)) == 0
    forged = json.loads(json.dumps(record))
    forged["drawn"]["chosen"][0][1] += 1
    path.write_text(json.dumps(forged), encoding="utf-8")
    assert RECIPE["main"](str(path)) == 1
    assert "不符 入选号码相同" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_record_holds_nothing_about_a_person_or_the_case(panel, manager):
    record = json.dumps(selectors.public_record(drawn(panel, manager).draws.get()), ensure_ascii=False)

    people = [(e.user.name, e.employer, e.user.username) for e in Expert.objects.select_related("user")]
    application = panel.application
    bait = [text for person_ in people for text in person_]
    bait += [application.host.name, application.institute_name, application.number]
    assert [text for text in bait if text in record] == []


@pytest.mark.django_db
def test_a_draw_is_replayed_by_command_with_the_same_names(panel, manager):
    draw = drawn(panel, manager).draws.get()
    said = StringIO()

    call_command("replay_draw", draw.pk, stdout=said)

    names = [line.split("\t")[2] for line in said.getvalue().splitlines()[1:]]
    seats = panel.assignments.select_related("expert__user").order_by("position")
    assert names == [seat.expert.user.name for seat in seats]
    tickets = draw.tickets[::-1]
    Draw.objects.update(tickets=tickets)
    with pytest.raises(CommandError, match="对应关系"):
        call_command("replay_draw", draw.pk)


@pytest.mark.django_db
def test_what_was_declared_keeps_an_expert_away_for_three_years(panel, manager):
    host, today = panel.application.host.name, clock.today()
    old = TieFactory(whom=host, until=today - timedelta(days=1100)).expert
    fresh = TieFactory(whom=host, until=today - timedelta(days=1000)).expert
    shares = TieFactory(kind="shares", whom=host).expert
    taken_back = TieFactory(whom=host, withdrawn_at=clock.now(), withdrawn_by=UserFactory()).expert
    away = AbsenceFactory(last_day=today + timedelta(days=3)).expert

    pledged(panel, manager)

    draw = panel.draws.get()
    assert draw.excluded == {str(fresh.pk): "same_employer", str(shares.pk): "interest"}
    assert {old.pk, taken_back.pk} < set(draw.tickets)
    assert away.pk not in draw.tickets


@pytest.mark.django_db
def test_a_pool_that_cannot_be_composed_refuses_the_pledge_with_the_reason(panel, manager):
    Expert.objects.update(outside_city=False)

    with pytest.raises(Incomplete, match="市外专家不少于 1 人"):
        services.pledge_draw(panel=panel, by=manager)

    panel.refresh_from_db()
    assert (panel.state, Draw.objects.count()) == (P.FORMING, 0)


# --- invitations ----------------------------------------------------------------------------------------------------


def page_of(seat):
    return selectors.link_of(seat)


@pytest.mark.django_db
def test_the_link_of_the_mail_accepts_once_without_signing_in(panel, manager):
    seat = drawn(panel, manager).assignments.first()
    client, url = Client(), page_of(seat)

    shown = client.get(url)
    wrong = client.post(url, {"answer": "decline"})
    client.post(url, {"answer": "accept"})
    again = client.post(url, {"answer": "decline", "reason": "改主意"})

    seat.refresh_from_db()
    assert (shown.status_code, wrong.status_code, again.status_code) == (200, 422, 200)
    assert (seat.state, seat.accepted_by) == (A.ACCEPTED, seat.expert.user)
    assert client.get(url.replace("invitations/", "invitations/x")).status_code == 404
    assert panel.application.host.name not in shown.content.decode()


@pytest.mark.django_db
def test_the_link_of_the_mail_declines_and_the_next_in_order_steps_in(panel, manager):
    seat = drawn(panel, manager).assignments.get(position=4)

    Client().post(page_of(seat), {"answer": "decline", "reason": "出差"})

    seat.refresh_from_db()
    assert (seat.state, panel.assignments.live().count()) == (A.DECLINED, 5)
    record = selectors.public_record(panel.draws.get())
    assert [row["left"] for row in record["seats"]] == [False, False, False, True, False, False]


@pytest.mark.django_db
def test_an_invitation_that_nobody_answers_passes_to_the_next(panel, manager):
    seats = list(drawn(panel, manager).assignments.select_related("expert__user").order_by("position"))
    services.accept_assignment(assignment=seats[0], by=seats[0].expert.user)
    services.commit_assignment(assignment=seats[0], **signed(seats[0]))
    services.accept_assignment(assignment=seats[1], by=seats[1].expert.user)
    for seat in (Seat.FINANCE, Seat.MANAGEMENT):
        ExpertFactory(seat=seat)

    assert services.lapse_assignments() == 0
    with clock.at(clock.now() + timedelta(days=6)):
        lapsed = services.lapse_assignments()
        late = Client().get(page_of(seats[1]))

    states = Counter(panel.assignments.values_list("state", flat=True))
    assert (lapsed, states[A.LAPSED], states[A.COMMITTED]) == (4, 4, 1)
    assert "失效" in late.content.decode()
    [told] = Notice.objects.filter(event="evaluation.panel.seat_left")
    assert (told.body.count("逾期未应邀。"), told.body.count("应邀后逾期未签署承诺。")) == (3, 1)


@pytest.mark.django_db
def test_the_pages_of_draws_are_everybodys(panel, manager, client):
    pledged(panel, manager)
    draw = panel.draws.get()

    waiting = client.get(draw.get_absolute_url()).content.decode()
    with clock.at(draw.draws_after):
        services.draw_panel(panel=panel, by=manager)
    done = client.get(draw.get_absolute_url()).content.decode()

    assert panel.code in client.get("/draws/").content.decode()
    assert "承诺已公布" in waiting
    assert "结果一致" in done
    assert client.get("/draws/SJZ-PS-2020-0001/1/").status_code == 404
    assert person(Role.EXPERT).name not in done
