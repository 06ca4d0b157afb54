"""Canaries: everything that must stay unknown in the blind stage is planted, and looked for in every byte that leaves.

Every address of the portal is asked, by page and by program, in every kind of file; and every mail that went out.
"""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import product
from urllib.parse import unquote

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from PIL import Image
from pypdf import PdfReader

from accounts.enums import OrganisationKind
from accounts.roles import Role
from evaluation import services
from evaluation.desk import ASSIGNMENT_DESK, PACKAGE_DESK, PANEL_DESK
from evaluation.desk.pool import CHANGES
from evaluation.models import Panel
from evaluation.services import sweeps
from institutes import services as institute_services
from institutes.enums import ApplicationState as S
from notices.models import Notice
from notices.services import deliver_pending, remind_due
from projects.desk import PROPOSAL_DESK
from records import audit, calendar, clock, deadlines
from records.models import Attachment, Deadline, Document
from records.workbooks import Column, write
from tests.evaluation.test_blind import a_photo, a_text_pdf, annex
from tests.factories.accounts import TERMS as ACCOUNT_TERMS
from tests.factories.accounts import AccountEditionFactory, OrganisationFactory, person
from tests.factories.evaluation import (
    COMMENT,
    OPINION,
    ReviewEditionFactory,
    drawn,
    fill,
    make_pool,
    signed,
)
from tests.factories.funding import load_terms
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    RecognitionEditionFactory,
    engage,
    looked_up,
)
from tests.factories.notices import publish_rules
from tests.factories.records import DocumentFactory
from tests.house.addresses import Address, addresses
from tests.portal.test_targets import GROUNDS

pytestmark = pytest.mark.django_db
HOST, STEM, USCC = "石家庄示例诱饵精密股份有限公司", "示例诱饵精密", "91130102MA0BA1TX0X"
OTHER, DIRECTOR, MAIL = "示例诱饵大学", "诱饵院长甲", "bait@bait-firm.example"
PHONE, STREET, INSTITUTE = "13800009876", "诱饵大街", "石家庄市诱饵精密产业技术研究院"
FILLER, COUNTY, CLERK = "诱饵填报员乙", "诱饵县级员丙", "诱饵核对员丁"
COUNCILLOR, ADVISER, RESEARCHER = "诱饵理事庚", "诱饵委员辛", "诱饵骨干壬"
OTHER_USCC, SEAT, OWNER = "12130000MB1A2B3C4D", "示例诱饵人事单位", "示例诱饵专利权人公司"
DRESSED = ("示例·诱饵精密", "诱·饵·骨·干·壬", "诱（饵（委（员（辛")
"""The same in another dress: the search finds it and people replace it; who runs the review never reads it."""
PATENT, SOFTWARE, PROJECT = "ZL202110009876.5", "2025SR7654321", "BAIT-2025-777"
UNWANTED = "诱饵回避对象癸"
IN_THE_BOOK = (COUNCILLOR, ADVISER, RESEARCHER, OTHER_USCC, SEAT, OWNER, PATENT, SOFTWARE, PROJECT)
"""What its tables say: people of council, committee and roster, codes of co-builders, numbers that can be looked up."""
WHOSE = (
    HOST,
    STEM,
    USCC,
    OTHER,
    DIRECTOR,
    MAIL,
    PHONE,
    STREET,
    INSTITUTE,
    FILLER,
    COUNTY,
    UNWANTED,
    *IN_THE_BOOK,
    *DRESSED,
)
"""Any of these would tell whose application it is."""
SECONDS = re.compile(r":\d\d\.\d{3,6}\b")
COLLEAGUE, WORDS, POINTS = "诱饵专家戊", "诱饵评语：" + "逐项核对材料，依据充分。" * 6, "13.37"
GIVEN_AWAY = "诱饵回避理由：从工艺认出这家单位，曾任其顾问"
XLSX, PDF = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/pdf"
SILENT = {
    "api:schema",
    "api:docs",
    "ui",
    "ui-kind",
    "policy",
    "policy-numbers",
    "policy-versions",
    "policy-version",
    "healthz",
    "readyz",
}
"""Addresses that are the same for everybody, whatever cases there are."""


