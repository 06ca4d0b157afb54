"""Canaries of the joint research programme: who leads, who takes part, and whoever is named in a proposal must not be
read out of anything that experts and agency receive before the panel has concluded.

The net is that of the recognition: every address by page and by program, every kind of file, every mail.
"""

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.roles import Role
from evaluation import services
from evaluation.services import sweeps
from institutes.enums import TenureKind
from notices.services import deliver_pending
from projects import services as programme
from records import audit, clock
from tests.evaluation.test_blind import a_photo, a_text_pdf
from tests.evaluation.test_canaries import (
    ADVISER,
    CLERK,
    COLLEAGUE,
    COUNCILLOR,
    COUNTY,
    DIRECTOR,
    DRESSED,
    FILLER,
    GIVEN_AWAY,
    HOST,
    INSTITUTE,
    MAIL,
    OTHER,
    OTHER_USCC,
    OWN,
    PDF,
    PHONE,
    POINTS,
    RESEARCHER,
    SEAT,
    SEAT_ALONE,
    STEM,
    STREET,
    UNWANTED,
    USCC,
    WORDS,
    XLSX,
    Case,
    a_roster,
    caught,
    everything_answered,
    everything_for,
    posted,
    received,
)
from tests.factories.accounts import TERMS as ACCOUNT_TERMS
from tests.factories.accounts import AccountEditionFactory, OrganisationFactory, person
from tests.factories.evaluation import EngagementBatchFactory, EngagementFactory, ReviewEditionFactory
from tests.factories.funding import load_terms
from tests.factories.institutes import (
    InstituteFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    TenureFactory,
)
from tests.factories.notices import publish_rules
from tests.factories.projects import ProposalFactory, ProposalVersionFactory, complete
from tests.factories.records import AttachmentFactory
from tests.portal.test_targets import GROUNDS

pytestmark = pytest.mark.django_db
LEADER, FORMER = "13010219800101123X", "石家庄市诱饵前称产业技术研究院"
WHOSE = (
    HOST, STEM, USCC, OTHER, OTHER_USCC, DIRECTOR, MAIL, PHONE, STREET, INSTITUTE, FORMER, FILLER, COUNTY,
    UNWANTED, COUNCILLOR, ADVISER, RESEARCHER, SEAT, LEADER, *DRESSED,
)  # fmt: skip
"""``RESEARCHER`` leads the project, ``COUNCILLOR`` and ``ADVISER`` take part, ``UNWANTED`` directs the institute."""
TOLD_BY_THE_BOOK = (
    HOST,
    STEM,
    OTHER,
    OTHER_USCC,
    INSTITUTE,
    FORMER,
    UNWANTED,
    COUNCILLOR,
    ADVISER,
    RESEARCHER,
    SEAT,
)
REVIEW = (
    "evaluation:panel", "evaluation:package", "evaluation:assignment", "evaluation:draw", "projects:", "api:project",
    "api:panels", "api:assignments", "api:packages", "api:deadlines", "api:documents", "api:notices",
    "records:", "notices:", "home",
)  # fmt: skip
SENT = ("evaluation:panel", "evaluation:package", "projects:project-", "api:project-proposals", "api:panels")


class ProjectCase(Case):
    """A proposal full of bait with its experts, brought through the review by the verbs themselves."""

    def __init__(self):
        publish_rules()
        load_terms()
        for kind in ACCOUNT_TERMS:
            AccountEditionFactory(kind=kind)
        ReviewEditionFactory()
        ReviewEditionFactory(kind="joint_project")
        RecognitionEditionFactory(kind="targets", citations=GROUNDS)
        self.agency = OrganisationFactory(kind=OrganisationKind.AGENCY)
        EngagementBatchFactory(
            engagement=EngagementFactory(agency=self.agency), call=None, kind="joint_project"
        )
        self.manager = person(Role.AGENCY, organisation=self.agency)
        self.clerk, self.approver = person(Role.BUREAU_CLERK, name=CLERK), person(Role.BUREAU_APPROVER)
        self.application = proposal = a_proposal()
        programme.confirm_project_pass(project_proposal=proposal, agency=self.agency, by=self.approver)
        self.nouns = {
            **{f"project-{what}": [proposal.call_id] for what in ("call", "ranking")},
            "project": [proposal.pk], "guide": [proposal.call.guide_id], "approved": [1], "final": [1],
        }  # fmt: skip
        self.panel = services.open_panel(case=proposal, by=self.manager)
        self.clear_package()
        self.seat()


