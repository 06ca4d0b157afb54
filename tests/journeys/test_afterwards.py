"""What follows recognition: one notice with the certificates of several, interrupted and resumed; then, of one of them,
a new name, a stop during which no money moves, and the end."""

import io
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured

from funding import tasks as funding_tasks
from institutes import tasks as institutes_tasks
from institutes.models import Application, Call, CertificateBatch, Institute, Recognition
from institutes.services import certificates
from notices.models import Notice
from portal.demo.books import sample_pdf
from portal.demo.steps import Steps
from records import clock, jobs
from records.models import Document, Job
from records.tasks import sweep_jobs
from tests.journeys.conftest import FOUNDED
from tests.journeys.money import MoneyWalk
from tests.journeys.pages import Page
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import program, stranger
from tests.journeys.timetable import sweep, unsound

pytestmark = pytest.mark.usefixtures("no_worker")
PAPERS = "institutes.tasks.sweep_certificates"
NOTICE = "石科〔2026〕12号"
NUMBERS = [f"SJZ-CYY-2026-00{n}" for n in (1, 2, 3)]
NEW_NAME = "石家庄市第三代半导体与应用产业技术研究院"
GROUNDS = "研究方向由器件扩展到应用，经理事会决议更名，建设任务和目标不变。"
FACTS = "经核查，申报材料所列共建协议系事后补签，三名高级职称人员未实际到岗，与社会保险缴纳记录不符。"
STATEMENT = "协议补签系工作疏忽，人员已陆续到岗，请求给予整改机会。"
DECISION = "到岗情况发生在核查之后，不影响对申报时事实的认定，陈述申辩意见不予采纳。"


@pytest.fixture
def in_batches(settings, tmp_path):
    """A city that hands out its certificates with the joint notice."""
    folder = Path(shutil.copytree(Path(configured.POLICY_FILE).parent, tmp_path / "policy"))
    settings.POLICY_FILE = folder / Path(configured.POLICY_FILE).name
    said = settings.POLICY_FILE.read_text()
    settings.POLICY_FILE.write_text(said.replace('papers = { value = "each"', 'papers = { value = "batch"'))


@pytest.fixture
def walk(in_batches, founding) -> MoneyWalk:
    """Three institutes whose public notice has begun; the walk is that of the first."""
    with clock.at(FOUNDED):
        for n in (1, 2, 3):
            founding.register_firm(n)
    walk, steps = MoneyWalk(founding.world), Steps(founding.world)
    walk.create_budget()
    walk.draft_call()
    walk.publish_call()
    for n, firm in enumerate(founding.world.firms, 1):
        with walk.hour(10, n):
            application = steps.apply(Call.objects.get(), firm, n)
            steps.report(application, firm)
            steps.recommend(application, firm)
            steps.pass_formal(application)
        with walk.hour(13, n):
            steps.review(application, f"0.8{n}")
        walk.url = walk.url or application.get_absolute_url()
    walk.pass_days(4)
    for application in Application.objects.order_by("pk"):
        with walk.hour(10):
            steps.visit(application)
        walk.pass_days()
    walk.shortlist(3)
    return walk


def test_certificates_of_several_a_new_name_a_stop_and_the_end(walk, monkeypatch):
    recognised_together(walk)
    batch = one_notice_for_all(walk)
    made_in_steps(walk, batch, monkeypatch)
    handed_out(walk, batch)
    named_anew(walk)
    replaced_before_everybody(walk)
    no_money_while_it_is_stopped(walk)
    heard_and_revoked(walk)
    remembered(walk)
    assert unsound(walk) == []


def certificates_made() -> list[str]:
    return list(Document.objects.filter(kind="certificate").order_by("pk").values_list("number", flat=True))


def recognised_together(walk: MoneyWalk) -> None:
    """Numbers are taken on the day; no certificate comes before the notice."""
    walk.pass_days(5)
    with walk.hour(1):
        assert institutes_tasks.sweep_publicity() == 3
        sweep(walk, PAPERS)
        funding_tasks.propose_awards()
    assert sorted(one.certificate_number for one in Recognition.objects.all()) == NUMBERS
    assert certificates_made() == []


