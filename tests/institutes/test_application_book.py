"""The application book as a paper: every version handed in, and a draft that is marked as one."""

import re
import subprocess

import pytest

from accounts.enums import OrganisationKind
from accounts.roles import Role
from institutes import book, documents, selectors, services
from institutes.enums import ApplicationState as S
from institutes.models import Application
from portal.selectors.papers import papers_visible_to
from records import audit, clock
from records.attachments import attach_file
from records.documents import verification_url
from records.models import AuditEvent, Document
from tests.factories.accounts import OrganisationFactory, UserFactory, make_uscc, person
from tests.factories.institutes import ApplicationFactory, a_patent_number, a_pdf, engage, fill
from tests.institutes import qr

pytestmark = pytest.mark.django_db

RARE = ("示例𬭎", "示例㛃", "示例喆", "示例堃", "示例𠮷")
LONG = "示例：面向产业链关键环节的共性技术需求，分年度开展联合攻关、中试验证和成果推广。" * 12
PDF_MOST_BYTES = 2 * 1024**2


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def admin(filler):
    return person(Role.ENT_ADMIN, organisation=filler.organisations[0])


@pytest.fixture
def application(filler):
    return fill(ApplicationFactory(host=filler.organisations[0]))


def enlarge(application: Application) -> Application:
    """A book of the size that a city meets: 25 people, 45 rows of equipment, 8 co-builders, long texts."""
    answers = {section.code: section for section in application.sections.all()}
    partners = answers["partners"].answers["partners"]
    for n in range(3, 8):
        partners.append(
            partners[0]
            | {"key": str(n), "name": f"示例共建单位{n}", "uscc": make_uscc(91_000 + n), "money": "0.00"}
        )
    partners[1] |= {"other": LONG[:290], "people": 6, "site_m2": "320.5"}
    people = answers["governance"].answers["people"]
    people += [
        people[0] | {"key": str(len(people) + n), "name": f"示例理事{n}", "employer": f"示例共建单位{n}"}
        for n in range(3, 8)
    ]
    roster = answers["team"].answers["roster"]
    roster += [
        roster[-1] | {"key": str(len(roster) + n), "name": f"示例兼职{n}"} for n in range(25 - len(roster))
    ]
    for row, name in zip(roster, RARE, strict=False):
        row["name"] = name
    answers["team"].answers |= {"rd_parttime": 5, "headcount_total": 33, "master": 25}
    premises = answers["premises"].answers
    premises["equipment"] = [
        premises["equipment"][0]
        | {"key": str(n), "name": f"示例高温真空烧结炉及配套系统 {n + 1}", "model": f"SL-2000/{n:03d}"}
        for n in range(45)
    ]
    premises["equipment_value"] = "58500000.00"
    base = answers["base"].answers
    year = application.call.year - 1
    base["patents"] = [
        base["patents"][0] | {"key": str(n), "number": a_patent_number(year, serial=n + 1)} for n in range(18)
    ]
    base["software"] = [
        {
            "key": str(n),
            "name": f"示例检测数据管理软件 V{n + 1}.0",
            "number": f"{year}SR00000{n:02d}",
            "registered_on": f"{year}-03-14",
            "owner": application.host.name,
        }
        for n in range(6)
    ]
    answers["plan"].answers |= {"background": f"{LONG}\n{LONG}\n{LONG}", "task_integration": LONG}
    for section in answers.values():
        section.save(update_fields=["answers"])
    for n in range(3, 8):
        upload = a_pdf(
            f"示例共建协议（第{n}份，含补充约定与附表）.pdf", b"%PDF-1.4\n" + str(n).encode() + b"\n%%EOF"
        )
        attach_file(subject=application, kind="agreement", upload=upload, by=application.begun_by)
    return application


def hand_in(application, filler, admin) -> AuditEvent:
    """Submit and pass on; the line of the register that promises the paper."""
    services.submit_application(application=application, by=filler)
    services.approve_application(application=application, by=admin)
    return audit.history(application).filter(data__has_key="paper").last()


