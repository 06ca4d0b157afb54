"""What an institute brings about, from the form of its unit to the targets of the city: returned once by the county,
verified by two offices, counted once although another institute tries, taken back by two when it proves untrue."""

import pytest

from institutes.integrity import achievements_are_verified_by_two, achievements_count_once
from institutes.models import Achievement
from portal.demo.books import sample_pdf
from records.models import AuditEvent
from tests.factories.institutes import RecognitionFactory
from tests.journeys.pages import Page
from tests.journeys.people import program, stranger
from tests.journeys.walk import Walk

pytestmark = pytest.mark.usefixtures("no_worker")
CONTRACT = "2026130100000123"
GOAL = "?counted=yes&goal=transfers"
LOOKED = "到受让企业查看生产线，与合同、登记证明一致。"


@pytest.fixture
def walk(city) -> Walk:
    """Two firms with an institute each, both recognised."""
    walk = Walk(city)
    with walk.hour(8):
        for firm in city.firms:
            RecognitionFactory(
                institute__host=firm.organisation, institute__division=firm.organisation.division
            )
    return walk


def typed(walk: Walk, title: str) -> dict:
    """What the unit types: money in 万元."""
    return {
        "title": title,
        "achieved_on": walk.day.isoformat(),
        "number": CONTRACT,
        "partner_name": "石家庄市示例受让有限公司",
        "amount": "80",
        "file_contract": sample_pdf("合同"),
        "file_registration": sample_pdf("登记证明"),
    }


def test_a_transfer_counts_once_from_the_form_to_the_citys_targets(walk):
    url = entered(walk)
    returned_and_verified(walk, url)
    counted_everywhere(walk, url)
    told_to_the_second_institute(walk)
    taken_back(walk, url)
    remembered(walk, url)


def entered(walk: Walk) -> str:
    """The filler enters it without its files first, is told what lacks, brings them; the administrator hands it in."""
    with walk.hour(9):
        page = walk.filler.open("/achievements/new/?kind=transfer")
        lacking = typed(walk, "示例工艺专利许可") | {"file_contract": None, "file_registration": None}
        page = walk.filler.send(page, **lacking)
        assert "还缺少佐证材料 合同、技术合同认定登记证明" in page.text
        url = Achievement.objects.get().get_absolute_url()
        walk.filler.take(url, "hand_up", status=409)
        page = walk.filler.open(f"{url}edit/")
        walk.filler.send(page, **typed(walk, "示例工艺专利许可"))
        walk.filler.take(url, "hand_up")
        assert walk.admin.workbasket().link(r"/achievements/\d+/") == url
        walk.admin.take(url, "hand_in")
    return url


def returned_and_verified(walk: Walk, url: str) -> None:
    staff, clerk = walk[walk.county.staff.username], walk["bureau_clerk"]
    with walk.hour(11):
        assert staff.workbasket().link(r"/achievements/\d+/") == url
        assert Page(walk["county_staff2"].client.get(url)).status == 404
        staff.take(url, "county_return", reason="登记证明缺页。")
        assert "登记证明缺页" in walk.filler.open("/notices/").text
        walk.filler.take(url, "hand_up")
        walk.admin.take(url, "hand_in")
        assert clerk.post(f"{url}moves/verify/").status == 409
        staff.take(url, "county_verify", opinion=LOOKED)
    with walk.hour(14):
        assert clerk.workbasket().link(r"/achievements/\d+/") == url
        assert transfers() == 0
        assert staff.post(f"{url}moves/verify/").status == 403
        clerk.take(url, "verify", opinion="")


def transfers() -> int:
    """The number that everybody reads."""
    page = Page(stranger().get("/targets/"))
    assert page.status == 200
    return int(page.text.partition("转化科技成果")[2].split()[0])


def counted_everywhere(walk: Walk, url: str) -> None:
    """On the public page, behind the officer's number, on the institute's page, in the unit's messages, by program."""
    with walk.hour(15):
        assert transfers() == 1
        board = walk["bureau_approver"].open("/targets/")
        listed = walk["bureau_approver"].open(board.link(r"goal=transfers$"))
        assert listed.link(r"/achievements/\d+/$") == url
        institute = walk.filler.open(url).link(r"/institutes/\d+/$")
        assert "转化科技成果 1 项" in walk.filler.open(institute).text
        assert "不需再填" in walk.filler.open("/notices/").text
        (row,) = program("tax").get(f"/api/v1/achievements/{GOAL}").json()["results"]
        assert (row["amount"], row["counted"]) == ("800000.00", True)


def told_to_the_second_institute(walk: Walk) -> None:
    """The same contract, entered by another: it learns that it stands, not where."""
    firm = walk.world.firms[1]
    with walk.hour(16):
        filler, admin = walk[firm.filler.username], walk[firm.admin.username]
        page = filler.open("/achievements/new/?kind=transfer")
        page = filler.send(page, **typed(walk, "示例同一合同的成果"))
        assert "另一家研究院" in page.text
        assert "示例工艺专利许可" not in page.text
        url = Achievement.objects.latest("pk").get_absolute_url()
        refused = filler.take(url, "hand_up", status=409)
        assert "只计一次" in refused.text
        admin.take(url, "withdraw", reason="与另一研究院重复。")


def taken_back(walk: Walk, url: str) -> None:
    clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
    with walk.hour(17):
        clerk.take(url, "propose_annulment", grounds="受让企业证实合同未签订。")
        assert transfers() == 1
        assert "合同未签订" not in walk.filler.open(url).text
        approver.take(url, "annul")
        assert transfers() == 0
        assert "受让企业证实合同未签订" in walk.filler.open("/notices/").text


def remembered(walk: Walk, url: str) -> None:
    """Every step stands in the register; nothing counts without its records."""
    pk = int(url.strip("/").rpartition("/")[2])
    lines = AuditEvent.objects.filter(subject_type="institutes.achievement", subject_id=pk, to_state__gt="")
    assert [line.verb.rpartition(".")[2] for line in lines.order_by("pk")] == [
        "begin",
        "hand_up",
        "hand_in",
        "county_return",
        "hand_up",
        "hand_in",
        "county_verify",
        "verify",
        "propose_annulment",
        "annul",
    ]
    assert achievements_are_verified_by_two() == achievements_count_once() == []
