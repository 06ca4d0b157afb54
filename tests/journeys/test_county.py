"""What a county keeps of its own, through its pages and by program: its pool, from a spreadsheet with faults to an
application that carries its entry along; its policies, from a draft to the version that everybody reads."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from institutes.models import CountyPolicy, CultivationEntry
from institutes.selectors import IN_FORCE
from institutes.services.cultivation_import import HEAD
from portal.demo.books import sample_pdf
from portal.demo.world import sample_uscc
from records import sheets
from records.models import AuditEvent
from tests.journeys.pages import Page
from tests.journeys.people import program, stranger
from tests.journeys.timetable import unsound
from tests.journeys.walk import Walk

pytestmark = pytest.mark.usefixtures("no_worker")
CODE, SEGMENT, YEAR = HEAD[1], HEAD[3], HEAD[5]
ELSEWHERE = "county_staff2"
PHONE, MASKED = "13900000001", "139****0001"
OTHER = "石家庄市示例待育有限公司"
REASON = "企业为本县产业链骨干，研发投入持续增长，拟联合上下游共建研究院。"


@pytest.fixture
def walk(city) -> Walk:
    return Walk(city)


def verbs_of(model: str, pk: int) -> list[str]:
    lines = AuditEvent.objects.filter(subject_type=f"institutes.{model}", subject_id=pk).order_by("pk")
    return [verb for line in lines if (verb := line.verb.rpartition(".")[2]) != "attach"]


# --- the pool ---------------------------------------------------------------------------------------------------------


def test_a_list_of_enterprises_is_mended_imported_let_in_and_carried_along(walk):
    brought_from_a_spreadsheet(walk)
    entry = CultivationEntry.objects.get(uscc=walk.firm.organisation.uscc)
    url = entry.get_absolute_url()
    returned_and_let_in(walk, url)
    helped(walk, url)
    read_by_the_city_alone(walk, entry, url)
    kept_by_program(walk, entry)

    walk.draft_call()
    walk.publish_call()
    walk.apply()

    with walk.hour(18):
        for reader in (walk.county.staff.username, walk.county.lead.username, "bureau_clerk", "auditor"):
            page = walk[reader].open(url)
            assert "已申报" in page.text
            assert page.offers() == set()
    entry.refresh_from_db()
    assert entry.application == walk.application
    assert verbs_of("cultivationentry", entry.pk) == [
        "begin",
        "revise",
        "propose_entry",
        "return_entry",
        "revise",
        "propose_entry",
        "confirm_entry",
        "record_measure",
        "prepare",
        "record_measure",
        "apply",
    ]
    assert unsound(walk) == []


def line(walk: Walk, name: str, uscc: str, **changed) -> list[str]:
    segment = walk.firm.segment
    said = [name, uscc, segment.chain.name, segment.name, "示例方向关键共性技术"]
    said += [str(walk.day.year + 1), "示例联系人", PHONE, ""]
    return list((dict(zip(HEAD, said, strict=True)) | changed).values())


def workbook(*rows: list[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("摸底名单.xlsx", sheets.xlsx(HEAD, rows))


def brought_from_a_spreadsheet(walk: Walk) -> None:
    """Faults are named at their row and column and nothing is stored; the mended list is looked at, then put down."""
    staff, firm = walk[walk.county.staff.username], walk.firm.organisation
    other, code = OTHER, sample_uscc(701, "130100")
    faulty = workbook(
        line(walk, firm.name, firm.uscc, **{YEAR: "明年"}),
        line(walk, other, code[:-1], **{SEGMENT: "示例别处"}),
        line(walk, other, firm.uscc),
    )
    with walk.hour(8):
        page = staff.open(staff.open("/cultivation/").link("/cultivation/import/"))
        told = staff.send(page, "/cultivation/import/", file=faulty, status=422)
        assert "有 4 处需要改正，没有导入任何企业" in told.text
        for words in (
            f"第 2 行 {YEAR} 请填四位年份，例如 {walk.day.year}。",
            f"第 3 行 {CODE} 统一社会信用代码为 18 位，当前为 17 位。",
            f"第 3 行 {SEGMENT} “{walk.firm.segment.chain.name}”没有环节“示例别处”；可以留空。",
            f"第 4 行 {CODE} 与第 2 行重复。",
        ):
            assert words in told.text
        assert told.forms_to("/import/confirm/") == []
        mended = workbook(line(walk, firm.name, firm.uscc), line(walk, other, code))
        preview = staff.send(told, "/cultivation/import/", file=mended)
        assert "将导入 2 家企业，列为摸底" in preview.text
        assert CultivationEntry.objects.count() == 0
        done = staff.send(preview, "/import/confirm/")
    assert "已导入 2 家企业，列为摸底。" in done.text
    assert CultivationEntry.objects.count() == 2


def returned_and_let_in(walk: Walk, url: str) -> None:
    """The leader finds it in the workbasket, sends it back once with a reason, and lets it in when it is mended."""
    staff, lead = walk[walk.county.staff.username], walk[walk.county.lead.username]
    with walk.hour(9):
        bare = staff.take(url, "propose_entry", status=409)
        assert "理由" in bare.text
        staff.send(staff.open(f"{url}edit/"), grounds=REASON)
        staff.take(url, "propose_entry")
        assert not {"confirm_entry", "return_entry"} & staff.open(url).offers()
        assert lead.workbasket().link(r"/cultivation/\d+/") == url
        lead.take(url, "return_entry", reason="请补充共建意向。")
        assert "请补充共建意向。" in staff.open(url).text
        staff.send(staff.open(f"{url}edit/"), grounds=f"{REASON}已与示例大学签订共建意向书。")
        staff.take(url, "propose_entry")
        lead.take(url, "confirm_entry")


def helped(walk: Walk, url: str) -> None:
    staff = walk[walk.county.staff.username]
    with walk.hour(10):
        page = staff.open(f"{url}measures/")
        staff.send(
            page,
            done_on=walk.day.isoformat(),
            what="走访企业，辅导共建协议和章程",
            provider="县级科技管理部门",
            file=sample_pdf("走访记录"),
        )
        staff.take(url, "prepare")
        shown = staff.open(url)
        assert "走访企业，辅导共建协议和章程" in shown.text
        proof = staff.client.get(shown.link(r"/files/\d+/"))
    assert (proof.status_code, b"".join(proof)[:5]) == (200, b"%PDF-")


def read_by_the_city_alone(walk: Walk, entry: CultivationEntry, url: str) -> None:
    """Bureau and auditor read all pools with the phone masked and take no move; another county and the enterprise
    itself meet nothing."""
    with walk.hour(11):
        assert PHONE in walk[walk.county.staff.username].open(url).text
        for reader in ("bureau_clerk", "bureau_approver", "auditor"):
            page, listed = walk[reader].open(url), walk[reader].open("/cultivation/")
            assert (MASKED in page.text, PHONE in page.text, page.offers()) == (True, False, set())
            assert entry.name in listed.text
            assert OTHER in listed.text
            assert walk[reader].post(f"{url}moves/propose_exit/", {"reason": "示例"}).status == 403
        for reader in (ELSEWHERE, "county_lead2", walk.filler.username):
            assert Page(walk[reader].client.get(url)).status == 404
            assert walk[reader].post(f"{url}moves/propose_exit/", {"reason": "示例"}).status == 404
        assert entry.name not in walk[ELSEWHERE].open("/cultivation/").text


def kept_by_program(walk: Walk, entry: CultivationEntry) -> None:
    """A program has the rights of its person, no more and no less."""
    address = f"/api/v1/cultivation/{entry.pk}/"
    with walk.hour(12):
        own, city, other = (
            program(username) for username in (walk.county.staff.username, "bureau_clerk", ELSEWHERE)
        )
        assert own.get(address).json()["contact_phone"] == PHONE
        assert city.get(address).json()["contact_phone"] == MASKED
        assert (city.get("/api/v1/cultivation/").json()["results"] != [], other.get(address).status_code) == (
            True,
            404,
        )
        faulty = own.post("/api/v1/cultivation/import/", {"file": workbook(line(walk, "示例", "1"))})
        assert faulty.status_code == 409
        assert "第 2 行“统一社会信用代码”" in faulty.json()["reasons"][0]["text"]
        done = {"done_on": walk.day.isoformat(), "what": "协助落实场地", "provider": "县级科技管理部门"}
        assert own.post(f"{address}measures/", done).status_code == 201
        assert city.post(f"{address}measures/", done).status_code == 403
        assert city.post(f"{address}moves/propose_exit/", {"reason": "示例"}).status_code == 403
        assert other.post(f"{address}moves/propose_exit/", {"reason": "示例"}).status_code == 404
        moves = {one["action"] for one in own.get(f"{address}moves/").json() if one["allowed"]}
    assert moves == walk[walk.county.staff.username].open(entry.get_absolute_url()).offers()


# --- policies of its own ----------------------------------------------------------------------------------------------


def test_a_policy_is_drafted_published_superseded_and_repealed_before_everybody(walk):
    staff, lead = walk[walk.county.staff.username], walk[walk.county.lead.username]
    with walk.hour(9):
        page = staff.open(staff.open("/county-policies/").link("/county-policies/new/"))
        url = draft(walk, page, "1", "100000")
        assert publicly(url) == 404
        assert Page(walk["bureau_clerk"].client.get(url)).status == 404
        first = sign(walk, url)
        nobody_else_keeps_it(walk, url)
    with walk.hour(10):
        page = staff.open(staff.open(url).link(r"/version/$"))
        assert "示例县支持办法" in page.form().values["title"]
        later = draft(walk, page, "2", "200000")
        assert "〔2026〕1号" in Page(stranger().get("/local-policies/")).text
        second = sign(walk, later)
        assert CountyPolicy.objects.get(pk=first).state == "superseded"
        listed = Page(stranger().get("/local-policies/", {"standing": IN_FORCE}))
        assert ("〔2026〕2号" in listed.text, "〔2026〕1号" in listed.text) == (True, False)
        assert "由新版本替代" in Page(stranger().get(f"/local-policies/{first}/")).text
        read_by_program(walk, second)
    with walk.hour(11):
        assert "repeal" not in staff.open(later).offers()
        lead.take(later, "repeal", repealed_on=walk.day.isoformat(), reason="市级政策调整，不再执行。")
        shown = Page(stranger().get(f"/local-policies/{second}/")).text
    for words in ("废止", "市级政策调整，不再执行。", in_words(walk.day)):
        assert words in shown
    with walk.hour(12):
        assert "示例县支持办法" in walk["bureau_clerk"].open("/notices/").text
    assert verbs_of("countypolicy", first) == ["begin", "hand_up", "publish", "supersede"]
    assert verbs_of("countypolicy", second) == ["begin", "hand_up", "publish", "repeal"]
    assert unsound(walk) == []


def draft(walk: Walk, page: Page, number: str, amount: str) -> str:
    staff = walk[walk.county.staff.username]
    rows = len(page.form().values["measures_content"])
    done = staff.send(
        page,
        title="示例县支持办法",
        number=f"示例政〔2026〕{number}号",
        issued_on=walk.day.isoformat(),
        valid_from=walk.day.isoformat(),
        valid_to=(walk.day + timedelta(days=730)).isoformat(),
        measures_content=["按认定给予配套奖励", *[""] * (rows - 1)],
        measures_amount=[amount, *[""] * (rows - 1)],
        summary="获得市级认定后，由企业向县级科技管理部门提出。",
        file=sample_pdf("示例县支持办法"),
    )
    return done.path


def sign(walk: Walk, url: str) -> int:
    """Staff hands it up; the leader finds it in the workbasket and publishes it, file and all."""
    staff, lead = walk[walk.county.staff.username], walk[walk.county.lead.username]
    staff.take(url, "hand_up")
    assert "publish" not in staff.open(url).offers()
    lead.take(lead.workbasket().link(r"/county-policies/\d+/"), "publish")
    pk = int(url.strip("/").rpartition("/")[2])
    page = Page(stranger().get(f"/local-policies/{pk}/"))
    download = stranger().get(page.link(r"/file/"))
    assert (download.status_code, b"".join(download)[:5]) == (200, b"%PDF-")
    return pk


def nobody_else_keeps_it(walk: Walk, url: str) -> None:
    """Another county reads it where everybody does; the city reads the case, and neither takes a move."""
    assert Page(walk[ELSEWHERE].client.get(url)).status == 404
    assert walk[ELSEWHERE].post(f"{url}moves/repeal/").status == 404
    for reader in ("bureau_clerk", "bureau_approver", "auditor"):
        assert walk[reader].open(url).offers() == set()
        assert walk[reader].post(f"{url}moves/repeal/").status == 403
    listed = walk["bureau_clerk"].open("/county-policies/")
    assert "示例县支持办法" in listed.text


def read_by_program(walk: Walk, pk: int) -> None:
    address = f"/api/v1/county-policies/{pk}/"
    city, other = program("bureau_clerk"), program(ELSEWHERE)
    shown = city.get(address).json()
    assert (shown["number"], shown["state"], shown["version"]) == ("示例政〔2026〕2号", "published", 2)
    assert [one["amount"] for one in shown["measures"]] == ["200000.00"]
    assert other.get(address).status_code == 404
    assert city.post(f"{address}moves/repeal/", {"reason": "示例"}).status_code == 403


def publicly(url: str) -> int:
    return stranger().get(f"/local-policies/{url.strip('/').rpartition('/')[2]}/").status_code


def in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
