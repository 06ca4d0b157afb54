"""The blinded package: searched, cleared by two people, frozen; nothing in it tells whose it is."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from accounts.roles import Role
from evaluation import integrity, selectors, services, tasks
from evaluation.enums import AssignmentState as A
from evaluation.enums import FileChoice, HitAnswer, PackageState
from evaluation.models import BlindFile, BlindHit, BlindPackage, Panel
from institutes import book
from records import audit, clock, deadlines, pdf
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from records.workbooks import Column, write
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.evaluation import (
    AssignmentFactory,
    BlindFileFactory,
    BlindHitFactory,
    BlindPackageFactory,
    PanelFactory,
    ReviewEditionFactory,
    reviewed_application,
)
from tests.factories.records import AttachmentFactory

pytestmark = pytest.mark.django_db
HOST, USCC = "石家庄示例诱饵精密股份有限公司", "91130102MA0BA1TX0X"
OTHER, DIRECTOR, MAIL = "示例诱饵大学", "诱饵院长甲", "bait@bait-firm.example"
PHONE, STREET, INSTITUTE = "13800009876", "石家庄市长安区诱饵大街 9 号", "石家庄市诱饵精密产业技术研究院"
BANK = "6222021234567890123"
CANARIES = (HOST, "示例诱饵精密", USCC, OTHER, DIRECTOR, MAIL, PHONE, "诱饵大街", INSTITUTE, BANK)


def application_with(background: str = "", **answers):
    host = OrganisationFactory(
        name=HOST,
        short_name="",
        legal_rep=DIRECTOR,
        uscc=USCC,
        contact_email=MAIL,
        contact_mobile=PHONE,
        address=STREET,
    )
    said = {
        "basics": {"institute_name": INSTITUTE, "industry": "示例材料"},
        "host": {"host_name": HOST, "uscc": USCC},
        "partners": {"partners": [{"key": "0", "name": OTHER}]},
        "governance": {"director": DIRECTOR},
        "team": {"people": [{"key": "0", "name": DIRECTOR}]},
        "plan": {"background": background},
    }
    return reviewed_application(host=host, institute_name=INSTITUTE, answers=said | answers)


def searched(background: str = "", **more) -> BlindPackage:
    ReviewEditionFactory()
    panel = PanelFactory(application=application_with(background, **more), package=False)
    package = BlindPackageFactory(panel=panel, scanned_at=None, scanned_by=None, content=[])
    return services.search_package(package=package)


def annex(application, name: str, content: bytes, kind: str):
    from django.core.files.base import ContentFile

    row = AttachmentFactory(subject=application, kind="licence", name=name, content_type=kind)
    row.file.save(name, ContentFile(content))
    return row


def a_text_pdf(text: str, *, author: str = "") -> bytes:
    head = f"<head><meta charset='utf-8'><meta name='author' content='{author}'></head>"
    return pdf.render(f"<html>{head}<body><p>{text}</p></body></html>", css=[])


def a_photo(artist: str = "") -> bytes:
    target, picture = io.BytesIO(), Image.new("RGB", (320, 240), "#ccddee")
    about = picture.getexif()
    about[0x013B] = artist
    picture.save(target, "JPEG", exif=about)
    return target.getvalue()


# --- the search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("示例 诱饵 精密 牵头建设", ["示例 诱饵 精密"]),
        ("示例·诱饵精密牵头", ["示例·诱饵精密"]),
        ("代码９１１３０１０２ＭＡ０ＢＡ１ＴＸ０Ｘ", ["９１１３０１０２ＭＡ０ＢＡ１ＴＸ０Ｘ"]),
        ("与示例诱饵 大学共建", ["示例诱饵 大学"]),
        ("诱 饵 院 长 甲主持", ["诱 饵 院 长 甲"]),
        ("网址 www.bait-firm.example", ["bait-firm.example"]),
        ("电话 1 3 8 0 0 0 0 9 8 7 6", ["1 3 8 0 0 0 0 9 8 7 6"]),
        ("位于诱饵大街９号", ["诱饵大街９号"]),
        ("诱饵精密 产业技术研究院", ["诱饵精密 产业技术研究院"]),
        ("示例材料行业发展很快，研发投入 360 万元", []),
        ("", []),
    ],
)
def test_the_same_words_in_another_dress_are_found(text, found):
    package = searched(text)

    assert list(package.hits.values_list("found", flat=True)) == found
    assert package.state == (PackageState.PREPARING if found else PackageState.FROZEN)


def test_the_exact_words_are_replaced_without_anybody():
    package = searched(f"{HOST}与{OTHER}由{DIRECTOR}牵头，{MAIL}，{PHONE}，{USCC}，{STREET}，{INSTITUTE}。")

    assert (package.hits.count(), package.state, package.issue) == (0, PackageState.FROZEN, 1)
    assert [word for word in CANARIES if word in str(package.content)] == []


def test_a_place_is_named_with_its_words_around():
    hit = searched("本项目由示例 诱饵精密牵头建设").hits.get()

    assert (hit.before, hit.found, hit.after) == ("本项目由", "示例 诱饵精密", "牵头建设")
    assert (hit.path, hit.code) == ("plan/background", "【依托单位】")
    assert "建设背景" in hit.place or "·" in hit.place


def test_what_is_chance_in_a_word_of_the_industry_is_not_looked_for():
    application = application_with("示例材料")
    form = book.of_edition("2022")
    needles = book.needles_for(form, application, application.versions.get().answers)

    assert [n for n in needles if n in "示例材料"] == []
    assert book.traces("示例材料", needles) == []


# --- clearing, by two people ------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(db):
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def approver(db):
    return person(Role.BUREAU_APPROVER)


def test_nothing_is_drawn_before_every_place_is_cleared(clerk):
    package = searched("示例 诱饵精密牵头")
    panel = Panel.objects.get(pk=package.panel_id)

    with pytest.raises(IllegalMove, match="盲审包尚未核对冻结"):
        services.pledge_draw(panel=panel, by=clerk)
    with pytest.raises(Incomplete, match="尚未处理"):
        services.freeze_package(package=package, by=clerk)
    assert deadlines.current(package).holder_role == Role.BUREAU_CLERK


def test_a_mask_stands_in_the_copy_alone(clerk):
    package = searched("由示例 诱饵精密牵头")
    hit = package.hits.get()

    services.mask_hit(package=package, hit=hit, replacement="【依托单位】", by=clerk)
    services.freeze_package(package=package, by=clerk)

    version = package.panel.application.versions.get()
    assert "由【依托单位】牵头" in str(package.content)
    assert version.answers["plan"]["background"] == "由示例 诱饵精密牵头"
    assert (package.state, package.fingerprint) == ("frozen", selectors.fingerprint_of(package))


def test_a_mask_that_tells_is_refused(clerk):
    package = searched("由示例 诱饵精密牵头")

    with pytest.raises(Incomplete, match="仍含标识信息"):
        services.mask_hit(package=package, hit=package.hits.get(), replacement="示例诱饵精密", by=clerk)
    with pytest.raises(Incomplete, match="替换文字"):
        services.mask_hit(package=package, hit=package.hits.get(), replacement=" ", by=clerk)


def test_words_stay_by_two_people_with_a_reason(clerk, approver):
    package = searched("由示例 诱饵精密牵头")
    hit = package.hits.get()

    with pytest.raises(IllegalMove, match="没有待同意"):
        services.waive_hit(package=package, hit=hit, by=approver)
    with pytest.raises(Incomplete, match="理由"):
        services.ask_waiver(package=package, hit=hit, reason=" ", by=clerk)
    services.ask_waiver(package=package, hit=hit, reason="行业通用说法", by=clerk)
    with pytest.raises(SamePerson):
        services.waive_hit(package=package, hit=hit, by=clerk)
    services.waive_hit(package=package, hit=hit, by=approver)
    services.freeze_package(package=package, by=clerk)

    hit.refresh_from_db()
    assert (hit.answer, hit.asked_by, hit.answered_by) == (HitAnswer.WAIVED, clerk, approver)
    assert [e.verb.rpartition(".")[2] for e in audit.history(package)][-3:] == [
        "ask_waiver",
        "waive",
        "freeze",
    ]


def test_a_further_search_keeps_what_was_cleared(clerk):
    package = searched("由示例 诱饵精密牵头，诱 饵 院 长 甲主持")
    masked = package.hits.get(found="示例 诱饵精密")
    services.mask_hit(package=package, hit=masked, replacement="某单位", by=clerk)
    due_on = deadlines.current(package).due_on

    services.scan_package(package=package, by=clerk)

    assert sorted(package.hits.values_list("answer", flat=True)) == ["masked", "open"]
    assert "由某单位牵头" in str(package.content)
    assert deadlines.current(package).due_on == due_on


def test_a_package_taken_back_shuts_the_experts_out_until_it_is_frozen_anew(clerk, client):
    seat = AssignmentFactory(state=A.COMMITTED)
    package = seat.panel.package
    client.force_login(seat.expert.user)
    address = f"/api/v1/assignments/{seat.pk}/package/"
    before = client.get(address).status_code

    services.reopen_package(package=package, reason="材料中仍能看出单位", by=clerk)
    shut, page = client.get(address).status_code, client.get(seat.get_absolute_url())
    services.freeze_package(package=package, by=clerk)

    assert (before, shut, client.get(address).status_code, package.issue) == (200, 403, 200, 2)
    assert (page.context["package"], page.context["waits"]) == (None, True)


def test_once_the_panel_has_concluded_nothing_is_taken_back(clerk):
    package = PanelFactory(state="concluded").package

    with pytest.raises(IllegalMove, match="已结束"):
        services.reopen_package(package=package, reason="示例理由", by=clerk)


def test_a_second_thought_shows_the_words_again(clerk):
    package = searched("由示例 诱饵精密牵头")
    hit = package.hits.get()
    services.mask_hit(package=package, hit=hit, replacement="某单位", by=clerk)

    services.mask_hit(package=package, hit=hit, replacement="牵头方", by=clerk)
    assert "由牵头方牵头" in str(package.content)

    services.ask_waiver(package=package, hit=hit, reason="行业通用说法", by=clerk)
    assert (hit.answer, "由示例 诱饵精密牵头" in str(package.content)) == (HitAnswer.ASKED, True)


# --- annexes ----------------------------------------------------------------------------------------------------------


def test_annexes_go_out_only_where_they_could_be_searched_wholly():
    panel = PanelFactory(application=application_with(), package=False)
    application = panel.application
    annex(
        application,
        f"{HOST}审计报告.pdf",
        a_text_pdf("研发费用合计 360 万元，占营业收入 3%。", author=DIRECTOR),
        "application/pdf",
    )
    annex(
        application, "协议.pdf", a_text_pdf(f"{HOST}与{OTHER}共建协议，签字：{DIRECTOR}"), "application/pdf"
    )
    annex(application, "照片.jpg", a_photo(), "image/jpeg")
    package = BlindPackageFactory(panel=panel, scanned_at=None, scanned_by=None, content=[])

    services.search_package(package=package)

    files = {row.attachment.name: row for row in package.files.select_related("attachment")}
    assert {name: row.finding for name, row in files.items()} == {
        f"{HOST}审计报告.pdf": "clear",
        "协议.pdf": "hits",
        "照片.jpg": "unknown",
    }
    assert [row.attachment.name for row in selectors.released_files(panel)] == [f"{HOST}审计报告.pdf"]
    assert {hit.place for hit in files["协议.pdf"].hits.all()} == {"第 1 页"}
    assert {hit.place for hit in files[f"{HOST}审计报告.pdf"].hits.all()} >= {"文件名"}
    assert package.state == PackageState.FROZEN


def test_a_scan_goes_out_by_two_people(clerk, approver):
    file = BlindFileFactory()
    package = file.package
    with pytest.raises(IllegalMove):
        services.open_file(package=package, file=file, by=approver)

    services.ask_file(package=package, file=file, reason="已人工核看，无单位信息", by=clerk)
    with pytest.raises(SamePerson):
        services.open_file(package=package, file=file, by=clerk)
    with pytest.raises(Incomplete, match="第二人"):
        services.freeze_package(package=package, by=clerk)
    services.open_file(package=package, file=file, by=approver)
    services.freeze_package(package=package, by=clerk)

    assert [row.pk for row in selectors.released_files(package.panel)] == [file.pk]
    with pytest.raises(IllegalMove):
        services.withhold_file(package=package, file=file, reason="示例理由", by=clerk)


def test_an_annex_is_kept_back_and_of_another_package_refused(clerk):
    file, other = BlindFileFactory(finding="clear", gap=""), BlindFileFactory()

    services.withhold_file(package=file.package, file=file, reason="内容与评审无关", by=clerk)

    assert (file.choice, file.is_released) == (FileChoice.WITHHELD, False)
    with pytest.raises(Conflict):
        services.withhold_file(package=file.package, file=other, reason="示例理由", by=clerk)


def released(content: bytes, name: str, kind: str):
    """A seat whose expert may open the one annex of the package, let go by two people."""
    panel = PanelFactory(application=application_with(), state="scoring", package=False)
    row = annex(panel.application, name, content, kind)
    package = BlindPackageFactory(panel=panel, frozen=True)
    BlindFileFactory(
        package=package, attachment=row, choice="opened", reason="示例理由",
        asked_at=clock.now(), asked_by=UserFactory(), chosen_at=clock.now(), chosen_by=UserFactory(),
    )  # fmt: skip
    return AssignmentFactory(panel=panel, state=A.COMMITTED)


def test_a_pdf_is_marked_on_every_page_and_says_nothing_of_its_maker(client):
    seat = released(a_text_pdf("研发费用合计", author=DIRECTOR), f"{HOST}.pdf", "application/pdf")
    client.force_login(seat.expert.user)

    answer = client.get(reverse("evaluation:assignment-file", args=[seat.pk, 1]))

    reader = PdfReader(io.BytesIO(answer.content))
    assert all(str(seat) in page.extract_text() for page in reader.pages)
    assert (reader.metadata or {}, "/Metadata" in reader.trailer["/Root"]) == ({}, False)
    assert [word for word in CANARIES if word in str(answer.headers) or word.encode() in answer.content] == []
    assert answer.headers["Content-Disposition"].endswith(".pdf")


def test_a_picture_is_drawn_anew_under_the_mark(client):
    seat = released(a_photo("Bait Firm"), f"{HOST}.jpg", "image/jpeg")
    client.force_login(seat.expert.user)

    answer = client.get(f"/api/v1/assignments/{seat.pk}/files/1/")

    drawn = Image.open(io.BytesIO(answer.content))
    assert (b"Bait" in answer.content, len(drawn.getexif()), drawn.size) == (False, 0, (320, 240))
    assert drawn.convert("L").getextrema()[0] < 180  # something was written on the plain ground


def test_a_workbook_comes_as_cells_without_names(client):
    content = write("人员", [Column("姓名"), Column("单位")], [], [[DIRECTOR, HOST], ["示例乙", "其他"]])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    seat = released(content, f"{HOST}.xlsx", kind)
    client.force_login(seat.expert.user)

    answer = client.get(reverse("evaluation:assignment-file", args=[seat.pk, 1]))

    from records.extracts import sheets_of

    cells = [text for _name, rows in sheets_of(answer.content) for row in rows for text in row]
    assert [word for word in CANARIES if word in str(cells)] == []
    assert str(seat) in cells[0]


def test_files_open_to_their_expert_alone(client):
    seat = released(a_photo(), "照片.jpg", "image/jpeg")
    colleague = AssignmentFactory(panel=seat.panel, state=A.INVITED)
    manager = person(Role.AGENCY, organisation=seat.panel.agency)
    address = reverse("evaluation:assignment-file", args=[seat.pk, 1])

    answers = []
    for who in (seat.expert.user, colleague.expert.user, manager, person(Role.BUREAU_CLERK)):
        client.force_login(who)
        answers.append(client.get(address).status_code)
    client.force_login(seat.expert.user)
    services.recuse_assignment(assignment=seat, ground="interest", reason="示例理由", by=seat.expert.user)

    assert answers == [200, 404, 403, 403]
    assert (
        client.get(address).status_code,
        client.get(f"/api/v1/assignments/{seat.pk}/files/1/").status_code,
    ) == (403, 403)


# --- who reads what was found -----------------------------------------------------------------------------------------


def test_no_byte_for_experts_and_agency_holds_a_canary(client):
    seat = released(a_text_pdf("研发费用合计", author=DIRECTOR), f"{HOST}.pdf", "application/pdf")
    package, manager = seat.panel.package, person(Role.AGENCY, organisation=seat.panel.agency)
    BlindHitFactory(package=package, found=HOST, before=DIRECTOR, after=OTHER, reason=MAIL, answer="masked",
                    replacement="示例", answered_at=clock.now(), answered_by=UserFactory())  # fmt: skip
    clerk = person(Role.BUREAU_CLERK)
    services.reopen_package(package=package, reason=f"能看出是{HOST}", by=clerk)
    services.freeze_package(package=package, by=clerk)
    own, api = f"/api/v1/assignments/{seat.pk}/", f"/api/v1/packages/{package.pk}/"
    common = [
        reverse("home"),
        reverse("notices:notice-list"),
        "/api/v1/notices/",
        "/api/v1/deadlines/",
        "/api/v1/documents/",
    ]
    asked = {
        seat.expert.user: [
            seat.get_absolute_url(), reverse("evaluation:assignment-list"), own, f"{own}package/", f"{own}history/",
            f"{own}files/1/", reverse("evaluation:assignment-file", args=[seat.pk, 1]),
            reverse("evaluation:assignment-move", args=[seat.pk, "lock"]), "/api/v1/assignments/",
        ],
        manager: [
            package.get_absolute_url(), seat.panel.get_absolute_url(), reverse("evaluation:panel-list"),
            reverse("evaluation:panel-export", args=["csv"]), f"{reverse('evaluation:panel-list')}?q={HOST}",
            api, f"{api}files/", f"{api}history/", f"{api}moves/", "/api/v1/packages/", "/api/v1/panels/",
        ],
    }  # fmt: skip

    found = []
    for who, addresses in asked.items():
        client.force_login(who)
        for address in (*addresses, *common):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200, address
            text = body.replace(f"?q={HOST}".encode(), b"").decode("utf-8", "replace") + str(answer.headers)
            text = text.replace(f'value="{HOST}"', "") if "?q=" in address else text
            found += [(address, word) for word in CANARIES if word in text and "?q=" not in address]

    assert found == []
    client.force_login(manager)
    assert client.get(f"{api}hits/").status_code == 403
    client.force_login(clerk)
    assert HOST in client.get(f"{api}hits/").json()[0]["found"]
    assert HOST in client.get(package.get_absolute_url()).text


def test_the_expert_sees_no_package_and_another_agency_none(client):
    package = PanelFactory().package
    for who in (person(Role.EXPERT), person(Role.AGENCY), person(Role.ENT_ADMIN)):
        client.force_login(who)
        assert client.get(package.get_absolute_url()).status_code == 404
        assert client.get(f"/api/v1/packages/{package.pk}/").status_code == 404


def test_the_pages_by_which_it_is_cleared(client, clerk, approver):
    package = searched("由示例 诱饵精密牵头")
    hit, base = package.hits.get(), package.get_absolute_url()
    client.force_login(clerk)

    page = client.get(base)
    asked = client.get(f"{base}moves/mask/?hit={hit.pk}&replacement=某单位")
    bad = client.post(f"{base}moves/mask/", {"hit": hit.pk, "replacement": ""})
    client.post(f"{base}moves/ask_waiver/", {"hit": hit.pk, "reason": "行业通用说法"})
    client.force_login(approver)
    done = client.post(f"{base}moves/waive/", {"hit": hit.pk})
    client.force_login(clerk)
    client.post(f"{base}moves/freeze/")

    package.refresh_from_db()
    assert (page.status_code, "<mark>示例 诱饵精密</mark>" in page.text) == (200, True)
    assert (asked.status_code, 'value="某单位"' in asked.text, bad.status_code) == (200, True, 422)
    assert (done.status_code, package.state) == (302, PackageState.FROZEN)


# --- tasks, rows ------------------------------------------------------------------------------------------------------


def test_done_twice_it_is_searched_once_and_the_sweep_finds_the_lost():
    ReviewEditionFactory()
    package = BlindPackageFactory(scanned_at=None, scanned_by=None, content=[])
    forgotten = PanelFactory(package=False)

    tasks.scan_package(package.pk)
    tasks.scan_package(package.pk)
    swept = tasks.sweep_packages()

    assert audit.history(package).filter(verb="evaluation.blindpackage.scan").count() == 1
    assert (swept, forgotten.package.state, tasks.sweep_packages()) == (1, PackageState.FROZEN, 0)


def test_what_was_changed_by_hand_is_an_alarm():
    package = PanelFactory().package
    assert integrity.packages_are_as_they_were_frozen() == []

    BlindPackage.objects.filter(pk=package.pk).update(content=[{"items": []}])

    assert len(integrity.packages_are_as_they_were_frozen()) == 1


@pytest.mark.parametrize(
    ("make", "fields", "name"),
    [
        (BlindPackageFactory, {"state": "frozen"}, "evaluation_blindpackage_frozen_after_a_scan"),
        (BlindHitFactory, {"answer": "masked"}, "evaluation_blindhit_answered_by_somebody"),
        (BlindHitFactory, {"answer": "asked"}, "evaluation_blindhit_waived_with_a_reason"),
        (BlindFileFactory, {"choice": "withheld"}, "evaluation_blindfile_chosen_with_a_reason"),
        (BlindFileFactory, {"choice": "opened", "reason": "示例"}, "evaluation_blindfile_opened_by_two"),
    ],
)
def test_rows_that_no_form_would_store(make, fields, name):
    row = make()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


def test_one_person_is_not_two():
    hit, user = BlindHitFactory(), UserFactory()
    file = BlindFileFactory()

    with pytest.raises(IntegrityError, match="asked_by_not_answered_by"), transaction.atomic():
        BlindHit.objects.filter(pk=hit.pk).update(
            asked_by=user, asked_at=clock.now(), answered_by=user, answered_at=clock.now()
        )
    with pytest.raises(IntegrityError, match="asked_by_not_chosen_by"), transaction.atomic():
        BlindFile.objects.filter(pk=file.pk).update(
            asked_by=user, asked_at=clock.now(), chosen_by=user, chosen_at=clock.now()
        )