def one_notice_for_all(walk: MoneyWalk) -> str:
    """Ordered once, by the approver alone, under a number of its own."""
    approver, clerk = walk["bureau_approver"], walk["bureau_clerk"]
    ordered = {"recognitions": list(Recognition.objects.values_list("pk", flat=True)), "number": NOTICE}
    with walk.hour(9):
        assert "待印发 3 家" in clerk.open("/certificates/").text
        assert clerk.post("/certificates/", ordered).status == 403
        assert walk["county_lead"].post("/certificates/", ordered).status == 403
        page = approver.open("/certificates/")
        assert re.findall(r"SJZ-CYY-2026-\d{3}", page.text) == NUMBERS
        ticked = [str(pk) for pk in ordered["recognitions"]]
        approver.send(page, number="", recognitions=ticked, status=422)
        done = approver.send(page, number=NOTICE, recognitions=ticked)
        assert "已生成 0 份，共 4 份" in done.text
        approver.send(page, number="石科〔2026〕13号", recognitions=ticked, status=422)
    assert CertificateBatch.objects.count() == 1
    return done.path


def made_in_steps(walk: MoneyWalk, batch: str, monkeypatch) -> None:
    """The disk fails behind the first certificate; what was made stays, and the rest follows when it is resumed."""
    monkeypatch.setattr(certificates, "AT_A_TIME", 1)
    approver, job = walk["bureau_approver"], Job.objects.get()
    with walk.hour(9, 10):
        assert jobs.take_step(job.pk)
        assert jobs.take_step(job.pk)
        shown = approver.open(batch)
        assert "已生成 2 份，共 4 份" in shown.text
        assert shown.text.count("打开（PDF）") == 1
    with walk.hour(9, 20), monkeypatch.context() as broken:
        broken.setattr("records.documents.issue_many", full_disk)
        jobs.run(job.pk)
    with walk.hour(9, 30):
        page = approver.open(approver.open(batch).link(rf"/jobs/{job.pk}/"))
        assert "任务中断，已完成的部分保留" in page.text
        assert "系统内部错误（OSError）" in page.text
        for username in ("county_lead", "ent_admin"):
            assert walk[username].client.get(page.path).status_code == 404
        assert certificates_made() == NUMBERS[:1]
        assert sweep_jobs() == 0, "what failed waits for somebody to look at it"
        approver.take(page.path, "resume")
        approver.send(page, "/moves/resume/", status=409)
    with walk.hour(9, 40):
        assert (sweep_jobs(), sweep_jobs()) == (1, 0)
    assert certificates_made() == NUMBERS


def full_disk(papers) -> None:
    raise OSError(28, "No space left on device")


def handed_out(walk: MoneyWalk, batch: str) -> None:
    """One archive with the notice and every certificate; each unit is told once, and reads its own."""
    with walk.hour(10):
        page = walk["bureau_clerk"].open(batch)
        archive = zipfile.ZipFile(
            io.BytesIO(walk["bureau_clerk"].client.get(page.link("/archive/")).getvalue())
        )
        listed = program("bureau_clerk").get("/api/v1/certificate-batches/").json()["results"]
    assert len(archive.namelist()) == 4
    assert [one["number"] for one in listed] == [NOTICE]
    notice = Document.objects.get(kind="recognition_notice")
    said = words_of(content_of(notice))
    assert [said.index(number) for number in NUMBERS] == sorted(said.index(number) for number in NUMBERS)
    told = Notice.objects.filter(
        event="institutes.certificatebatch.order", recipient__username__startswith="ent_admin"
    )
    assert sorted(told.values_list("recipient__username", flat=True)) == [
        "ent_admin",
        "ent_admin2",
        "ent_admin3",
    ]
    with walk.hour(10, 30):
        assert NUMBERS[0] in walk.admin.open(walk.url).text
        assert Page(walk["ent_admin2"].client.get(walk.url)).status == 404


def institute_of(walk: MoneyWalk) -> Institute:
    return Institute.objects.select_related("recognition").get(recognition__application=walk.application)