STEPS = {desk.name: list(desk.steps) for desk in (ASSIGNMENT_DESK, PACKAGE_DESK, PANEL_DESK)}
STEPS["project"] = list(PROPOSAL_DESK.steps)
OWN = (
    "home", "notices:", "records:document", "evaluation:assignment", "evaluation:expert",
    "api:assignments", "api:notices", "api:deadlines", "api:documents", "api:experts",
)  # fmt: skip
"""Where experts find what is theirs."""


# --- what was received, in words --------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    """Without blanks and breaks: papers break lines anywhere."""
    return re.sub(r"\s+", "", text)


def said_by(body: bytes, content_type: str) -> Iterator[str]:
    """All that the bytes say, however they are wrapped: escapes, archives, metadata and drawn letters undone."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            for name in book.namelist():
                yield name
                yield html.unescape(book.read(name).decode("utf-8", "replace"))
    elif body[:4] == b"%PDF" and b"startxref" in body:  # papers of factories are no papers
        yield from _raw_in(body)
        yield from _said_by_pdf(PdfReader(io.BytesIO(body)))
    elif content_type.startswith("image/"):
        yield from _raw_in(body)
        with Image.open(io.BytesIO(body)) as picture:
            yield f"{picture.info}{dict(picture.getexif())}"
    elif "json" in content_type:
        yield json.dumps(json.loads(body), ensure_ascii=False)
    else:
        yield html.unescape(body.decode("utf-8", "replace"))


def _raw_in(body: bytes) -> Iterator[str]:
    """Canaries that stand in the bytes as they are, in one of the ways in which files write letters."""
    for word in (*WHOSE, GIVEN_AWAY, WORDS, COLLEAGUE):
        if word.encode() in body or word.encode("utf-16-be") in body:
            yield word


def _said_by_pdf(reader: PdfReader) -> Iterator[str]:
    yield str(reader.metadata or "")
    yield str(dict(reader.attachments))
    yield from (page.extract_text() for page in reader.pages)
    for number in range(1, int(reader.trailer["/Size"])):
        part = reader.get_object(number)
        if isinstance(part, dict):
            yield str(part)
            if part.get("/Type") == "/Metadata":
                yield part.get_data().decode("utf-8", "replace")


def received(answer) -> str:
    """The whole answer: its headers with names of files spelled out, and its body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return squeezed(unquote(str(answer.headers))) + unwrapped(body, answer.headers.get("Content-Type", ""))


@lru_cache(maxsize=64)
def unwrapped(body: bytes, content_type: str) -> str:
    """The same paper is asked for by many ways: it is taken apart once."""
    return squeezed("\n".join(said_by(body, content_type)))


def posted(message) -> str:
    """A mail as it goes over the line, with every part and every header spelled out."""
    raw = message.message()
    parts = [f"{name}: {value}" for name, value in raw.items()]
    parts += [
        message.subject,
        message.body,
        str(message.to),
        str(message.from_email),
        str(message.attachments),
    ]
    for part in raw.walk():
        if not part.is_multipart():
            parts += said_by(part.get_payload(decode=True), part.get_content_type())
    return squeezed("\n".join(parts))


def caught(text: str, bait) -> list[str]:
    text = SECONDS.sub("", text)  # at 13.37 seconds past something no points are told
    return [word for word in bait if squeezed(word) in text]


# --- the case ---------------------------------------------------------------------------------------------------------


