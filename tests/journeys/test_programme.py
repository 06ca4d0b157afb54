"""Thirty proposals of one call, five of one unit, two copied: judged, ranked, twelve contracts, two instalments.

Every step is walked through its pages by at least one proposal (the first: written, recommended, examined, judged blind
by a panel really drawn, its budget reviewed line by line, its contract negotiated, accepted at its end); others take
the same steps by the services that the pages call. What concerns all of them at once (ranking, decision, publicity,
plans, orders, the bank's statement, the counties' and units' part in the money) is done through the pages alone.
"""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from accounts.roles import Role
from evaluation.models import Assignment
from funding.models import Award, Clawback, Disbursement
from projects.enums import ProposalState as S
from projects.models import Project, Proposal, ProposalHint
from records import clock
from records.amounts import in_wan
from tests.journeys import by_services
from tests.journeys.balance import agree, rows_of
from tests.journeys.conftest import FOUNDED
from tests.journeys.joint import (
    JointWalk,
    apply_for_the_end,
    end_early,
    judge_the_end,
    shift_the_budget,
    sign_the_contract,
    through,
    work,
)
from tests.journeys.programme import Programme
from tests.journeys.timetable import sweep
from tests.journeys.units import (
    approve,
    close_claim,
    confirm,
    decide_claim,
    issue,
    name_account,
    pay_out,
    repay,
    settle,
)

pytestmark = pytest.mark.usefixtures("no_worker")
D = Decimal
PROPOSALS, OF_ONE, COPIES = 30, 5, {28: 3, 29: 17}
UNITS = PROPOSALS - OF_ONE + 1
BUDGET, PLACES, ACCEPTED = D("12000000.00"), 12, 10
ASKED, CUT = D("1000000.00"), D("12345.67")
SHIFTED, SPENT = D("150000.00"), D("123456.78")


@pytest.fixture
def walk(founding) -> Programme:
    """Twenty-six units with recognised institutes."""
    with clock.at(FOUNDED):
        for n in range(1, UNITS + 1):
            founding.register_firm(n)
    walk = Programme(founding.world)
    with walk.hour(7):
        walk.recognise()
    return walk


def hand_in_thirty(walk: Programme) -> list[Proposal]:
    """Five of the first unit, one of every other; the last two say what an earlier one says."""
    walk.call_for_proposals(BUDGET)
    walk.propose(walk.units[0], 0)
    for n in range(1, PROPOSALS):
        unit = walk.units[0 if n < OF_ONE else n - OF_ONE + 1]
        by_services.propose(walk, unit, n, like=COPIES.get(n))
    proposals = walk.proposals()
    alike = set(ProposalHint.objects.values_list("proposal", "other"))
    assert alike == {(proposals[copy].pk, proposals[first].pk) for copy, first in COPIES.items()}
    assert Counter(one.host_id for one in proposals).most_common(2)[0] == (proposals[0].host_id, OF_ONE)
    return proposals


def judge_them(walk: Programme, proposals: list[Proposal]) -> None:
    """Copies end at their county; of the others the first is judged by its panel, and loses some of its equipment."""
    walk.pass_days()
    first, copies = proposals[0], [proposals[n] for n in COPIES]
    for proposal in copies:
        walk.opine(proposal, stand="refuse", same=True)
    assert set(Proposal.objects.filter(state=S.CLOSED_COUNTY)) == set(copies)
    walk.opine(first)
    walk.examine(first)
    for proposal in proposals[1 : -len(COPIES)]:
        by_services.recommend(walk, proposal)
        by_services.examine(walk, proposal)
    walk.pass_days()
    panel = walk.open_project_panel(first)
    walk.judge(panel)
    first.refresh_from_db()
    assert (first.state, first.score) == (S.BUDGET_REVIEW, D("90.00"))
    assert Assignment.objects.filter(panel=panel, state="locked").count() == panel.size
    walk.review_budget(first, {"equipment": D("600000.00") - CUT})
    for n, proposal in enumerate(proposals[1 : -len(COPIES)], 1):
        left = D("600000.00") - n * D("1000.01") if n % 3 == 0 else None
        by_services.judge(walk, proposal, D("89.00") - n, accepted=left)


def found_the_projects(walk: Programme, proposals: list[Proposal]) -> list[Project]:
    """The ranking, the meeting's decision within the money, the days of the public notice."""
    walk.pass_days()
    walk.decide(PLACES)
    walk.pass_days(8)
    with walk.hour(9):
        sweep(walk, "projects.tasks.sweep_publicities")
    projects = list(Project.objects.select_related("proposal", "host").order_by("pk"))
    assert {one.proposal_id for one in projects} == {one.pk for one in proposals[:PLACES]}
    assert (len(projects), walk.call.committed) == (PLACES, sum(one.grant for one in projects))
    assert projects[0].grant == ASKED - CUT
    return projects


def sign_the_contracts(walk: Programme, projects: list[Project]) -> None:
    walk.pass_days()
    with walk.hour(10):
        sign_the_contract(joint(walk, projects[0]))
    for project in projects[1:]:
        by_services.sign_the_contract(walk, project)


def joint(walk: Programme, project: Project) -> JointWalk:
    """The project's people at their browsers, on the present day."""
    unit = walk.unit_of(project.proposal)
    unit.day = walk.day
    return through(unit, project)


