"""An objection from the public form to the period that runs anew, and who learns nothing of its author."""

import pytest
from django.core import mail
from django.db import connection

from funding.models import Award
from notices.models import Objection, PublicNotice, PublicNoticeItem
from portal.demo.books import sample_pdf
from records import calendar
from records.models import AuditEvent, Deadline, Document
from tests.journeys.money import MoneyWalk
from tests.journeys.objector import ID_NUMBER, NAME, PHONE, REPLY, Objector
from tests.journeys.pages import Page
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import program, stranger
from tests.journeys.timetable import sweep, unsound

pytestmark = pytest.mark.usefixtures("no_worker")
SECRETS = (NAME, PHONE, ID_NUMBER)
OTHER = {"name": "示例李四", "phone": "13900002222", "id_number": "E00000001"}
CORRECTION = "自有研发设备由 14 台更正为 12 台，另有 2 台为租赁设备。"
ANSWER = "共建协议均已履行；两台设备为租赁，合同见附件。"
OUTSIDE = ("ent_filler", "ent_admin", "county_staff", "county_lead", "county_staff2", "agency", "finance")
FIVE_DAYS = 5
PAPERS = ("notices.tasks.issue_missing_papers", "institutes.tasks.sweep_certificates")
MAIL = ("notices.tasks.deliver_pending", "accounts.tasks.send_waiting_letters")


def test_an_objection_founded_in_part_is_published_again_as_corrected_and_names_nobody(published):
    walk, objector = published, Objector()
    item = PublicNoticeItem.objects.get()
    without_its_original = somebody_else_sends_an_unsigned_scan(walk, item)
    walk.pass_days()
    url = filed_under_a_real_name(walk, objector, item)
    known_to_two_offices_alone(walk, url)
    taken_up(walk, url)
    the_unit_is_heard(walk, url)
    walk.pass_days(2)
    the_other_is_not_taken_up(walk, without_its_original)
    stands_still(walk, item)
    decided_by_two(walk, url)
    published_again(walk, item)
    answered_by_letter(walk, objector)
    nothing_names_the_author(walk, url)
    ends_in_time(walk)
    assert unsound(walk) == []


def somebody_else_sends_an_unsigned_scan(walk: MoneyWalk, item: PublicNoticeItem) -> str:
    """The clerk asks for the original once; it never comes."""
    other, clerk = Objector(), walk["bureau_clerk"]
    with walk.hour(17):
        other.file(other.form_of(item), **OTHER)
        url = clerk.open("/objections/").link(r"/objections/\d+/$")
        clerk.take(url, "ask_original", wanted="签字不清晰，请将原件送至公示所列受理单位。")
        assert "请补交原件" in other.receipt().text
        assert "ask_original" not in clerk.open(url).offers()
    with walk.hour(17, 10):
        early = clerk.take(url, "refuse", reply="未补交原件。", status=409)
        assert "期满未补交的方可不予受理" in early.text
    return url


def filed_under_a_real_name(walk: MoneyWalk, objector: Objector, item: PublicNoticeItem) -> str:
    """What is anonymous or unsigned comes back with what was typed; the button pressed twice files once."""
    with walk.hour(9):
        page = objector.form_of(item)
        refused = objector.file(page, status=422, name="匿名", signed=None, grounds="不同意评审结果")
        for words in ("匿名异议不予受理", "不少于 20 字", "该字段是必填项。"):
            assert words in refused.text
        assert Objection.objects.count() == 1
        receipt = objector.file(page)
        assert objector.file(page).path == receipt.path
        assert Objection.objects.count() == 2
        assert not any(secret in receipt.text for secret in SECRETS)
        assert "收到异议" in walk["bureau_clerk"].open("/notices/").text
        return walk["bureau_clerk"].open("/objections/").link(r"/objections/\d+/$")


def known_to_two_offices_alone(walk: MoneyWalk, url: str) -> None:
    """Clerk and approver ask for the name on the page, and that they did stands in the register."""
    with walk.hour(10):
        for office in ("bureau_clerk", "bureau_approver"):
            page = walk[office].open(url)
            assert not any(secret in page.text for secret in SECRETS)
            opened = walk[office].send(page, "/identity/")
            assert all(secret in opened.text for secret in SECRETS)
        looked = AuditEvent.objects.filter(verb="notices.objection.view_identity").order_by("pk")
        assert [line.actor.username for line in looked] == ["bureau_clerk", "bureau_approver"]
        for username in (*OUTSIDE, "auditor"):
            client = walk[username].client
            assert (client.get("/objections/").status_code, client.get(url).status_code) == (403, 404)
            for ending in ("identity/", "moves/accept/", "moves/dismiss/"):
                assert client.post(f"{url}{ending}").status_code == 404


