"""A round of the three-year evaluation from the day it opens to the award: one excellent institute is paid, another
waits for an objection, one fails, mends and passes, one is put off by two people, one does not take part."""

import re
from datetime import date

import pytest

from evaluation.enums.performance import EvaluationState as S
from evaluation.enums.performance import RoundState
from evaluation.integrity.performance import (
    accepted_institutes_have_one_open_cycle,
    evaluations_follow_their_institutes,
    results_were_shown_and_can_be_worked_out_again,
)
from evaluation.models import Cycle, Evaluation
from evaluation.selectors.cycles import faults_of_cycles
from evaluation.services import record_performance_review
from funding.models import Award
from funding.tasks import propose_awards
from institutes.models import Revocation
from notices.models import Notice
from records import audit, calendar
from records.models import Document
from tests.evaluation.performing import result
from tests.journeys.evaluating import EvaluationWalk
from tests.journeys.objector import Objector, find
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import stranger

pytestmark = pytest.mark.usefixtures("no_worker")
ACCEPTED, OPENING, ABSENT, NEXT_ROUND = (
    date(2026, 5, 20),
    date(2030, 4, 1),
    date(2030, 7, 2),
    date(2031, 4, 1),
)
YEARS = [2027, 2028, 2029]
BEST, DOUBTED, WEAK, MOVING, SILENT = range(5)
OFFICES = ("tax", "finance", "bureau_clerk", "bureau_approver")


@pytest.fixture
def walk(settled) -> EvaluationWalk:
    """Five institutes that passed their acceptance in one year, with what was verified of the three years after."""
    city = settled.world
    walk = EvaluationWalk(city)
    walk.day = ACCEPTED
    with walk.hour(9):
        for n in (3, 4, 5):
            settled.register_firm(n)
        for firm in city.firms:
            walk.accept(firm, ACCEPTED)
    walk.ring()
    walk.on(OPENING)
    with walk.hour(7):
        for n, firm in enumerate(city.firms):
            institute = firm.organisation.institutes.get()
            walk.live(institute, YEARS, size=80 if n == WEAK else 1000)
            if n in (BEST, DOUBTED):
                walk.achieve(institute, date(2029, 6, 1))
    walk.engage_for("performance", "示例三年绩效评价", "评价委托合同")
    return walk


def test_a_round_from_its_opening_to_the_award(walk):
    opened(walk)
    put_off_by_two(walk)
    reported_and_checked(walk)
    scored(walk)
    one_does_not_take_part(walk)
    graded_and_shown(walk)
    objection = objected_to(walk)
    released_without_the_one_objected_to(walk)
    paid_once_a_cycle(walk)
    released_after_its_objection(walk, objection)
    mends_and_passes(walk)
    who_was_put_off_is_next(walk)
    assert faults_of_cycles() == []
    assert [*accepted_institutes_have_one_open_cycle(), *evaluations_follow_their_institutes()] == []
    assert results_were_shown_and_can_be_worked_out_again() == []


def at(walk: EvaluationWalk, n: int) -> Evaluation:
    return walk.evaluation(walk.world.firms[n])


def states(walk: EvaluationWalk) -> list[str]:
    return [at(walk, n).state for n in range(5)]


def opened(walk: EvaluationWalk) -> None:
    """The clock opens the round: everybody who is due is in it and told, and it begins nobody twice."""
    walk.ring()
    walk.ring()
    with walk.hour(9):
        clerk = walk["bureau_clerk"]
        walk.round_url = clerk.open("/rounds/").link(r"/rounds/\d+/$")
        assert "2030年度绩效评价" in clerk.open(walk.round_url).text
    assert states(walk) == [S.SELF_REPORT] * 5
    told = Notice.objects.filter(event="evaluation.evaluation.begin", recipient=walk.world.firms[BEST].filler)
    assert told.get().title.startswith("请提交绩效评价自评报告")
    assert Cycle.objects.open().count() == 5