class Case:
    """An application full of bait, brought through the review by the verbs themselves."""

    nouns: Mapping[str, list] = {}
    """What the addresses of the room that owns the case are asked about."""

    def __init__(self):
        publish_rules()
        load_terms()
        for kind in ACCOUNT_TERMS:
            AccountEditionFactory(kind=kind)
        ReviewEditionFactory()
        RecognitionEditionFactory(kind="targets", citations=GROUNDS)
        self.application, self.agency = an_application(), OrganisationFactory(kind=OrganisationKind.AGENCY)
        self.manager = person(Role.AGENCY, organisation=self.agency)
        self.clerk, self.approver = person(Role.BUREAU_CLERK, name=CLERK), person(Role.BUREAU_APPROVER)
        engage(self.application, self.agency)
        institute_services.confirm_pass(application=self.application, agency=self.agency, by=self.approver)
        self.panel = services.open_panel(case=self.application, by=self.manager)
        self.clear_package()
        self.seat()

    def clear_package(self) -> None:
        """Hits masked, one annex let go by two, another withheld, the package taken back and frozen anew."""
        package = services.search_package(package=self.panel.package)
        for hit in package.hits.filter(file__isnull=True):
            services.mask_hit(package=package, hit=hit, replacement="某处", by=self.clerk)
        photo, deed = package.files.get(attachment__name__endswith=".jpg"), package.files.get(finding="hits")
        why = f"已核看，未见{HOST}字样"
        services.ask_file(package=package, file=photo, reason=why, by=self.clerk)
        services.open_file(package=package, file=photo, by=self.approver)
        services.withhold_file(package=package, file=deed, reason=f"写有{HOST}", by=self.clerk)
        services.freeze_package(package=package, by=self.clerk)
        services.reopen_package(package=package, reason=f"仍能看出是{HOST}", by=self.clerk)
        services.freeze_package(package=package, by=self.clerk)

    def seat(self) -> None:
        """One expert recognises the case and leaves, one has handed in, one reads, one was only invited."""
        make_pool()
        seats = list(drawn(self.panel, self.manager).assignments.order_by("position"))
        self.gone, self.locked, self.reading, self.invited, _fifth = seats
        for one in (self.gone, self.locked, self.reading):
            services.commit_assignment(assignment=one, **signed(one))
        self.locked.expert.user.name = COLLEAGUE
        self.locked.expert.user.save(update_fields=["name"])
        fill(self.locked)
        self.locked.scores.filter(dimension="team").update(comment=WORDS, points=POINTS)
        services.lock_scores(assignment=self.locked, by=self.locked.expert.user)
        services.recuse_assignment(
            assignment=self.gone, ground="interest", reason=GIVEN_AWAY, by=self.gone.expert.user
        )
        self.panel = Panel.objects.get(pk=self.panel.pk)

    def print_papers(self) -> None:
        services.issue_missing_papers(before=clock.now())
        DocumentFactory(subject=self.application, title=f"{INSTITUTE}推荐函")

    def remind(self) -> None:
        """Every reminder there is, of days to come and of days gone by."""
        last = max(Deadline.objects.open().exclude(due_on=None).values_list("due_on", flat=True))
        days = [calendar.add_working_days(last, n) for n in range(-12, 6)]
        for day in days:
            remind_due(on=day)