def taken_up(walk: MoneyWalk, url: str) -> None:
    """Accepted once, whoever holds a page that is behind; the item alone stands still."""
    clerk, other = walk["bureau_clerk"], walk["bureau_clerk2"]
    with walk.hour(11):
        behind = other.open(url)
        assert walk["bureau_approver"].post(f"{url}moves/accept/").status == 403
        clerk.take(url, "accept")
        other.send(behind, "/moves/accept/", status=409)
    assert walk.application.state == "objection_handling"
    objection = objection_at(url)
    due = Deadline.objects.filter(subject_type="notices.objection", subject_id=objection.pk).order_by("pk")
    assert list(due.values_list("due_on", flat=True)) == [
        calendar.add_working_days(walk.day, 2),
        calendar.add_working_days(walk.day, 10),
    ]
    notice = Page(stranger().get(objection.item.notice.get_absolute_url()))
    assert "异议处理中" in notice.text


def the_unit_is_heard(walk: MoneyWalk, url: str) -> None:
    """Its administrator answers what the clerk asks; nobody proposes before."""
    clerk = walk["bureau_clerk"]
    with walk.hour(14):
        told = clerk.take(url, "ask_unit", question=f"{NAME}反映协议未履行，请说明。", status=409)
        assert "身份信息" in told.text
        clerk.take(url, "ask_unit", question="请说明共建协议的履行情况和核心设备的权属。")
        early = clerk.take(url, "propose", finding="dismiss", reply=REPLY, status=409)
        assert "答复或期满后方可提出处理意见" in early.text
        asked = walk.admin.workbasket().link(r"/inquiries/\d+/")
        assert "异议人身份依法保密" in walk.admin.open(asked).text
        assert walk.filler.open(asked).offers() == set()
        assert walk.filler.post(f"{asked}moves/answer/", {"answer": "示例"}).status == 403
        for username in ("county_staff", "ent_admin2"):
            assert Page(walk[username].client.get(asked)).status == 404
    with walk.hour(16):
        walk.admin.take(asked, "answer", answer=ANSWER, files=[sample_pdf("租赁合同")])
        assert walk.admin.open(asked).offers() == set()
        assert ANSWER in clerk.open(url).text
        assert "单位已说明情况" in clerk.open("/notices/").text


def the_other_is_not_taken_up(walk: MoneyWalk, url: str) -> None:
    walk.pass_days()
    with walk.hour(10):
        walk["bureau_clerk"].take(url, "refuse", reply="期满未补交签字原件，不予受理。")
    assert walk.application.state == "objection_handling", "the one that was accepted still is"


def stands_still(walk: MoneyWalk, item: PublicNoticeItem) -> None:
    """Long after its last day nothing has come of the notice."""
    walk.day = calendar.add_working_days(item.ends_on, 2)
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity", "funding.tasks.propose_awards")
    assert walk.application.state == "objection_handling"
    assert not Award.objects.exists()


def decided_by_two(walk: MoneyWalk, url: str) -> None:
    """What is corrected has to be said; the approver sends it back once, and decides."""
    clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
    with walk.hour(9):
        bare = clerk.take(url, "propose", finding="partly", reply=REPLY, status=409)
        assert "须写明更正的内容" in bare.text
        clerk.take(url, "propose", finding="partly", reply=REPLY, correction="自有研发设备更正为 12 台。")
        assert approver.workbasket().link(r"/objections/\d+/") == url
        due = Deadline.objects.open().get(subject_type="notices.objection", subject_id=objection_at(url).pk)
    with walk.hour(10):
        approver.take(url, "send_back", reason="请写明原为多少台、租赁多少台。")
        again = Deadline.objects.open().get(subject_type="notices.objection", subject_id=objection_at(url).pk)
        assert again.due_on == due.due_on, "sent back, it keeps its day"
        assert "请写明原为多少台" in clerk.open(url).text
        clerk.take(url, "propose", finding="partly", reply=REPLY, correction=CORRECTION)
    with walk.hour(11):
        behind = walk["bureau_approver2"].open(url)
        approver.take(url, "partly")
        walk["bureau_approver2"].send(behind, "/moves/dismiss/", status=409)
    assert objection_at(url).state == "partly_upheld"