def put_off_by_two(walk: EvaluationWalk) -> None:
    url = at(walk, MOVING).get_absolute_url()
    with walk.hour(9):
        walk["bureau_clerk"].take(
            url, "propose_exemption", exemption="deferral", reason="整体搬迁，数据不完整。"
        )
        assert "defer" not in walk["bureau_clerk"].open(url).offers()
    with walk.hour(15):
        walk["bureau_approver"].take(url, "defer")


def reported_and_checked(walk: EvaluationWalk) -> None:
    """Three units hand in what stands in their boxes already; one objects to a figure, and its county answers."""
    best, doubted, weak = (walk.world.firms[n] for n in (BEST, DOUBTED, WEAK))
    with walk.hour(9):
        filler = walk[best.filler.username]
        page = filler.open(f"{at(walk, BEST).get_absolute_url()}edit/")
        assert re.search(r"成果转化与技术服务收入 1,?200(\.00)? 万元", page.text)
        assert any("/achievements/" in link for link in page.links)
    walk.write(best, transfer_income="另有一份合同在办理登记。")
    walk.write(doubted)
    walk.write(weak)
    walk.pass_days()
    walk.sign(best, transfer_income="登记后计入下一周期。")
    walk.sign(doubted)
    walk.sign(weak)
    walk.pass_days()
    walk.fill(best, "1500")
    walk.fill(doubted, "1500")
    walk.fill(weak, "10")
    walk.pass_days()
    for firm in (best, doubted, weak):
        walk.check(firm)
    assert states(walk)[:3] == [S.PANEL_REVIEW] * 3


def scored(walk: EvaluationWalk) -> None:
    """One by a panel that was drawn; of the two others what panels came to is handed down."""
    panel = walk.judge_case(at(walk, BEST), "1")
    assert (panel.kind, panel.assignments.count()) == ("performance", 5)
    by = walk.world["agency"]
    with walk.hour(16):
        record_performance_review(evaluation=at(walk, DOUBTED), result=result("0.95"), by=by)
        record_performance_review(evaluation=at(walk, WEAK), result=result("0.3"), by=by)
    assert states(walk)[:3] == [S.GRADING] * 3


def one_does_not_take_part(walk: EvaluationWalk) -> None:
    """Nobody is graded before that is settled; the day passes, it is entered, and the bureau proposes the end."""
    clerk, url = walk["bureau_clerk"], at(walk, SILENT).get_absolute_url()
    with walk.hour(16):
        refused = clerk.take(walk.round_url, "grade", minute_number="示例", status=409)
        assert "尚不能评定等次" in refused.text
    walk.on(ABSENT)
    walk.ring()
    with walk.hour(9):
        clerk.take(url, "miss", reason="经两次催报仍未提交。")
        done = clerk.send(clerk.open(clerk.open(url).link("/revocations/new/")))
        assert Revocation.objects.get().get_absolute_url() == done.path
    assert at(walk, SILENT).state == S.ABSENT


def graded_and_shown(walk: EvaluationWalk) -> None:
    """The page says before what everybody would come to; the same is frozen and shown."""
    with walk.hour(8):
        page = walk["bureau_clerk"].open(walk.round_url)
        assert "优秀" in page.text
    walk.grade()
    assert [at(walk, n).grade for n in (BEST, DOUBTED, WEAK)] == ["excellent", "excellent", "fail"]
    assert at(walk, BEST).total > at(walk, DOUBTED).total > 90
    shown = stranger().get(walk.round.notice.get_absolute_url()).content.decode()
    assert all(at(walk, n).institute.name in shown for n in (BEST, DOUBTED, WEAK))
    assert at(walk, MOVING).institute.name not in shown


def objected_to(walk: EvaluationWalk) -> str:
    objector, item = Objector(), walk.round.notice.items.get(subject_id=at(walk, DOUBTED).pk)
    walk.pass_days()
    with walk.hour(9):
        objector.file(objector.form_of(item))
        url = walk["bureau_clerk"].open("/objections/").link(r"/objections/\d+/$")
    with walk.hour(11):
        walk["bureau_clerk"].take(url, "accept")
    return url