def named_anew(walk: MoneyWalk) -> None:
    """Asked for by the unit, seen by its county, checked by one of the bureau and approved by another."""
    filler, staff = walk.filler, walk[walk.county.staff.username]
    clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
    institute = institute_of(walk)
    other = Institute.objects.exclude(pk=institute.pk).first().name
    walk.pass_days(2)
    with walk.hour(9):
        page = filler.open(filler.open(institute.get_absolute_url()).link("/changes/new/"))
        page = filler.open("/changes/new/" + page.link(r"kind=name"))
        typed = {"grounds": GROUNDS, "file_resolution": sample_pdf("理事会决议")}
        filler.send(page, "/changes/new/", value=other, status=409, **typed)
        url = filler.send(
            page, "/changes/new/", value=NEW_NAME, **typed | {"file_resolution": sample_pdf("决议")}
        ).path
        filler.take(url, "hand_up")
        assert filler.post(f"{url}moves/hand_in/").status == 403
        walk.admin.take(url, "hand_in")
    with walk.hour(10):
        for username in ("county_staff2", "county_lead2", "ent_filler2"):
            assert Page(walk[username].client.get(url)).status == 404
            assert walk[username].post(f"{url}moves/give_opinion/").status == 404
        assert staff.workbasket().link(r"/changes/\d+/") == url
        staff.take(url, "give_opinion", position="agrees", opinion="决议真实有效，不影响建设任务。")
    with walk.hour(11):
        clerk.take(url, "check", finding="approve", opinion="决议齐全，名称符合格式。")
        assert clerk.post(f"{url}moves/approve/").status == 403
        assert institute_of(walk).name != NEW_NAME
        behind = walk["bureau_approver2"].open(url)
        approver.take(url, "approve")
        walk["bureau_approver2"].send(behind, "/moves/approve/", status=409)
    with walk.hour(12):
        sweep(walk, PAPERS)
        assert "申请已批准" in walk.admin.open("/notices/").text
        assert "申请已批准" in staff.open("/notices/").text
    assert institute_of(walk).name == NEW_NAME


def replaced_before_everybody(walk: MoneyWalk) -> None:
    """The number of recognition stays; the former certificate says on its page that it is replaced."""
    old, new = Document.objects.filter(kind="certificate", subject_id=walk.application.pk).order_by("pk")
    assert (old.number, new.number) == (NUMBERS[0], f"{NUMBERS[0]} 换发1")
    assert NEW_NAME in words_of(content_of(new))
    former, latter = (Page(stranger().get(f"/verify/{paper.code}/")) for paper in (old, new))
    assert "证书已被换发" in former.text
    assert former.link(rf"/verify/{new.code}/")
    assert "现行有效" in latter.text
    assert latter.link(rf"/verify/{old.code}/")
    found = Page(stranger().get("/directory/", {"q": walk.application.institute_name}))
    assert NEW_NAME in found.text, "found by its former name"
    assert (
        walk.application.institute_name in Page(stranger().get(f"/directory/{institute_of(walk).pk}/")).text
    )


def no_money_while_it_is_stopped(walk: MoneyWalk) -> None:
    """Between the stop and its end the approver is refused the money, and is told why; afterwards it goes on."""
    walk.pass_days()
    walk.name_account()
    walk.confirm_award()
    walk.check_account()
    clerk, approver = walk["bureau_clerk2"], walk["bureau_approver2"]
    walk.pass_days()
    with walk.hour(9):
        page = clerk.open(f"/suspensions/new/?institute={institute_of(walk).pk}")
        until = walk.day + timedelta(days=60)
        typed = {"grounds": "被列入经营异常名录，未按期移出。", "measures": "办理移出。"}
        clerk.send(page, "/suspensions/new/", until=walk.day.isoformat(), status=409, **typed)
        url = clerk.send(page, "/suspensions/new/", until=until.isoformat(), **typed).path
        assert clerk.post(f"{url}moves/approve/").status == 403
        assert Page(walk.admin.client.get(url)).status == 404, "what is only proposed the unit does not read"
        approver.take(url, "approve")
        assert "资格已暂停" in walk.admin.open("/notices/").text
        assert "资格暂停中" in Page(stranger().get(f"/directory/{institute_of(walk).pk}/")).text
        certificate = Document.objects.filter(kind="certificate", subject_id=walk.application.pk).latest("pk")
        assert "资格暂停中" in Page(stranger().get(f"/verify/{certificate.code}/")).text
    assert "资格已暂停" in walk.approve(status=409).text
    walk.pass_days(5)
    with walk.hour(9):
        clerk.take(url, "propose_restoration", findings="已移出经营异常名录，查询记录附后。")
        assert clerk.post(f"{url}moves/restore/").status == 403
        approver.take(url, "restore")
        assert "资格已恢复" in walk.admin.open("/notices/").text
    walk.approve()


