"""The map of chains as a county knows it better: proposed, checked by two, public at once, and counted in the
self-check of an applicant who stands on it."""

from datetime import date

import pytest

from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from portal.demo.books import sample_pdf
from records.models import AuditEvent
from tests.journeys.money import MoneyWalk
from tests.journeys.pages import Page
from tests.journeys.people import program, stranger
from tests.journeys.timetable import unsound

pytestmark = pytest.mark.usefixtures("no_worker")
CHAIN, SEGMENT = "new_energy", "氢能装备"
MAP = f"/industry-chains/{CHAIN}/"
GROUNDS = "企业氢能装备产值居全市首位，带动本区配套企业十余家。"


def test_what_a_county_proposes_is_on_the_map_and_counts_in_the_self_check(walk):
    applies_on_another_chain(walk)
    a_segment_is_added(walk)
    nothing_is_entered_twice(walk, the_host_is_entered(walk))
    only_its_own_county_moves_it(walk)
    read_by_everybody(walk)
    counts_for_the_applicant(walk)
    the_register_tells(walk)
    assert unsound(walk) == []


def applies_on_another_chain(walk: MoneyWalk) -> None:
    """The host stands on the map, but not on the chain that it chose: a hint, and a proof is asked for."""
    walk.firm.segment = ChainSegment.objects.filter(chain__code=CHAIN).first()
    walk.begin()
    walk.fill("basics", "host")
    with walk.hour(11):
        checked = walk.filler.open(f"{walk.url}check/")
        assert "市产业链图谱把依托单位列在“新一代电子信息”，不在所选产业链，请核对。" in checked.text
        assert proof_asked_for(walk)


def proof_asked_for(walk: MoneyWalk) -> bool:
    """Whether handing in would ask for the file that proves the host's role."""
    return "“链主”或骨干企业证明 ：需 1 份，已上传 0 份" in walk.filler.open(f"{walk.url}submit/").text


def draft(walk: MoneyWalk, kind: str, **said) -> str:
    staff = walk[walk.county.staff.username]
    page = staff.open(staff.open("/chain-proposals/").link("/chain-proposals/new/"))
    form = staff.open(page.path + page.link(rf"kind={kind}$"))
    chain = form.form().choice("chain", IndustryChain.objects.get(code=CHAIN).name)
    typed = {"effective_on": walk.day.isoformat(), "grounds": GROUNDS, "file": sample_pdf("佐证材料")}
    return staff.send(form, chain=chain, **typed | said).path


def hand_in(walk: MoneyWalk, url: str) -> None:
    walk[walk.county.staff.username].take(url, "hand_up")
    walk[walk.county.lead.username].take(url, "propose")


def a_segment_is_added(walk: MoneyWalk) -> None:
    """Sent back once by the leader; checked by one of the bureau and decided by another; nobody takes both steps."""
    staff, lead = walk[walk.county.staff.username], walk[walk.county.lead.username]
    clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
    with walk.hour(13):
        url = draft(walk, "add_segment", name=SEGMENT, position="midstream")
        staff.take(url, "hand_up")
        assert staff.post(f"{url}moves/propose/").status == 403
        assert lead.workbasket().link(r"/chain-proposals/\d+/") == url
        lead.take(url, "send_back", reason="请补充产值数据。")
        page = staff.open(staff.open(url).link(r"/edit/$"))
        staff.send(page, grounds=f"{GROUNDS}上年产值 12 亿元。")
        hand_in(walk, url)
        for username in ("county_staff2", "county_lead2", walk.filler.username):
            assert Page(walk[username].client.get(url)).status == 404
            assert walk[username].post(f"{url}moves/withdraw/", {"reason": "示例"}).status == 404
    with walk.hour(14):
        assert clerk.workbasket().link(r"/chain-proposals/\d+/") == url
        assert lead.post(f"{url}moves/accept/").status == 403
        clerk.take(url, "check", finding="adopt", opinion="与市产业规划一致。")
        assert clerk.post(f"{url}moves/accept/").status == 409
        assert SEGMENT not in public_map()
        behind = walk["bureau_approver2"].open(url)
        approver.take(url, "accept")
        walk["bureau_approver2"].send(behind, "/moves/accept/", status=409)
        place = segment_on_the_map()
        assert (place["members"], place["institutes"]) == ([], [])
        assert f"{SEGMENT} 尚无研究院 尚无在列企业" in public_map()
        assert f"、{SEGMENT}" in Page(stranger().get("/industry-chains/")).text
        for person in (staff, lead):
            assert "市科技局已采纳，产业链图谱已更新。" in person.open("/notices/").text


def public_map() -> str:
    return Page(stranger().get(MAP)).text


def segment_on_the_map() -> dict:
    """As a program of the county reads it."""
    (chain,) = [
        one
        for one in program("county_staff").get("/api/v1/chains/").json()["results"]
        if one["code"] == CHAIN
    ]
    (found,) = [one for one in chain["segments"] if one["name"] == SEGMENT]
    return found


def member_of(walk: MoneyWalk) -> dict:
    """What the proposal says of the host."""
    place = ChainSegment.objects.get(name=SEGMENT)
    host = walk.firm.organisation
    return {"segment": place.pk, "name": host.name, "uscc": host.uscc, "role": "leader"}


