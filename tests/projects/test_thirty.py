"""Thirty proposals of one call, five from one host, two copied: compared, ranked, twelve approved within the money.

The experts' results are recorded by the service that a panel's conclusion calls: drawing thirty panels is tested
where panels are, and would take minutes here.
"""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from notices.models import PublicNotice
from projects import integrity, selectors, services
from projects.enums import ProposalState as S
from projects.models import Project, ProjectCall, Proposal, ProposalHint
from records import audit, calendar, clock
from records.crypto import blind_index
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import RecognitionFactory, a_user
from tests.factories.projects import (
    ProjectCallFactory,
    ProposalCheckFactory,
    ProposalFactory,
    TopicFactory,
    fill,
)
from tests.projects.test_proposals import ALL_MET, OPINION, refuse, support
from tests.projects.texts import at_length

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("edition", "rung")]

COPIES = {28: 3, 29: 17}
BUDGET = Decimal("12000000.00")
PLACES = 12


def propose_thirty(call: ProjectCall) -> list[Proposal]:
    """Five of one host, the others each of its own; the last two are copies under other names."""
    busy = RecognitionFactory().institute
    units = [busy if n < 5 else RecognitionFactory().institute for n in range(30)]
    found = []
    for n, institute in enumerate(units):
        facts = {"leader_mark": blind_index(f"示例负责人 {n}")}
        proposal = ProposalFactory(call=call, institute=institute, title=f"示例联合攻关 {n}", **facts)
        fill(proposal, texts=at_length(COPIES.get(n, n)))
        by = person(Role.ENT_ADMIN, organisation=institute.host)
        services.hand_up_proposal(project_proposal=proposal, by=by)
        services.hand_in_proposal(project_proposal=proposal, by=by)
        found.append(proposal)
    return found


def recommend(proposals: list[Proposal]) -> None:
    """Every county looks up, answers what reads alike, and its leader signs; a copy is not recommended."""
    staff, lead = a_user("county-staff"), a_user("county-lead")
    for proposal in proposals:
        for item in ("abnormal_operation", "serious_dishonesty"):
            ProposalCheckFactory(proposal=proposal, item=item)
        hints = {hint.pk: ("same", "逐段相同") for hint in selectors.hints_to_answer(proposal)}
        stand = "refuse" if hints else "recommend"
        facts = {"project_proposal": proposal, "stand": stand, "opinion": OPINION, "hints": hints}
        services.give_project_opinion(**facts, by=staff)
        sign = services.refuse_project_opinion if hints else services.sign_project_opinion
        sign(project_proposal=proposal, by=lead)


def review(proposals: list[Proposal], agency: Organisation) -> None:
    """Formal review by two people, the experts' scores, the budget review: every tenth loses some of its equipment."""
    clerk, approver, manager = a_user("clerk"), a_user("approver"), a_user("manager")
    for place, proposal in enumerate(proposals):
        services.propose_project_formal(project_proposal=proposal, marks=ALL_MET, finding="pass", by=clerk)
        services.confirm_project_pass(project_proposal=proposal, agency=agency, by=approver)
        score = Decimal("95.00") - place
        services.record_project_review(
            proposal=proposal,
            score=score,
            passed=score >= 70,
            opinion="示例意见。",
            tie_break=Decimal("20.00"),
            by=manager,
        )
        if proposal.state == S.BUDGET_REVIEW:
            lines = {line.code: (line.grant, "") for line in proposal.budget_lines.all()}
            services.review_budget(
                project_proposal=proposal, lines=lines, reviewer="示例专家", opinion="示例", by=manager
            )


def test_thirty_proposals_come_to_twelve_projects(monkeypatch):
    call, agency = ProjectCallFactory(budget=BUDGET), OrganisationFactory(kind="agency")
    rows = Organisation.objects.filter(pk=agency.pk)
    monkeypatch.setitem(selectors.sides._TOLD, "agencies", lambda on: rows)
    TopicFactory(guide=call.guide)

    proposals = propose_thirty(call)
    alike = set(ProposalHint.objects.values_list("proposal", "other"))
    assert alike == {(proposals[copy].pk, proposals[first].pk) for copy, first in COPIES.items()}
    assert Proposal.objects.filter(host=proposals[0].host).received().count() == 5

    recommend(proposals)
    assert [one.state for one in proposals[28:]] == [S.CLOSED_COUNTY] * 2
    review(proposals[:28], agency)

    ranked = list(selectors.to_decide(call))
    assert [one.pk for one in ranked] == [one.pk for one in proposals[:26]]
    items = [support(one) for one in ranked[:PLACES]] + [refuse(one) for one in ranked[PLACES:]]
    decision = services.draft_project_decision(
        call=call, minute_number="示例纪要", meeting_on=clock.today(), items=items, by=a_user("clerk")
    )
    services.release_project_decision(project_decision=decision, by=a_user("approver"))
    days = PublicNotice.objects.get().working_days
    later = calendar.add_working_days(clock.today(), days + 1)
    assert services.settle_publicities(at=clock.now() + (later - clock.today())) == PLACES

    call.refresh_from_db()
    projects = list(Project.objects.order_by("number"))
    assert [one.number[-3:] for one in projects] == [f"{n:03d}" for n in range(1, PLACES + 1)]
    assert (call.committed, call.left) == (BUDGET, 0)
    assert sum(one.grant for one in projects) == BUDGET
    assert {one.starts_on for one in projects} == {later}
    assert selectors.yearly_count(later.year) >= 10
    for check in (
        integrity.calls_bind_what_their_proposals_get,
        integrity.approved_proposals_are_projects,
        integrity.projects_have_one_midterm,
    ):
        assert check() == []
    first = audit.history(proposals[0]).values_list("to_state", flat=True)
    assert list(dict.fromkeys(state for state in first if state))[-4:] == [
        "budget_review",
        "decision",
        "publicity",
        "approved",
    ]
    assert timezone.localdate(Proposal.objects.get(pk=proposals[0].pk).approved_at) == later
