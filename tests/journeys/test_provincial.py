"""From the filing for the province to a paid reward (四(五)), through the pages of everybody whose turn it is."""

from datetime import timedelta

import pytest

from funding.models import Award
from funding.services import propose_provincial_award
from institutes.models import ProvincialFiling
from institutes.selectors import provincial as reads
from portal.demo.books import sample_pdf
from records import audit
from records.errors import NotEligible
from records.models import Document
from tests.factories.institutes import RecognitionFactory
from tests.factories.provincial import people_asked
from tests.journeys.money import MoneyWalk
from tests.journeys.people import program, stranger
from tests.journeys.timetable import sweep, unsound

REWARD = "1000000.00"
NAME = "河北省示例半导体产业技术研究院"


@pytest.fixture
def province(city, worker) -> MoneyWalk:
    """A unit whose institute was recognised by the city, and a budget that holds the reward."""
    walk = MoneyWalk(city)
    with walk.hour(8):
        firm = walk.firm.organisation
        recognition = RecognitionFactory(institute__host=firm, institute__division=firm.division)
        walk.institute = recognition.institute
    walk.create_budget("3000000.00")
    walk.pass_days()
    return walk


def the_filing() -> ProvincialFiling:
    return ProvincialFiling.objects.get()


def file_it(walk: MoneyWalk) -> None:
    """Drafted from the page of the institute, handed in, seen by the county, taken in by the bureau."""
    with walk.hour(9):
        filler = walk.filler
        page = filler.open(filler.open(walk.institute.get_absolute_url()).link(r"/provincial/new/"))
        words = {"proposed_name": NAME, "host_government": "长安区人民政府", "grounds": "建设目标全部完成。"}
        walk.url = filler.send(page, **words, file_materials=sample_pdf("申报材料")).path
        filler.take(walk.url, "hand_up", status=409)
        edit = filler.open(f"{walk.url}edit/")
        filler.send(edit, file_support_letter=sample_pdf("支持意见"))
        filler.take(walk.url, "hand_up")
        walk.admin.take(walk.url, "hand_in")
    with walk.hour(11):
        staff, lead = walk[walk.county.staff.username], walk[walk.county.lead.username]
        staff.take(walk.url, "draft_opinion", position="agrees", opinion="建设成效突出，落地条件具备。")
        lead.take(walk.url, "sign_opinion")
    walk.pass_days()
    with walk.hour(9):
        walk["bureau_clerk"].take(walk.url, "accept")


def people_typed(*, but: str = "") -> dict[str, list[str]]:
    rows = people_asked(but=but)
    return {f"participants_{name}": [row[name] for row in rows] for name in rows[0]}


def attendance(*, absent: str = "") -> dict[str, str]:
    people = reads.current_inspection(the_filing()).participants.all()
    return {f"present_{row.pk}": "no" if row.role == absent else "yes" for row in people}


def inspect(walk: MoneyWalk) -> None:
    """Refused without the deputy leader, first when asking, then when counting who came."""
    walk.pass_days()
    with walk.hour(10):
        clerk = walk["bureau_clerk"]
        day = (walk.day + timedelta(days=8)).isoformat()
        plan = {"inspects_on": day, "starts": "09:00", "place": "示例会议室"}
        leader = "host_government_leader"
        refused = clerk.take(walk.url, "schedule", status=409, **plan, **people_typed(but=leader))
        assert "须邀请拟落地政府分管领导至少 1 方" in refused.text
        clerk.take(walk.url, "schedule", **plan, **people_typed())
        assert "考察论证定于" in walk.admin.open("/notices/").text
    walk.day += timedelta(days=8)
    with walk.hour(15):
        said = {
            "held_on": walk.day.isoformat(),
            "conclusion": "support",
            "opinion": "条件具备，支持申报。",
            "sign_in_sheet": sample_pdf("签到表"),
        }
        refused = clerk.take(
            walk.url, "record_inspection", status=409, **said, **attendance(absent="host_government_leader")
        )
        assert "拟落地政府分管领导到场不足 1 方" in refused.text
        said["sign_in_sheet"] = sample_pdf("签到表")
        clerk.take(walk.url, "record_inspection", **said, **attendance())
        assert "条件具备，支持申报" not in walk.filler.open(walk.url).text
        walk["bureau_approver"].take(walk.url, "confirm_support")
        assert "条件具备，支持申报" in walk.filler.open(walk.url).text