def released_without_the_one_objected_to(walk: EvaluationWalk) -> None:
    with walk.hour(12):
        early = walk["bureau_approver"].take(walk.round_url, "release", status=409)
        assert "公示" in early.text
    walk.day = calendar.add_working_days(walk.round.notice.last_day, 1)
    walk.release()
    assert [at(walk, BEST).state, at(walk, DOUBTED).state] == [S.FINAL, S.PUBLICITY]
    assert (at(walk, WEAK).attempt, at(walk, WEAK).state) == (2, S.SELF_REPORT)
    letter = Document.objects.about(at(walk, BEST)).get(kind="evaluation_result")
    words = words_of(content_of(letter))
    assert all(said in words for said in ("优秀", at(walk, BEST).institute.name))
    with walk.hour(14):
        page = walk[walk.world.firms[BEST].admin.username].open(at(walk, BEST).get_absolute_url())
        assert letter.number in page.text


def paid_once_a_cycle(walk: EvaluationWalk) -> None:
    """The system proposes the reward, once; finance, bureau and the unit find it on their desks."""
    with walk.hour(15):
        propose_awards()
        propose_awards()
        award = Award.objects.get(kind="performance")
        assert (award.institute, award.cycle, int(award.amount)) == (at(walk, BEST).institute, 2029, 500_000)
        for username in ("finance", "bureau_clerk", walk.world.firms[BEST].admin.username):
            reader = walk[username]
            assert "500,000" in reader.open(reader.open("/awards/").link(award.get_absolute_url())).text


def released_after_its_objection(walk: EvaluationWalk, objection: str) -> None:
    find(walk, objection, "dismiss")
    walk.day = calendar.add_working_days(walk.day, 6)
    walk.release()
    assert (at(walk, DOUBTED).state, walk.round.state) == (S.FINAL, RoundState.FINAL)
    with walk.hour(15):
        propose_awards()
    assert Award.objects.filter(kind="performance").values_list("institute", "cycle").distinct().count() == 2


def mends_and_passes(walk: EvaluationWalk) -> None:
    """Half a year later the one that failed is evaluated once more over the same years."""
    firm = walk.world.firms[WEAK]
    walk.on(calendar.add_working_days(at(walk, WEAK).rectify_by, -5))
    with walk.hour(7):
        walk.achieve(at(walk, WEAK).institute, date(2029, 12, 1))
    walk.write(firm)
    walk.pass_days()
    walk.sign(firm)
    walk.pass_days()
    walk.fill(firm, "10")
    walk.pass_days()
    walk.check(firm)
    with walk.hour(16):
        record_performance_review(evaluation=at(walk, WEAK), result=result("0.5"), by=walk.world["agency"])
    walk.pass_days()
    walk.grade()
    walk.day = calendar.add_working_days(walk.round.notice.last_day, 1)
    walk.release()
    found = at(walk, WEAK)
    assert (found.state, found.grade, found.attempt) == (S.FINAL, "good", 2)
    assert found.cycle.stage == "evaluated"
    assert [line.verb.rpartition(".")[2] for line in audit.history(found) if line.to_state] == [
        "begin",
        "hand_up",
        "hand_in",
        "give_opinion",
        "sign",
        "fill_tax",
        "fill_finance",
        "entrust",
        "record_review",
        "grade",
        "confirm",
        "release",
    ]


def who_was_put_off_is_next(walk: EvaluationWalk) -> None:
    """The next round collects it for the same years, and it is not put off again."""
    walk.on(NEXT_ROUND)
    walk.ring()
    found = at(walk, MOVING)
    assert (found.round.year, found.cycle.last_year, found.state) == (2031, 2029, S.SELF_REPORT)
    with walk.hour(9):
        typed = {"exemption": "deferral", "reason": "再缓一年。"}
        url = found.get_absolute_url()
        assert "缓评 1 次" in walk["bureau_clerk"].take(url, "propose_exemption", status=409, **typed).text
    assert Award.objects.filter(kind="performance").count() == 2
