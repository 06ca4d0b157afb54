"""The pages of the map: the officers' with its moves, the county's proposals, the public one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from institutes import services
from institutes.models import ChainMember, ChainProposal, IndustryChain
from institutes.services.chain_import import HEAD
from records import clock, sheets, workbooks
from tests.factories.accounts import make_uscc, person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    ChainMemberFactory,
    ChainProposalFactory,
    ChainSegmentFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    user = person(Role.BUREAU_CLERK)
    client.force_login(user)
    return user


@pytest.fixture
def staff(client):
    RecognitionEditionFactory()
    user = person(Role.COUNTY_STAFF, division="130102")
    client.force_login(user)
    return user


@pytest.fixture
def segment():
    return ChainSegmentFactory(name="示例环节")


def at(chain, page: str = "chain", *more) -> str:
    return reverse(f"institutes:{page}", args=[chain.pk, *more])


def text_of(response) -> str:
    return b"".join(response).decode()


# --- officers -------------------------------------------------------------------------------------------------------


def test_the_list_counts_what_stands_on_each_chain(client, clerk, segment):
    ChainMemberFactory(segment=segment)
    IndustryChainFactory(name="示例空链")

    assertContains(client.get("/chains/"), "没有链主企业", count=1)
    assertNotContains(client.get("/chains/", {"q": "示例空链"}), segment.chain.get_absolute_url())


@pytest.mark.parametrize("page", ["/chains/", "/industry-chains/"])
def test_lists_ask_as_often_for_one_chain_as_for_ten(
    client, clerk, page, django_assert_num_queries, django_assert_max_num_queries
):
    ChainMemberFactory()
    client.get(page)
    with django_assert_max_num_queries(14) as few:
        client.get(page)
    for _more in range(9):
        ChainMemberFactory()

    with django_assert_num_queries(len(few)):
        client.get(page)


def test_a_chain_asks_as_often_for_one_enterprise_as_for_ten(
    client, clerk, segment, django_assert_num_queries, django_assert_max_num_queries
):
    ChainMemberFactory(segment=segment)
    client.get(at(segment.chain))
    with django_assert_max_num_queries(24) as few:
        client.get(at(segment.chain))
    for _more in range(9):
        ChainMemberFactory(segment=segment)
        ChainProposalFactory(segment=segment, state="proposed")

    with django_assert_num_queries(len(few)):
        client.get(at(segment.chain))


def test_a_chain_is_entered_and_opens(client, clerk):
    facts = {"name": "示例新链", "code": "new-chain", "industry": "示例产业", "order": "3"}

    assertRedirects(client.post("/chains/new/", facts), at(IndustryChain.objects.get(code="new-chain")))
    assert client.post("/chains/new/", {"name": ""}).status_code == 422


def test_the_filter_narrows_enterprises_but_not_the_counts(client, clerk, segment):
    leader = ChainMemberFactory(segment=segment, name="示例链主甲")
    ChainMemberFactory(segment=segment, name="示例骨干乙", role="backbone")

    page = client.get(at(segment.chain), {"role": "leader"})

    assertContains(page, leader.name)
    assertNotContains(page, "示例骨干乙")
    assert page.context["whole"].enterprises == 2


def test_a_link_beside_an_enterprise_fills_in_which(client, clerk):
    member = ChainMemberFactory(name="示例待更正")

    page = client.get(at(member.segment.chain, "chain-move", "revise_member"), {"member": member.pk})

    assertContains(page, 'value="示例待更正"')
    assertContains(page, f'<option value="{member.pk}" selected>')
    change = client.get(at(member.segment.chain, "chain-move", "change_role"), {"member": member.pk})
    assertContains(change, f'value="{clock.today():%Y-%m-%d}"')
    elsewhere = client.get(
        at(ChainMemberFactory().segment.chain, "chain-move", "revise_member"), {"member": member.pk}
    )
    assertNotContains(elsewhere, "示例待更正")


def test_a_move_answers_with_the_card_or_the_page(client, clerk, segment):
    url = at(segment.chain, "chain-move", "add_segment")
    facts = {"position": "upstream", "name": "示例上游", "order": "1"}

    card = client.post(url, facts, headers={"hx-request": "true"})
    assertContains(card, "示例上游")
    assertNotContains(card, "<html")
    assertRedirects(client.post(url, facts | {"name": "示例又一"}), segment.chain.get_absolute_url())
    assert client.post(url, facts).status_code == 409
    assert client.post(url, facts | {"position": ""}).status_code == 422


def test_the_history_says_what_each_change_was_about(client, clerk):
    member = ChainMemberFactory(name="示例移出企业")
    services.end_member(
        chain=member.segment.chain, member=member, until=member.since, reason="示例迁出", by=clerk
    )

    page = client.get(at(member.segment.chain))

    assertContains(page, "移出企业：示例移出企业")
    assertContains(page, "示例迁出")


def test_the_export_has_every_enterprise_of_the_chains_shown(client, clerk):
    member, other = ChainMemberFactory(), ChainMemberFactory()

    lines = text_of(client.get("/chains/export/csv/", {"q": member.segment.chain.name}))

    assert member.uscc in lines
    assert other.uscc not in lines
    assert client.get("/chains/export/pdf/").status_code == 404


def test_the_original_of_a_document_is_for_the_offices(client, clerk, segment):
    member = services.enter_member(
        chain=segment.chain,
        segment=segment,
        name="示例企业",
        uscc=make_uscc(),
        role="leader",
        since=ChainMemberFactory().since,
        source_title="示例名单原件",
        source_file=pdf_upload(),
        by=clerk,
    )
    url = at(member.source, "chainsource-file")

    assertContains(client.get(at(segment.chain)), url)
    original = client.get(url)
    assert (original["Content-Type"], b"".join(original)) == ("application/pdf", PDF)
    client.force_login(person(Role.ENT_ADMIN))
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("role", [Role.ENT_FILLER, Role.EXPERT, Role.FINANCE])
def test_others_find_no_officers_page(client, segment, role):
    client.force_login(person(role))

    assert client.get("/chains/").status_code == 403
    assert client.get("/chain-proposals/").status_code == 403
    assert client.get(at(segment.chain)).status_code == 404


def test_where_an_enterprise_sits_is_chosen_or_said_to_be_outside(client, clerk, segment):
    url = at(segment.chain, "chain-move", "enter_member")
    facts = {
        "segment": segment.pk,
        "name": "示例市外企业",
        "uscc": make_uscc(),
        "role": "backbone",
        "since": "2026-03-01",
        "source_title": "示例名单",
    }

    assertContains(client.post(url, facts), "企业不在本市", status_code=422)
    client.post(url, facts | {"outside": "on"})
    assert ChainMember.objects.get().division is None


# --- importing ------------------------------------------------------------------------------------------------------


def upload(*rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("示例名单.xlsx", sheets.xlsx(HEAD, rows))


def row(uscc: str = "") -> list:
    return ["示例环节", "示例导入企业", uscc or make_uscc(), "长安区", "链主企业", "2026-03-01"]


def test_what_a_file_says_is_shown_first_and_entered_then(client, clerk, segment):
    page = client.post(at(segment.chain, "chain-import"), {"file": upload(row())})
    assertContains(page, "示例导入企业")
    assert not ChainMember.objects.exists()

    signed = page.context["confirm"].initial["entries"]
    facts = {"entries": signed, "source_title": "示例名单"}
    done = client.post(at(segment.chain, "chain-import-confirm"), facts, follow=True)

    assertContains(done, "已导入 1 家企业")
    assert ChainMember.objects.get().source.title == "示例名单"
    assert client.post(at(segment.chain, "chain-import-confirm"), facts).status_code == 409


def test_faults_are_shown_by_row_and_column_and_nothing_is_offered(client, clerk, segment):
    page = client.post(at(segment.chain, "chain-import"), {"file": upload(row("123"), row())})

    assertContains(page, "当前为 3 位", status_code=422)
    assert page.context["confirm"] is None


def test_what_was_shown_to_one_is_not_confirmed_by_another(client, clerk, segment):
    page = client.post(at(segment.chain, "chain-import"), {"file": upload(row())})
    signed = page.context["confirm"].initial["entries"]
    client.force_login(person(Role.BUREAU_CLERK))

    facts = {"entries": signed, "source_title": "示例名单"}
    answer = client.post(at(segment.chain, "chain-import-confirm"), facts)

    assertContains(answer, "预览已失效", status_code=422)
    assert not ChainMember.objects.exists()


def test_without_a_document_the_preview_comes_back(client, clerk, segment):
    page = client.post(at(segment.chain, "chain-import"), {"file": upload(row())})
    facts = {"entries": page.context["confirm"].initial["entries"]}

    answer = client.post(at(segment.chain, "chain-import-confirm"), facts)

    assertContains(answer, "示例导入企业", status_code=422)
    assertContains(answer, "依据文件", status_code=422)


def test_the_export_is_what_the_template_reads(client, clerk, segment):
    ChainMemberFactory(segment=segment, division=None)
    exported = client.get(at(segment.chain, "chain-members", "xlsx")).content

    rows = workbooks.read(SimpleUploadedFile("示例.xlsx", exported))

    assert tuple(rows[0]) == HEAD
    assert rows[1][3] == "市外"
    template = client.get(at(segment.chain, "chain-template")).content
    assert workbooks.read(SimpleUploadedFile("示例.xlsx", template)) == [list(HEAD)]


def test_a_county_does_not_import(client, staff, segment):
    assert client.get(at(segment.chain, "chain-import")).status_code == 403


# --- proposals ------------------------------------------------------------------------------------------------------


def drafted(segment, /, **changed) -> dict:
    facts = {
        "chain": segment.chain_id,
        "kind": "add_member",
        "segment": segment.pk,
        "name": "示例建议企业",
        "uscc": make_uscc(),
        "role": "leader",
        "effective_on": "2026-03-01",
        "grounds": "示例理由",
    }
    return facts | changed


def test_a_county_drafts_changes_and_hands_up(client, staff, segment):
    client.post("/chain-proposals/new/", drafted(segment, file=pdf_upload()))
    proposal = ChainProposal.objects.get()
    page = client.get(proposal.get_absolute_url())

    assertContains(page, "示例材料.pdf")
    assertContains(page, "送领导审签")
    edited = client.post(f"{proposal.get_absolute_url()}edit/", drafted(segment, name="示例改名"))
    assertRedirects(edited, proposal.get_absolute_url())
    card = client.post(at(proposal, "chain-proposal-move", "hand_up"), headers={"hx-request": "true"})
    assertContains(card, "待县级审签")
    assert client.get(f"{proposal.get_absolute_url()}edit/").status_code == 403


def test_what_is_wrong_with_a_draft_is_said(client, staff, segment):
    assert client.post("/chain-proposals/new/", drafted(segment, kind="")).status_code == 422
    assert client.post("/chain-proposals/new/", drafted(segment, uscc="")).status_code == 422
    answer = client.post("/chain-proposals/new/", drafted(segment, effective_on="2999-01-01"))
    assertContains(answer, "起始日期不能晚于今天", status_code=409)
    other = ChainSegmentFactory()
    answer = client.post("/chain-proposals/new/", drafted(segment, segment=other.pk))
    assertContains(answer, "不属于所选产业链", status_code=422)


def test_the_kind_is_chosen_first_and_only_its_boxes_are_asked(client, staff, segment):
    assertContains(client.get("/chain-proposals/new/", {"chain": segment.chain_id}), "kind=end_member")

    page = client.get("/chain-proposals/new/", {"chain": segment.chain_id, "kind": "add_segment"})

    boxes = [field.name for field in page.context["form"].visible_fields()]
    assert boxes == ["chain", "name", "position", "effective_on", "grounds", "file"]


def test_only_a_county_drafts(client, clerk):
    assert client.get("/chain-proposals/new/").status_code == 403


def test_the_list_shows_holder_and_day_and_is_exported(client, clerk):
    proposal = ChainProposalFactory(state="proposed", name="示例列表企业")
    ChainProposalFactory(state="draft", name="示例未报企业")

    assertContains(client.get("/chain-proposals/"), "示例列表企业")
    assertNotContains(client.get("/chain-proposals/"), "示例未报企业")
    assert proposal.name in text_of(client.get("/chain-proposals/export/csv/"))
    assertNotContains(client.get("/chain-proposals/", {"state": "accepted"}), "示例列表企业")


def test_the_list_asks_as_often_for_one_proposal_as_for_ten(
    client, clerk, django_assert_num_queries, django_assert_max_num_queries
):
    ChainProposalFactory(state="proposed")
    client.get("/chain-proposals/")
    with django_assert_max_num_queries(14) as few:
        client.get("/chain-proposals/")
    for _more in range(9):
        ChainProposalFactory(state="proposed")

    with django_assert_num_queries(len(few)):
        client.get("/chain-proposals/")


# --- formal review --------------------------------------------------------------------------------------------------


def test_officers_read_where_the_map_says_otherwise(client, clerk, segment):
    answers = {"basics": {"chain": segment.chain_id}, "host": {"chain_role": "leader"}}
    application = ApplicationFactory(state="formal_review", chain=segment.chain, segment=segment)
    ApplicationVersionFactory(application=application, answers=answers)
    url = application.get_absolute_url()
    assertNotContains(client.get(url), "需要留意")

    ChainMemberFactory(segment=segment, uscc=application.host.uscc, role="backbone")

    assertContains(client.get(url), "图谱中依托单位为“骨干企业”，与所填“链主企业”不一致")
    client.force_login(person(Role.ENT_ADMIN, organisation=application.host))
    assertNotContains(client.get(url), "需要留意")


# --- the public map -------------------------------------------------------------------------------------------------


def test_everybody_reads_the_map_and_what_is_missing(client):
    member = ChainMemberFactory(name="示例链主企业")
    chain = member.segment.chain
    carrier = ChainMemberFactory(segment=member.segment, role="backbone", name="示例骨干企业")
    gap = ChainSegmentFactory(chain=chain, name="示例空白环节")
    recognition = RecognitionFactory(
        institute__chain=chain, application__chain=chain, application__segment=member.segment
    )

    page = client.get(f"/industry-chains/{chain.code}/")

    assertContains(page, "<span>尚无研究院</span>", count=1)
    assertContains(page, recognition.institute.name, count=2)
    assertContains(page, "示例链主企业", count=2)
    assertNotContains(page, carrier.name)
    assertNotContains(page, member.uscc)
    assertContains(client.get("/industry-chains/"), gap.name)


def test_priority_chains_come_first(client):
    IndustryChainFactory(name="示例普通链", code="a", order=1)
    IndustryChainFactory(name="示例重点链", code="z", order=2, is_priority=True)

    page = client.get("/industry-chains/").content.decode()

    assert page.index("示例重点链") < page.index("示例普通链")
    assertContains(client.get("/"), "/industry-chains/z/")


def test_a_map_without_anything_says_so(client):
    assertContains(client.get("/industry-chains/"), "图谱还在梳理")
    chain = IndustryChainFactory()
    assertContains(client.get(f"/industry-chains/{chain.code}/"), "环节还在梳理")