def supplement(application, filler) -> AuditEvent:
    """Hand in a second version, as after a notice of supplement."""
    Application.objects.filter(pk=application.pk).update(
        state=S.SUPPLEMENT_REQUESTED,
        county_proposed_at=clock.now(),
        county_proposed_by=UserFactory(),
        county_signed_at=clock.now(),
        county_signed_by=UserFactory(),
        formal_proposed_at=clock.now(),
        formal_proposed_by=UserFactory(),
        formal_confirmed_at=clock.now(),
        formal_confirmed_by=UserFactory(),
    )
    application.refresh_from_db()
    services.resubmit_application(application=application, by=filler)
    return audit.history(application).filter(data__has_key="paper").last()


def text_of(path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


def pages_of(path) -> list[str]:
    return text_of(path).split("\f")[:-1]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_book_is_printed_as_it_was_frozen(application, filler, admin):
    event = hand_in(application, filler, admin)
    application.sections.filter(code="basics").update(answers={})

    context = documents.application_book(application, event)

    version = application.versions.get()
    assert (context["version"], context["data_digest"]) == (1, version.digest)
    assert (context["number"], context["application_number"]) == (
        event.data["paper"]["number"],
        application.number,
    )
    assert context["institute"] == version.answers["basics"]["institute_name"]
    assert [chapter["number"] for chapter in context["chapters"]] == [str(n) for n in range(1, 12)]
    assert len(context["annexes"]) == len(version.attachments)
    assert context["annexes"][0]["label"] == "营业执照"
    licence = next(file for file in version.attachments if file["kind"] == "licence")
    assert context["annexes"][0]["sha256"] == licence["sha256"][:16]


def test_whom_the_unit_asks_to_stay_away_stands_on_no_paper(application):
    application.sections.create(
        code="recusal",
        answers={"exclusions": [{"key": "0", "expert": "示例回避", "reason": "示例"}]},
        saved_at=clock.now(),
        saved_by=application.begun_by,
    )

    context = documents.book_as_paper(application)

    assert "recusal" not in {chapter["code"] for chapter in context["chapters"]}
    assert "示例回避" not in str(context)


def test_short_facts_share_a_line_and_long_ones_do_not():
    pairs = [("甲", "一"), ("乙", "二"), ("丙", "长" * 40), ("丁", "四"), ("戊", "五")]

    lines = book.printing._lines(pairs)

    assert [[label for label, _text in line] for line in lines] == [["甲", "乙"], ["丙"], ["丁", "戊"]]


# --- one for every version ------------------------------------------------------------------------------------------


def test_handing_in_promises_a_paper_with_a_number_of_its_own(
    application, filler, admin, django_capture_on_commit_callbacks, monkeypatch
):
    called = []
    monkeypatch.setattr("institutes.tasks.issue_paper.delay", called.append)

    with django_capture_on_commit_callbacks(execute=True):
        event = hand_in(application, filler, admin)

    year = clock.today().year
    assert event.verb == "institutes.application.unit_approve"
    assert event.data["paper"] == {"kind": "application_book", "number": f"SJZ-SBS-{year}-0001", "version": 1}
    assert called == [event.pk]


@pytest.fixture
def quick(monkeypatch):
    """Papers whose layout does not matter."""
    monkeypatch.setattr(
        "records.documents.make_pdf", lambda template, context, code="": b"%PDF-1.7 " + code.encode()
    )


def test_a_supplement_replaces_the_paper_of_the_version_before(application, filler, admin, quick):
    first = services.issue_paper(event=hand_in(application, filler, admin))

    event = supplement(application, filler)
    second = services.issue_paper(event=event)

    assert (first.title, second.title) == ("申报书（第 1 版）", "申报书（第 2 版）")
    assert (second.replaces, second.number[-4:]) == (first, "0002")
    assert list(selectors.papers_of(application)) == [second]
    assert services.issue_paper(event=event) == second
    assert Document.objects.about(application).count() == 2


def test_papers_are_made_in_the_order_of_the_versions_whatever_comes_first(application, filler, admin, quick):
    early = hand_in(application, filler, admin)
    late = supplement(application, filler)

    second = services.issue_paper(event=late)

    assert second.replaces == services.issue_paper(event=early)
    assert services.issue_missing_papers(before=clock.now()) == 0


def test_the_sweep_makes_a_second_version_that_was_lost(application, filler, admin, quick):
    services.issue_paper(event=hand_in(application, filler, admin))
    event = supplement(application, filler)

    assert services.issue_missing_papers(before=clock.now()) == 1
    assert Document.objects.filter(number=event.data["paper"]["number"]).exists()


# --- who reads it ---------------------------------------------------------------------------------------------------


def test_who_may_keep_the_book(client, application, filler, admin, quick):
    paper = services.issue_paper(event=hand_in(application, filler, admin))
    agency = OrganisationFactory(kind=OrganisationKind.AGENCY, division=None)
    Application.objects.filter(pk=application.pk).update(agency=engage(application, agency))
    readers = {
        "filler": filler,
        "county": person(Role.COUNTY_STAFF, division=application.division.code),
        "bureau": person(Role.BUREAU_CLERK),
        "auditor": person(Role.AUDITOR),
        "other unit": person(Role.ENT_FILLER),
        "agency": person(Role.AGENCY, organisation=agency),
        "expert": person(Role.EXPERT),
    }

    answers = {}
    for name, reader in readers.items():
        client.force_login(reader)
        answer = client.get(f"/papers/{paper.pk}/")
        b"".join(answer)
        answers[name] = answer.status_code
        assert papers_visible_to(reader).filter(pk=paper.pk).exists() == (answers[name] == 200), name

    allowed = dict.fromkeys(["filler", "county", "bureau", "auditor"], 200)
    assert answers == allowed | dict.fromkeys(["other unit", "agency", "expert"], 404)


def test_an_agency_that_knows_whose_case_it_is_gets_no_copy_either(client, application, filler, admin, quick):
    services.issue_paper(event=hand_in(application, filler, admin))
    agency = OrganisationFactory(kind=OrganisationKind.AGENCY, division=None)
    reviewer = person(Role.AGENCY, organisation=engage(application, agency))
    paper = Document.objects.get(kind="application_book")
    Application.objects.filter(pk=application.pk).update(
        agency=agency, reviewed_at=clock.now(), reviewed_by=reviewer, review_score="82.5"
    )
    client.force_login(reviewer)

    page = client.get(f"/applications/{application.pk}/")

    assert page.status_code == 200
    assert "申报书（第 1 版）" not in page.content.decode()
    assert client.get(f"/papers/{paper.pk}/").status_code == 404


def test_the_public_page_tells_number_and_hashes_and_nobodys_name(client, application, filler, admin, quick):
    paper = services.issue_paper(event=hand_in(application, filler, admin))

    page = client.get(f"/verify/{paper.code}/").content.decode()

    assert paper.number in page
    assert paper.sha256 in page
    assert application.versions.get().digest in page
    assert application.institute_name not in page
    assert application.host.name not in page
    assert client.get(f"/verify/{paper.code}/file/").status_code == 404


def test_the_page_of_the_book_leads_to_the_paper_of_the_version_shown(
    client, application, filler, admin, quick
):
    first = services.issue_paper(event=hand_in(application, filler, admin))
    second = services.issue_paper(event=supplement(application, filler))
    client.force_login(person(Role.BUREAU_CLERK))

    pages = {
        n: client.get(f"/applications/{application.pk}/book/?version={n}").content.decode() for n in (1, 2)
    }

    assert f'href="/papers/{first.pk}/"' in pages[1]
    assert f'href="/papers/{second.pk}/"' in pages[2]


# --- the draft ------------------------------------------------------------------------------------------------------


def test_the_unit_prints_its_draft_and_nobody_else_does(client, application, filler, quick):
    address = f"/applications/{application.pk}/book/draft/"
    client.force_login(filler)

    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not Document.objects.exists()
    for stranger in (person(Role.ENT_FILLER), person(Role.BUREAU_CLERK)):
        client.force_login(stranger)
        assert client.get(address).status_code == 404


def test_what_was_handed_in_is_no_draft_any_more(client, application, filler, admin, quick):
    hand_in(application, filler, admin)
    client.force_login(filler)

    answer = client.get(f"/applications/{application.pk}/book/draft/")

    assert (answer.status_code, answer.url) == (302, f"/applications/{application.pk}/book/")


# --- on paper -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_book_of_real_size_on_paper(application, filler, admin):
    event = hand_in(enlarge(application), filler, admin)

    paper = services.issue_paper(event=event)

    path, version = paper.file.path, application.versions.get()
    pages = pages_of(path)
    squeezed = ["".join(page.split()) for page in pages]
    everything = "".join(squeezed)
    assert paper.size < PDF_MOST_BYTES
    assert all(f"第{n}页共{len(pages)}页" in page for n, page in enumerate(squeezed, 1))
    assert all(version.digest in page and paper.code in page for page in squeezed)
    assert [
        name for name in ("示例𬭎", "示例㛃", "示例喆", "示例堃", "示例〔U+20BB7〕") if name not in everything
    ] == []
    assert "\ufffd" not in everything
    assert [n for n in range(45) if f"SL-2000/{n:03d}" not in everything] == []
    assert [n for n in range(3, 8) if f"示例共建单位{n}" not in everything] == []
    assert "示例共建协议（第7份" in everything
    assert "草稿" not in everything
    equipment = [page for page in squeezed if "SL-2000/" in page]
    assert len(equipment) > 1
    assert all("设备名称" in page and "产权单位" in page for page in equipment)
    fonts = subprocess.run(
        ["pdffonts", path], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r"\byes +yes +yes\b", line) for line in fonts)