def published_again(walk: MoneyWalk, item: PublicNoticeItem) -> None:
    """A new notice says what was corrected and runs its full days; the former leads to it."""
    assert walk.application.state == "publicity"
    notice = PublicNotice.objects.latest("pk")
    assert (notice.first_day, notice.last_day) == (
        walk.day,
        calendar.last_day_counting_first(walk.day, FIVE_DAYS),
    )
    with walk.hour(12):
        former = Page(stranger().get(item.notice.get_absolute_url()))
        corrected = Page(stranger().get(former.link(rf"/publicity/{notice.pk}/")))
        assert CORRECTION in corrected.text
        assert "更正前的公告" in corrected.text
        assert "重新公示" in walk.filler.open("/notices/").text
        assert CORRECTION in Page(stranger().get(notice.get_absolute_url())).text


def answered_by_letter(walk: MoneyWalk, objector: Objector) -> None:
    """By the code of the receipt a letter without a name; with the phone as well, the one to its author."""
    with walk.hour(18):
        sweep(walk, *PAPERS, *MAIL)
        page = objector.receipt()
        assert "已办结" in page.text
        assert REPLY in page.text
        address = page.link(r"/letters/objection_reply/$")
        plain = words_of(objector.client.get(address).getvalue())
        assert not any(secret in plain for secret in SECRETS)
        form = objector.open(page.link(r"/letters/objection_reply/\?addressed=1"))
        wrong = Page(objector.client.post(form.path, {"phone": "13900009999"}))
        assert (wrong.status, "不一致" in wrong.text) == (422, True)
        named = words_of(objector.client.post(form.path, {"phone": PHONE}).getvalue())
        assert NAME in named
        numbers = Document.objects.filter(kind__startswith="objection_").values_list("number", flat=True)
        assert len(set(numbers)) == len(numbers) == 4


def nothing_names_the_author(walk: MoneyWalk, url: str) -> None:
    """Not a page, a program's answer, an export, a mail, a paper or a row of the database, for anybody."""
    inquiry, application = objection_at(url).inquiries.get(), walk.application
    notice = PublicNotice.objects.latest("pk").get_absolute_url()
    pages = ["/", url, inquiry.get_absolute_url(), walk.url, "/notices/", "/register-book/", notice]
    pages += ["/applications/export/csv/", "/objections/"]
    answers = [f"/api/v1/objections/{objection_at(url).pk}/", f"/api/v1/inquiries/{inquiry.pk}/"]
    answers += [f"/api/v1/applications/{application.pk}/", "/api/v1/notices/", "/api/v1/register/"]
    with walk.hour(19):
        for username in (*OUTSIDE, "auditor", "bureau_clerk", "bureau_approver"):
            client = program(username)
            found = {page: walk[username].client.get(page).getvalue() for page in pages}
            found |= {page: client.get(page).getvalue() for page in answers}
            telling = [page for page, words in found.items() if names(words.decode(errors="ignore"))]
            assert (username, telling) == (username, [])
    assert not [letter for letter in mail.outbox if names(f"{letter.subject} {letter.body}")]
    papers = Document.objects.exclude(file="")
    assert [paper.kind for paper in papers if names(words_of(content_of(paper)))] == []
    assert tables_that_name_the_author() == []


def names(words: str) -> bool:
    return any(secret in words for secret in SECRETS)


def tables_that_name_the_author() -> list[str]:
    """The phone and the number of the passport are no one else's in this city."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            clause = " OR ".join(["t::text LIKE %s"] * len(SECRETS))
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE {clause}', [f"%{secret}%" for secret in SECRETS]
            )
            found += [table] * bool(cursor.fetchone()[0])
    return found


def ends_in_time(walk: MoneyWalk) -> None:
    """The last of the new days over, the case is recognised, and nobody objects any more."""
    notice = PublicNotice.objects.latest("pk")
    again = PublicNoticeItem.objects.get(notice=notice)
    walk.day = notice.last_day
    late = Objector()
    with walk.hour(23):
        sweep(walk, "institutes.tasks.sweep_publicity")
        page = late.form_of(again)
    assert walk.application.state == "publicity", "the last day is not over"
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity", "funding.tasks.propose_awards")
        assert "逾期提出的异议不予受理" in late.file(page, status=409).text
        form = late.open(f"{notice.get_absolute_url()}items/{again.pk}/objection/")
        assert "不再接受异议" in form.text
        assert form.forms_to("/objection/") == []
    assert walk.application.state == "recognised"
    assert Award.objects.count() == 1
    of_objections = Deadline.objects.filter(subject_type__in=("notices.objection", "notices.inquiry"))
    assert [str(one) for one in of_objections if one.met_at is None] == []


def objection_at(url: str) -> Objection:
    return Objection.objects.get(pk=int(url.strip("/").rpartition("/")[2]))