def heard_and_revoked(walk: MoneyWalk) -> None:
    """The unit hears of it by the notice of intent, states its case once, and gets the decision with its remedy."""
    clerk, approver = walk["bureau_clerk2"], walk["bureau_approver"]
    walk.pass_days(20)
    with walk.hour(9):
        page = clerk.open(f"/revocations/new/?institute={institute_of(walk).pk}")
        typed = {"cause": "false_material", "facts": FACTS, "files": [sample_pdf("社会保险缴纳记录")]}
        url = clerk.send(page, "/revocations/new/", **typed).path
        assert Page(walk.admin.client.get(url)).status == 404
        assert clerk.post(f"{url}moves/notify/").status == 403
        approver.take(url, "notify")
    with walk.hour(10):
        shown = walk.admin.open(walk.admin.workbasket().link(r"/revocations/\d+/"))
        assert "您有权陈述、申辩" in shown.text
        assert (
            approver.post(f"{url}moves/revoke/", {"minute_number": "示例", "decision": "示例"}).status == 409
        )
        assert walk.filler.post(f"{url}moves/state/", {"statement": STATEMENT}).status == 403
        assert walk["ent_admin2"].post(f"{url}moves/state/", {"statement": STATEMENT}).status == 404
        walk.admin.take(url, "state", statement=STATEMENT, files=[sample_pdf("到岗人员名单")])
        walk.admin.send(shown, "/moves/state/", status=409, statement=STATEMENT)
        assert STATEMENT in approver.open(url).text
    walk.pass_days(5)
    with walk.hour(10):
        approver.take(url, "revoke", minute_number="石科党组纪要〔2026〕11号", decision=DECISION)
    with walk.hour(11):
        sweep(walk, PAPERS)
        assert "认定已撤销" in walk.admin.open("/notices/").text
    letters = {
        one.kind: words_of(content_of(one)) for one in Document.objects.filter(kind__startswith="revocation")
    }
    assert set(letters) == {"revocation_intent", "revocation_decision"}
    assert FACTS in letters["revocation_intent"]
    assert DECISION in letters["revocation_decision"]
    assert "行政复议" in letters["revocation_decision"]
    with walk.hour(11):
        assert "认定已撤销" in walk["bureau_clerk"].open(walk.award_url).text
        plans = walk["bureau_clerk"].open("/plans/new/")
        form = walk["bureau_clerk"].open(plans.link(r"/plans/new/\d+/$"))
        assert "没有可列入的资金" in form.text


def remembered(walk: MoneyWalk) -> None:
    """The public register keeps all of it; both certificates say that they are void; the others stand."""
    institute = institute_of(walk)
    for paper in Document.objects.filter(kind="certificate", subject_id=walk.application.pk):
        assert "认定已撤销，证书失效" in Page(stranger().get(f"/verify/{paper.code}/")).text
    assert NEW_NAME not in Page(stranger().get("/directory/")).text
    assert NEW_NAME in Page(stranger().get("/directory/", {"standing": "revoked"})).text
    page = Page(stranger().get(f"/directory/{institute.pk}/"))
    for words in ("认定已撤销", NEW_NAME, walk.application.institute_name):
        assert words in page.text
    told = Page(stranger().get("/directory/changes/")).text
    places = [
        told.index(words)
        for words in ("撤销认定", "恢复资格", "暂停资格", f"{walk.application.institute_name} {NEW_NAME}")
    ]
    assert places == sorted(places), "the latest first"
    other = Document.objects.filter(kind="certificate").exclude(subject_id=walk.application.pk).first()
    assert "现行有效" in Page(stranger().get(f"/verify/{other.code}/")).text
    assert sorted(certificates_made()) == sorted([*NUMBERS, f"{NUMBERS[0]} 换发1"])