def the_host_is_entered(walk: MoneyWalk) -> str:
    """A code with a slip in it comes back at its box; accepted, the proposal is the document that says so.

    Returns where the same stands proposed once more.
    """
    staff, clerk = walk[walk.county.staff.username], walk["bureau_clerk"]
    said = member_of(walk)
    with walk.hour(15):
        page = staff.open("/chain-proposals/new/?kind=add_member")
        slip = said["uscc"][:-1] + ("0" if said["uscc"][-1] != "0" else "1")
        chain = page.form().choice("chain", IndustryChain.objects.get(code=CHAIN).name)
        typed = said | {"chain": chain, "effective_on": walk.day.isoformat(), "grounds": GROUNDS}
        refused = staff.send(page, status=422, **typed | {"uscc": slip})
        assert "校验位不符" in refused.text
        url, again = (draft(walk, "add_member", **said) for _time in range(2))
        for each in (url, again):
            hand_in(walk, each)
        clerk.take(url, "check", finding="adopt", opinion="列入市重点产业链企业名单。")
        walk["bureau_approver"].take(url, "accept")
    member = ChainMember.objects.get(uscc=walk.firm.organisation.uscc, segment__name=SEGMENT)
    assert (member.role, member.since) == ("leader", walk.day)
    source = ChainSource.objects.get(pk=member.source_id)
    assert source.proposal.get_absolute_url() == url
    return again


def nothing_is_entered_twice(walk: MoneyWalk, url: str) -> None:
    """The same proposed once more is not adopted, and the county reads why."""
    clerk = walk["bureau_clerk"]
    with walk.hour(16):
        told = clerk.take(url, "check", finding="adopt", opinion="示例。", status=409)
        assert f"已在“{SEGMENT}”环节中" in told.text
        clerk.take(url, "check", finding="refuse", opinion="与已采纳的建议重复。")
        assert "accept" not in walk["bureau_approver"].open(url).offers()
        assert walk["bureau_approver"].post(f"{url}moves/accept/").status == 409
        walk["bureau_approver"].take(url, "refuse", reason="该企业已列入图谱。")
        assert "该企业已列入图谱。" in walk[walk.county.staff.username].open("/notices/").text
    assert ChainMember.objects.present().filter(uscc=walk.firm.organisation.uscc).count() == 2


def only_its_own_county_moves_it(walk: MoneyWalk) -> None:
    """Another county is not offered the enterprise, and is refused by program."""
    member = ChainMember.objects.get(uscc=walk.firm.organisation.uscc, segment__name=SEGMENT)
    with walk.hour(16, 30):
        page = walk["county_staff2"].open("/chain-proposals/new/?kind=end_member")
        assert str(member.pk) not in page.form().options["member"]
        typed = {
            "kind": "end_member",
            "chain": member.segment.chain_id,
            "member": member.pk,
            "effective_on": walk.day.isoformat(),
            "grounds": GROUNDS,
        }
        answer = program("county_staff2").post("/api/v1/chain-proposals/", typed, "application/json")
    assert answer.status_code in {409, 422}
    assert ChainMember.objects.present().filter(pk=member.pk).exists()


def read_by_everybody(walk: MoneyWalk) -> None:
    """The public page shows who leads, and which segments have no institute."""
    host = walk.firm.organisation.name
    shown = public_map()
    assert f"{SEGMENT} 尚无研究院 链主 {host}" in shown
    places = list(ChainSegment.objects.active().filter(chain__code=CHAIN))
    assert f"{len(places)} 个环节尚无研究院" in shown
    assert shown.count("尚无研究院") == len(places) + 1
    assert [one["name"] for one in segment_on_the_map()["members"]] == [host]


def counts_for_the_applicant(walk: MoneyWalk) -> None:
    """The hint is gone and no proof is asked for; the new segment can be chosen."""
    with walk.hour(17):
        checked = walk.filler.open(f"{walk.url}check/")
        assert "不在所选产业链" not in checked.text
        assert not proof_asked_for(walk)
        page = walk.filler.open(f"{walk.url}sections/basics/")
        walk.filler.send(page, go="stay", segment=page.form().choice("segment", SEGMENT))
        assert "不属于所选产业链" not in walk.filler.open(f"{walk.url}sections/basics/").text
        page = walk.filler.open(f"{walk.url}sections/host/")
        walk.filler.send(page, go="stay", chain_role="backbone")
        told = walk.filler.open(f"{walk.url}check/")
        assert "市产业链图谱中依托单位为“链主企业”，与所填“骨干企业”不一致，请核对。" in told.text


def the_register_tells(walk: MoneyWalk) -> None:
    verbs = AuditEvent.objects.filter(subject_type="institutes.chainproposal").order_by("pk")
    assert [verb.rpartition(".")[2] for verb in verbs.values_list("verb", flat=True)][:10] == [
        "begin",
        "attach",
        "hand_up",
        "send_back",
        "revise",
        "hand_up",
        "propose",
        "check",
        "accept",
        "begin",
    ]
    chain = IndustryChain.objects.get(code=CHAIN)
    moves = AuditEvent.objects.filter(subject_type="institutes.industrychain", subject_id=chain.pk)
    assert [
        one.verb.rpartition(".")[2] for one in moves.filter(at__date__gte=date(2026, 3, 1)).order_by("pk")
    ] == [
        "add_segment",
        "enter_member",
    ]