@pytest.mark.slow
def test_every_page_of_a_long_book_carries_its_code(application, filler, admin, tmp_path):
    """Any page taken from the pile leads to the page on which it is verified: no module of its code is missing."""
    paper = services.issue_paper(event=hand_in(enlarge(application), filler, admin))
    address = verification_url(paper.code)

    codes = [
        qr.code_at_the_foot(page, left_mm=26, foot_mm=29) for page in qr.printed(paper.file.path, tmp_path)
    ]

    assert len(codes) > 12
    assert [place for place, code in enumerate(codes, 1) if not qr.says(code, address)] == []
    assert not qr.says(codes[0], address.swapcase())


@pytest.mark.slow
def test_contents_name_the_page_on_which_each_chapter_begins(application, filler, admin):
    paper = services.issue_paper(event=hand_in(application, filler, admin))

    pages = pages_of(paper.file.path)

    named = dict(re.findall(r"^ *(\d+)　?\s*\S+?[ .]+(\d+)\s*$", pages[1], re.MULTILINE))
    assert list(named) == [str(n) for n in range(1, 12)]
    for chapter in documents.book_as_paper(application)["chapters"]:
        page = "".join(pages[int(named[chapter["number"]]) - 1].split())
        assert f"{chapter['number']}{chapter['title']}" in page


@pytest.mark.slow
def test_every_page_of_a_draft_says_that_it_is_one(application, tmp_path):
    path = tmp_path / "draft.pdf"
    path.write_bytes(services.print_draft(application=application))

    pages = ["".join(page.split()) for page in pages_of(path)]

    assert len(pages) > 5
    assert all("草稿，未提交" in page for page in pages)
    assert not any("数据指纹" in page for page in pages)