def a_proposal():
    """Handed in, recommended, found in order; what is hidden stands in its book, annexes, look-ups and history."""
    host = OrganisationFactory(
        name=HOST, short_name=STEM, legal_rep=DIRECTOR, uscc=USCC,
        contact_email=MAIL, contact_mobile=PHONE, address=f"石家庄市长安区{STREET} 9 号",
    )  # fmt: skip
    institute = InstituteFactory(name=INSTITUTE, host=host, director=UNWANTED, co_builders=[OTHER])
    RecognitionFactory(institute=institute)
    TenureFactory(institute=institute, kind=TenureKind.NAME, value=FORMER, until=clock.today())
    proposal = ProposalFactory(
        state="formal_confirmation", institute=institute, title=f"{STEM}诱饵材料联合攻关", leader_name=RESEARCHER,
        leader_id=LEADER, formal_opinion=f"{HOST}材料齐全", county_opinion=f"推荐{HOST}",
        begun_by=person(Role.ENT_FILLER, organisation=host, name=FILLER),
    )  # fmt: skip
    ProposalVersionFactory(proposal=proposal, answers=answers_of(proposal), frozen_by=proposal.begun_by)
    audit.record("projects.proposal.begin", proposal, by=proposal.begun_by, to_state="draft")
    county = person(Role.COUNTY_STAFF, name=COUNTY)
    opined = {"to_state": "county_signing", "reason": f"推荐{HOST}"}
    audit.record("projects.proposal.give_opinion", proposal, by=county, **opined)
    annex(
        proposal,
        f"{HOST}承诺书.pdf",
        a_text_pdf("同一内容未获其他财政资金支持。", author=DIRECTOR),
        "commitment",
    )
    annex(proposal, f"{OTHER}联合协议.pdf", a_text_pdf(f"{HOST}与{OTHER}共建，签字：{DIRECTOR}"), "agreement")
    annex(proposal, f"{INSTITUTE}.jpg", a_photo("Bait Firm"), "support", "image/jpeg")
    annex(proposal, f"{RESEARCHER}等名册.xlsx", a_roster(), "support", XLSX)
    return proposal


def annex(proposal, name: str, content: bytes, kind: str, content_type: str = PDF) -> None:
    row = AttachmentFactory(subject=proposal, kind=kind, name=name, content_type=content_type)
    row.file.save(name, ContentFile(content))


def answers_of(proposal) -> dict[str, dict]:
    """A whole book whose tables name units and people, and whose texts name them again, some in another dress."""
    found = complete(proposal)
    found["leader"] |= {
        "leader_name": RESEARCHER,
        "mobile": PHONE,
        "people": [
            {"key": "0", "name": COUNCILLOR, "unit": SEAT, "title": "教授", "task": f"协助{RESEARCHER}"},
            {"key": "1", "name": ADVISER, "unit": OTHER, "title": "工程师", "task": f"在{STEM}中试"},
        ],
    }
    found["partners"]["partners"][0] |= {"name": OTHER, "uscc": OTHER_USCC, "task": f"{OTHER}承担合成工艺。"}
    found["basics"]["summary"] = f"{INSTITUTE}（原{FORMER}）牵头。"
    found["content"] |= {
        "background": f"{HOST}与{OTHER}共建，示例·诱饵精密牵头，由{RESEARCHER}主持，院长{UNWANTED}、法人{DIRECTOR}支持"
        f"，联系{MAIL}，{PHONE}。{SEAT}的{COUNCILLOR}、{ADVISER}参加。",
        "route": f"代码 {' '.join(OTHER_USCC)}；{'·'.join(RESEARCHER)}、{'（'.join(ADVISER)}分段攻关。",
    }
    return found