def hear_from_the_province(walk: MoneyWalk) -> None:
    """A document that is not later than the filing is refused; the right one takes two people."""
    walk.pass_days()
    with walk.hour(10):
        clerk = walk["bureau_clerk"]
        terms = {"applied_on": walk.day.isoformat(), "dispatch_number": "石科〔2026〕31号"}
        clerk.take(walk.url, "apply_to_province", **terms)
    filed_on = the_filing().filed_on
    walk.pass_days(20)
    with walk.hour(10):
        found = {"outcome": "recognised", "document_number": "冀科平〔2026〕6号"}
        early = found | {"document_on": filed_on.isoformat(), "document": sample_pdf("省级文件")}
        refused = clerk.take(walk.url, "record_result", status=409, **early)
        assert "省级文件日期须晚于报备日期" in refused.text
        assert (
            "请上传省级文件"
            in clerk.take(
                walk.url, "record_result", status=409, **found, document_on=walk.day.isoformat()
            ).text
        )
        right = found | {"document_on": walk.day.isoformat(), "document": sample_pdf("省级文件")}
        clerk.take(walk.url, "record_result", **right)
        assert clerk.post(f"{walk.url}moves/settle_recognition/").status == 403
        walk["bureau_approver"].take(walk.url, "settle_recognition")


def pay_the_reward(walk: MoneyWalk) -> None:
    """Proposed by the clock beside the construction fund, confirmed, approved, issued, received."""
    with walk.hour(23):
        for _twice in range(2):
            sweep(walk, "funding.tasks.propose_awards")
    award = Award.objects.get(kind="provincial")
    assert (str(award.amount), award.citation, Award.objects.count()) == (REWARD, "四(五)", 2)
    walk.award_url = award.get_absolute_url()
    walk.pass_days()
    walk.name_account()
    walk.confirm_award()
    walk.check_account()
    walk.approve()
    walk.pass_days()
    walk.draft_plan()
    walk.review_plan()
    walk.cosign()
    walk.issue()
    walk.pass_days()
    walk.receive(REWARD)
    walk.pay(REWARD)
    walk.receipt(REWARD)


def test_one_institute_goes_from_the_filing_to_a_paid_million(province):
    walk = province
    recognition = walk.institute.recognition
    nothing = {"filed_on": None, "inspected_on": None, "provincial_on": walk.day}
    with pytest.raises(NotEligible, match="未经报备和考察论证"):
        propose_provincial_award(recognition=recognition, **nothing)
    file_it(walk)
    with walk.hour(10):
        early = {"outcome": "recognised", "document_number": "冀科平〔2026〕6号"}
        refused = walk["bureau_clerk"].post(f"{walk.url}moves/record_result/", early)
        assert (refused.status, "不能“登记省级结果”" in refused.text) == (409, True)
    inspect(walk)
    hear_from_the_province(walk)
    pay_the_reward(walk)

    award, filing = Award.objects.get(kind="provincial"), the_filing()
    assert (award.state, str(award.paid)) == ("closed", REWARD)
    with walk.hour(18):
        page = walk.filler.open("/provincial/new/")
        assert "没有可以申报省级的研究院" not in page.text
        again = walk.filler.send(
            page, status=409, proposed_name=NAME, host_government="长安区人民政府", grounds="再次申报。"
        )
        assert "已获省级认定（冀科平〔2026〕6号），奖励每家 1 次" in again.text
        everybody = stranger().get(f"/directory/{walk.institute.pk}/").content.decode()
        assert "市级、省级" in everybody
        assert NAME in everybody
        assert NAME in stranger().get("/directory/changes/?kind=province").content.decode()
        assert walk.institute.name in stranger().get("/directory/?level=provincial").content.decode()
        assert walk.institute.name not in stranger().get("/directory/?level=municipal").content.decode()
        told = program("bureau_clerk").get(f"/api/v1/institutes/{walk.institute.pk}/").json()
        assert told["level"] == "provincial"
        basis = walk["bureau_clerk"].open(f"{award.get_absolute_url()}basis/")
        assert "考察论证意见" in basis.text
    verbs = [event.verb.rpartition(".")[2] for event in audit.history(filing).exclude(to_state="")]
    assert verbs == [
        "begin",
        "hand_up",
        "hand_in",
        "draft_opinion",
        "sign_opinion",
        "accept",
        "schedule",
        "record_inspection",
        "confirm_support",
        "apply_to_province",
        "record_result",
        "settle_recognition",
    ]
    kinds = Document.objects.about(filing).values_list("kind", flat=True)
    assert sorted(kinds) == ["inspection_notice", "inspection_opinion"]
    made_by_hand = "认定证书编号不连续"  # the recognition came without its application's walk
    assert [finding for finding in unsound(walk) if made_by_hand not in finding] == []