def an_application():
    """Handed in, recommended, found in order; what is hidden stands in its book, annexes, look-ups and papers."""
    host = OrganisationFactory(
        name=HOST, short_name=STEM, legal_rep=DIRECTOR, uscc=USCC,
        contact_email=MAIL, contact_mobile=PHONE, address=f"石家庄市长安区{STREET} 9 号",
    )  # fmt: skip
    application = ApplicationFactory(
        state=S.FORMAL_CONFIRMATION, host=host, institute_name=INSTITUTE, formal_finding="pass",
        formal_opinion=f"{HOST}材料齐全", begun_by=person(Role.ENT_FILLER, organisation=host, name=FILLER),
    )  # fmt: skip
    answers = {
        "basics": {"institute_name": INSTITUTE, "industry": "示例材料"},
        "host": {
            "host_name": HOST,
            "uscc": USCC,
            "legal_rep": DIRECTOR,
            "email": MAIL,
            "mobile": PHONE,
            "reg_address": f"石家庄市长安区{STREET} 9 号",
        },
        **tables(),
        "plan": {
            "background": f"{HOST}与{OTHER}共建，示例·诱饵精密牵头，由{DIRECTOR}主持，{MAIL}，{PHONE}。"
            f"{'、'.join(IN_THE_BOOK)}；专利 {' '.join(PATENT)}，代码 {' '.join(OTHER_USCC)}，"
            f"{'·'.join(RESEARCHER)}、{'（'.join(ADVISER)}参加。"
        },
    }
    ApplicationVersionFactory(application=application, answers=answers, frozen_by=application.begun_by)
    looked_up(application)
    county = person(Role.COUNTY_STAFF, name=COUNTY)
    audit.record("institutes.application.begin", application, by=application.begun_by, to_state="draft")
    audit.record(
        "institutes.application.propose_recommendation", application, by=county, to_state="county_signing",
        reason=f"推荐{HOST}",
    )  # fmt: skip
    annex(
        application,
        f"{HOST}审计报告.pdf",
        a_text_pdf("研发费用合计 360 万元，占比 3%。", author=DIRECTOR),
        PDF,
    )
    annex(application, f"{OTHER}协议.pdf", a_text_pdf(f"{HOST}与{OTHER}共建，签字：{DIRECTOR}"), PDF)
    annex(application, f"{INSTITUTE}.jpg", a_photo("Bait Firm"), "image/jpeg")
    annex(application, f"{RESEARCHER}等名册.xlsx", a_roster(), XLSX)
    return application


def tables() -> dict[str, dict]:
    """The tables of the book, each with something to be hidden."""

    def rows(*cells: dict) -> list[dict]:
        return [{"key": str(n), **each} for n, each in enumerate(cells)]

    return {
        "partners": {"partners": rows({"name": OTHER, "uscc": OTHER_USCC, "country": "中国"})},
        "governance": {
            "people": rows(
                {"body": "director", "name": DIRECTOR, "employer": HOST},
                {"body": "council", "name": COUNCILLOR, "employer": OTHER},
                {"body": "committee", "name": ADVISER, "employer": SEAT},
            )
        },
        "team": {"roster": rows({"name": RESEARCHER, "employer": SEAT}, {"name": DIRECTOR})},
        "base": {
            "overview": f"{RESEARCHER}取得专利 {PATENT}（{OWNER}），承担 {PROJECT}。",
            "patents": rows({"number": PATENT, "title": f"{RESEARCHER}的示例方法", "owner": OWNER}),
            "software": rows({"number": SOFTWARE, "name": "示例软件", "owner": OWNER}),
            "projects": rows({"number": PROJECT, "name": "示例项目"}),
        },
        "recusal": {"exclusions": rows({"expert": UNWANTED, "employer": SEAT, "reason": f"与{HOST}有纠纷"})},
    }


def a_roster() -> bytes:
    """A workbook of people: its cells are blinded as the book is, so it goes out."""
    columns = [Column(head) for head in ("姓名", "工作单位", "专利")]
    rows = [[RESEARCHER, SEAT, PATENT], [ADVISER, OTHER, OTHER_USCC]]
    return write("名册", columns, leading=(), rows=rows)


# --- every address ----------------------------------------------------------------------------------------------------


def asked_about(case: Case, reader) -> dict[str, list]:
    """What the blanks of an address may be filled in with: everything that has to do with the case."""
    notices, files = Notice.objects.filter(recipient=reader), Attachment.objects.about(case.application)
    seats = [seat.pk for seat in (case.gone, case.locked, case.reading)]
    return {
        **case.nouns,
        **{noun: [case.application.pk] for noun in ("application", "section", "formal-sheet", "annex")},
        "call": [case.application.call_id], "engagement": [case.panel.engagement_id],
        **{noun: [case.application.host_id] for noun in ("organisation", "registration")},
        "panel": [case.panel.pk], "package": [case.panel.package.pk], "draw": [case.panel.pk],
        "assignment": seats, "sheet": seats, "expert": [case.reading.expert_id, case.locked.expert_id],
        "document": list(Document.objects.values_list("pk", flat=True)),
        "attachment": list(files.values_list("pk", flat=True)), "file": list(files.values_list("pk", flat=True)),
        "notice": list(notices.values_list("pk", flat=True)),
        "kind": ["csv", "xlsx"], "number": [1, 2, 3, 4], "code": [case.panel.code, "plan"],
    }  # fmt: skip