def pay_the_first(walk: Programme, projects: list[Project], first: D) -> list:
    """Proposed by the system, confirmed by each unit, approved, issued, settled by the bank, come to the unit."""
    units = list({one.host_id: walk.unit_of(one.proposal) for one in projects}.values())
    walk.create_budget(str(BUDGET), programme="联合攻关", document_number="石财预〔2026〕9号")
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, "funding.tasks.propose_awards")
    for step in (name_account, confirm, approve):
        walk.each(units, step)
    granted = sum(one.grant for one in projects)
    agree(walk, 可用=BUDGET - granted, 已批准待下达=granted)
    issue(walk, "石财教〔2026〕61号", programme="joint_research")
    sweep_money(walk)
    settle(walk)
    walk.pass_days()
    pay_out(walk, units)
    agree(walk, 可用=BUDGET - granted, 已批准待下达=granted - first, 已到企=first, 银行已付=first)
    return units


def sweep_money(walk: Programme) -> None:
    with walk.hour(23):
        sweep(walk, "funding.tasks.sweep_exports", "funding.tasks.sweep_papers")


def change_one(walk: Programme, project: Project) -> None:
    """More is shifted between two lines of the grant than a unit may by itself."""
    walk.pass_days()
    with walk.hour(10):
        shift_the_budget(joint(walk, project), "equipment", "materials", SHIFTED)


def end_one(walk: Programme, project: Project) -> None:
    """What it received and did not spend is claimed back by the system, decided, and repaid in two parts."""
    walk.pass_days()
    with walk.hour(10):
        ending = end_early(joint(walk, project), SPENT)
    assert ending.balance == part_of(project.grant) - SPENT
    with walk.hour(22):
        sweep(walk, "funding.tasks.sweep_clawbacks")
    case, unit = Clawback.objects.get(award__project=project), walk.unit_of(project.proposal)
    walk.pass_days()
    unit.day = walk.day
    url, owed = case.get_absolute_url(), ending.balance
    decide_claim(unit, url, ground="terminated", facts=case.facts, amount=owed)
    repay(unit, url, D("0.01"), "示例退还0001")
    unit.pass_days()
    repay(unit, url, owed - D("0.01"), "示例退还0002")
    walk.day = unit.day
    close_claim(walk, url)


def accept_ten(walk: Programme, projects: list[Project]) -> None:
    """The first through the pages, the others by services."""
    walk.pass_days()
    with walk.hour(10):
        one = joint(walk, projects[0])
        work(one)
        apply_for_the_end(one, one.project.finals.get())
        judge_the_end(one, one.project.finals.get(), walk.world.agency)
    for project in projects[1:ACCEPTED]:
        by_services.work(walk, project)
        by_services.accept(walk, project)
    assert Counter(Project.objects.values_list("state", flat=True)) == {
        "accepted": ACCEPTED,
        "terminated": 1,
        "running": PLACES - ACCEPTED - 1,
    }


def test_thirty_proposals_become_projects_whose_money_agrees_to_the_fen(walk):
    proposals = hand_in_thirty(walk)
    judge_them(walk, proposals)
    projects = found_the_projects(walk, proposals)
    sign_the_contracts(walk, projects)
    granted, parts = sum(one.grant for one in projects), [part_of(one.grant) for one in projects]
    first = sum(parts)
    units = pay_the_first(walk, projects, first)
    change_one(walk, projects[1])
    end_one(walk, projects[-1])
    accept_ten(walk, projects)
    second = sum(one.grant - part for one, part in zip(projects[:ACCEPTED], parts, strict=False))

    with walk.hour(13):
        sweep(walk, "funding.tasks.make_instalments_due")
    issue(walk, "石财教〔2026〕62号", programme="joint_research")
    sweep_money(walk)
    settle(walk)
    walk.pass_days()
    pay_out(walk, units)

    freed = projects[-1].grant - parts[-1]  # what the project that ended early will not be paid
    paid, left = first + second, granted - freed - first - second
    rooms = ("funding", "projects")
    money = {"可用": BUDGET - granted + freed, "已批准待下达": left, "已到企": paid, "银行已付": paid}
    agree(walk, rooms, **money, 应收退还=D(0), 已收退还=parts[-1] - SPENT)
    assert Counter(Award.objects.filter(project__isnull=False).values_list("state", flat=True)) == {
        "closed": ACCEPTED + 1,
        "approved": PLACES - ACCEPTED - 1,
    }
    every = Disbursement.objects.values_list("award__project", "instalment", "amount")
    assert set(every) == {(one.pk, 1, part) for one, part in zip(projects, parts, strict=True)} | {
        (one.pk, 2, one.grant - part) for one, part in zip(projects[:ACCEPTED], parts, strict=False)
    }
    say_the_same(walk, projects, paid)


def part_of(grant: D) -> D:
    """Seventy of a hundred, to the fen."""
    return (grant * 7 / 10).quantize(D("0.01"), ROUND_HALF_UP)


def say_the_same(walk: Programme, projects: list[Project], paid: D) -> None:
    """The overview, the list of projects and that of the call, as their readers read them."""
    granted = sum(one.grant for one in projects)
    with walk.hour(22):
        page = walk["bureau_clerk"].open("/projects/overview/?year=2026").text
        unit = joint(walk, projects[0]).browsers[Role.ENT_ADMIN]
        award = unit.get(projects[0].award.get_absolute_url()).content.decode()
        project = unit.get(projects[0].get_absolute_url()).content.decode()
        listed = rows_of(walk, "/projects/approved/export/csv/", by="auditor")
    for amount in (granted, BUDGET - granted):
        assert f"{amount:,.2f}" in page
    for words in (f"已下达 {in_wan(paid)} 万元", f"已到企 {in_wan(paid)} 万元"):
        assert words in page
    assert sum(D(row["财政资金（元）"]) for row in listed) == granted
    part = part_of(projects[0].grant)
    for amount in (part, projects[0].grant - part):
        assert f"{amount:,.2f}" in award
    for order in Disbursement.objects.filter(award__project=projects[0]):
        assert order.get_absolute_url() in project