@pytest.fixture
def case():
    return ProjectCase()


def test_no_byte_about_a_proposal_tells_experts_and_agency_whose_it_is(case):
    services.issue_missing_papers(before=clock.now())
    programme.issue_missing_papers(before=clock.now())
    case.remind()
    for_experts = (*WHOSE, WORDS, POINTS, COLLEAGUE)
    expected = {
        case.manager: ((*WHOSE, GIVEN_AWAY, WORDS, POINTS), REVIEW),
        case.reading.expert.user: ((*for_experts, GIVEN_AWAY), (*OWN, "projects:", "api:project")),
        case.invited.expert.user: ((*for_experts, GIVEN_AWAY), OWN),
        case.gone.expert.user: (for_experts, OWN),
    }

    found = {
        (str(reader.roles), url): words
        for reader, (bait, among) in expected.items()
        for url, text in everything_for(case, reader, among=among)
        if (words := caught(text, bait))
    }

    assert found == {}


def test_no_answer_to_what_is_sent_about_a_proposal_tells_whose_it_is(case):
    expected = {
        case.manager: ((*WHOSE, GIVEN_AWAY, WORDS, POINTS), SENT),
        case.reading.expert.user: ((*WHOSE, WORDS, POINTS, GIVEN_AWAY), SEAT_ALONE),
    }

    found = {
        (str(reader.roles), what): words
        for reader, (bait, among) in expected.items()
        for what, text in everything_answered(case, reader, among=among)
        if (words := caught(text, bait))
    }

    assert found == {}


def test_the_experts_really_receive_the_book_and_its_files(case):
    """What was planted is sent to the expert with codes in its place: the net was not cast where nothing is."""
    client = Client()
    client.force_login(case.reading.expert.user)
    released = [file for file in case.panel.package.files.all() if file.is_released]
    files = [reverse("evaluation:assignment-file", args=[case.reading.pk, file.number]) for file in released]

    page = received(client.get(case.reading.get_absolute_url()))
    texts = [received(client.get(url)) for url in files]

    assert [word for word in ("中试", "攻关", "协助", "承担合成工艺") if word not in page] == []
    assert page.count("【人员】") >= 4
    assert (len(texts), any("【人员】" in text for text in texts), caught("".join(texts), WHOSE)) == (
        3,
        True,
        [],
    )


def test_no_mail_about_a_proposal_tells_experts_and_agency_whose_it_is(case, mailoutbox):
    case.remind()
    while deliver_pending():
        pass
    approver = person(Role.BUREAU_APPROVER)
    services.suspend_expert(expert=case.reading.expert, reason="示例暂停", by=approver)
    services.replace_assignment(
        assignment=case.reading, ground="suspended", reason="逾期未评", by=case.manager
    )
    unit = person(Role.ENT_ADMIN, organisation=case.application.host)
    programme.withdraw_proposal(project_proposal=case.application, reason=f"{HOST}自行撤回", by=unit)
    sweeps.cancel_panels_without_case()
    while deliver_pending():
        pass

    readers = {case.manager.email, *(seat.expert.user.email for seat in case.panel.assignments.all())}
    told = {message.subject: posted(message) for message in mail.outbox if set(message.to) & readers}

    assert len(told) > 2
    assert {
        subject: words for subject, text in told.items() if (words := caught(text, (*WHOSE, GIVEN_AWAY)))
    } == {}


def test_the_same_net_catches_what_officers_may_read(case):
    """A negative control: those who may know find the canaries of the book."""
    among = ("projects:project-book", "projects:project-proposal")
    texts = "".join(text for _url, text in everything_for(case, case.clerk, among=among))

    assert caught(texts, TOLD_BY_THE_BOOK) == list(TOLD_BY_THE_BOOK)