def urls_of(address: Address, about: dict[str, list]) -> Iterator[str]:
    word = address.name.rpartition(":")[2]
    noun = next((noun for noun in about if word.startswith(noun)), "")
    about = about | {"action": sorted(STEPS.get(noun, ["draw"]))}
    defaults = address.defaults()
    values = [about.get(noun if name == "pk" else name, [default]) for name, default in defaults.items()]
    for chosen in product(*values):
        with suppress(NoReverseMatch):  # not every value fits every blank of that name
            yield address.url(**dict(zip(defaults, chosen, strict=True)))


def answers(address: Address) -> bool:
    """Whether the address answers a reader at all, and may answer each differently."""
    verbs = getattr(address.pattern.callback, "actions", None) or {"get": ""}
    return "get" in verbs and address.name not in SILENT


def everything_for(case: Case, reader, *, among: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
    """Every address (that begins like one of ``among``) with what it answered to this reader, refusals included."""
    client, about = Client(raise_request_exception=False), asked_about(case, reader)
    client.force_login(reader)
    for address in addresses():
        if not answers(address) or not address.name.startswith(among):
            continue
        for url in urls_of(address, about):
            answer = client.get(url)
            assert answer.status_code < 500 or answer.status_code == 503, url
            yield url, received(answer)


SAVED_BY_ITSELF = ("evaluation:sheet-save", "evaluation:report-edit", "evaluation:site-visit-record")


def sent_with(case: Case) -> dict:
    """Something in every box that agency and experts are offered."""
    package = case.panel.package
    return {
        "reason": "示例理由", "ground": "interest", "opinion": OPINION, "text": COMMENT, "signature": COLLEAGUE,
        "hit": package.hits.filter(file__isnull=True).first().pk, "file": package.files.first().pk,
        "replacement": "某处", "confidential": "on", "no_conflict": "on", "changed": "team_points",
        "team_points": "99", "team_comment": "短", "held_at": "2026-01-01T09:00", "then": "lock",
        "participants": [str(case.reading)], "kind": "advice", "whom": "示例公司", "since": "2026-01-01",
        "case": case.application.pk, "application": case.application.pk, "answer": "accept",
    }  # fmt: skip


def ways_to_send(address: Address) -> list[tuple[str, dict]]:
    """The verbs that an address may take, by form, by the page's own script and by program."""
    verbs = getattr(address.pattern.callback, "actions", None)
    if verbs is None:
        by_script = {"X-Autosave": "1"} if address.name in SAVED_BY_ITSELF else {"HX-Request": "true"}
        return [("post", {}), ("post", by_script)]
    return [(verb, {}) for verb in ("post", "patch", "put", "delete") if verb in verbs]


def everything_answered(case: Case, reader, *, among: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Whatever is sent to an address, empty and filled in, with what came back; each is undone again."""
    client, about = Client(raise_request_exception=False), asked_about(case, reader)
    client.force_login(reader)
    about["what"], filled = list(CHANGES), sent_with(case)
    for address in addresses():
        if not address.name.startswith(among) or address.name in SILENT:
            continue
        for url, (verb, headers), data in product(
            urls_of(address, about), ways_to_send(address), ({}, filled)
        ):
            kind = {"content_type": "application/json"} if address.name.startswith("api:") else {}
            follow = {"follow": True} if verb == "post" and not headers else {}
            with transaction.atomic():
                answer = getattr(client, verb)(url, data, headers=headers, **kind, **follow)
                transaction.set_rollback(True)
            assert answer.status_code < 500, (verb, url)
            ways = "".join(where for where, _status in getattr(answer, "redirect_chain", []))
            yield f"{answer.status_code} {verb} {url} {headers}", unquote(ways) + received(answer)


@pytest.fixture
def case():
    return Case()


def test_no_byte_that_experts_and_agency_receive_tells_whose_it_is_or_what_others_gave(case):
    case.print_papers()
    case.remind()
    for_experts = (*WHOSE, WORDS, POINTS, COLLEAGUE)
    expected = {
        case.manager: ((*WHOSE, GIVEN_AWAY, WORDS, POINTS), ("",)),
        case.reading.expert.user: ((*for_experts, GIVEN_AWAY), ("",)),
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


REVIEW = (
    "evaluation:", "api:panels", "api:assignments", "api:packages", "api:experts", "api:engagements",
    "api:site-visits", "api:agency-reports", "records:", "notices:",
)  # fmt: skip
SEAT_ALONE = ("evaluation:assignment", "evaluation:sheet", "api:assignments")


def test_no_answer_to_what_agency_and_experts_send_tells_whose_it_is(case):
    for_experts = (*WHOSE, WORDS, POINTS)
    expected = {
        case.manager: ((*WHOSE, GIVEN_AWAY, WORDS, POINTS), REVIEW),
        case.reading.expert.user: ((*for_experts, GIVEN_AWAY), REVIEW),
        case.invited.expert.user: ((*for_experts, GIVEN_AWAY), SEAT_ALONE),
        case.gone.expert.user: (for_experts, SEAT_ALONE),
    }

    found, statuses = {}, set()
    for reader, (bait, among) in expected.items():
        for what, text in everything_answered(case, reader, among=among):
            statuses.add(what[:3])
            if words := caught(text, bait):
                found[(str(reader.roles), what)] = words

    assert found == {}
    assert {"200", "403", "404", "405", "409", "422"} <= statuses


def test_a_list_of_people_goes_out_with_codes_in_the_place_of_names(case):
    """What was planted in the workbook is really sent to the expert, and nothing of it is left."""
    released = {file.attachment.name: file for file in case.panel.package.files.all() if file.is_released}
    file = released[f"{RESEARCHER}等名册.xlsx"]
    client = Client()
    client.force_login(case.reading.expert.user)

    text = received(client.get(reverse("evaluation:assignment-file", args=[case.reading.pk, file.number])))

    assert ("【人员】" in text, caught(text, WHOSE)) == (True, [])


def test_no_mail_to_experts_and_agency_tells_whose_it_is(case, mailoutbox):
    deliver_pending()  # what a reminder says anew, and what is over later on, is not mailed any more
    case.remind()
    deliver_pending()
    services.suspend_expert(expert=case.reading.expert, reason="示例暂停", by=person(Role.BUREAU_APPROVER))
    services.replace_assignment(
        assignment=case.reading, ground="suspended", reason="逾期未评", by=case.manager
    )
    institute_services.withdraw_application(
        application=case.application, reason=f"{HOST}自行撤回", by=case.application.begun_by
    )
    sweeps.cancel_panels_without_case()
    while deliver_pending():
        pass

    readers = {case.manager.email, *(seat.expert.user.email for seat in case.panel.assignments.all())}
    told = {message.subject: posted(message) for message in mail.outbox if set(message.to) & readers}
    others = "".join(posted(message) for message in mail.outbox if not set(message.to) & readers)

    assert {
        subject: words for subject, text in told.items() if (words := caught(text, (*WHOSE, GIVEN_AWAY)))
    } == {}
    assert {title.partition("：")[0].partition("（")[0] for title in told} >= {"【产研院平台】专家评审"}
    assert INSTITUTE in others  # the mails that may tell it do


def test_the_net_catches_what_is_there(case):
    """A negative control: the same search by those who may know finds every single canary."""
    case.print_papers()
    unit = person(Role.ENT_ADMIN, organisation=case.application.host)
    among = ("home", "institutes:application", "api:applications", "records:document", "evaluation:package")
    texts = [
        text for reader in (case.clerk, unit) for _url, text in everything_for(case, reader, among=among)
    ]

    assert caught("".join(texts), WHOSE) == list(WHOSE)
    assert deadlines.current(case.application).subject_label == case.application.alias
