"""Letters about an objection: what they say, that they name nobody, and the one copy that does."""

import json
import subprocess
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from notices import services, tasks
from notices.documents import LETTERS
from records import audit
from records.models import Document
from tests.factories.accounts import person
from tests.factories.notices import MONDAY
from tests.factories.records import DocumentFactory
from tests.notices.test_inquiries import SECRETS
from tests.notices.test_objections import filing
from tests.notices.test_publicity import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
NAME = "示例异议人甲"


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def objection():
    return filing(post(person(Role.BUREAU_APPROVER)).items.get())


def promised(objection):
    return [event for event in audit.history(objection) if "paper" in event.data]


def decide(objection, clerk, outcome, **words):
    services.accept_objection(objection=objection, by=clerk, at=MONDAY)
    reply = "经查核，发票与设备清单一致。\n所反映的第二项属实。"
    services.propose_finding(objection=objection, finding="dismiss", reply=reply, by=clerk, at=MONDAY)
    at = MONDAY + timedelta(days=1)
    services.decide_objection(
        objection=objection, outcome=outcome, by=person(Role.BUREAU_APPROVER), at=at, **words
    )


def text_of(content):
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def content_of(letter):
    with letter.file.open() as file:
        return file.read()


def squeezed(text):
    return "".join(text.split())


def test_each_answer_to_the_author_has_its_letter_and_number(objection, clerk, rung):
    other = filing(objection.item)

    services.refuse_objection_acceptance(objection=other, reply="与公示内容无关。", by=clerk, at=MONDAY)
    decide(objection, clerk, "dismiss")

    assert [event.data["paper"] for event in promised(other)] == [
        {"kind": "objection_refusal", "number": "SJZ-YH-2026-0001"}
    ]
    assert [event.data["paper"] for event in promised(objection)] == [
        {"kind": "objection_acceptance", "number": "SJZ-YH-2026-0002"},
        {"kind": "objection_reply", "number": "SJZ-YH-2026-0003"},
    ]


def test_the_sweep_makes_what_no_task_made(objection, clerk, monkeypatch):
    made = []
    monkeypatch.setattr("notices.services.letters.issue_letter", lambda event: made.append(event.pk))
    services.accept_objection(objection=objection, by=clerk, at=MONDAY)

    assert (tasks.issue_missing_papers(), made) == (2, [promised(objection)[0].pk])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("dismiss", ["异议答复函", "异议不成立", "恢复公示", "所反映的第二项属实"]),
        ("partly", ["异议部分成立", "重新公示", "更正的内容", "设备数更正为12台"]),
        ("uphold", ["异议成立", "不予认定"]),
    ],
)
def test_the_letters_as_pdf_name_nobody(objection, clerk, outcome, words):
    decide(objection, clerk, outcome, correction="设备数更正为12台。" if outcome == "partly" else "")

    letters = [services.issue_letter(event=event) for event in promised(objection)]

    texts = [squeezed(text_of(content_of(letter))) for letter in letters]
    assert "异议受理通知书" in texts[0]
    assert "10个工作日" in texts[0]
    assert [word for word in words if word not in texts[1]] == []
    stored = json.dumps([letter.context for letter in letters], ensure_ascii=False)
    assert [s for s in SECRETS for text in [*texts, stored] if s in text] == []


@pytest.mark.slow
def test_the_refusal_says_why_and_is_fetched_by_the_code_alone(client, objection, clerk):
    services.refuse_objection_acceptance(objection=objection, reply="与公示内容无关。", by=clerk, at=MONDAY)
    letter = services.issue_letter(event=promised(objection)[0])

    address = reverse("notices:objection-letter", args=[objection.receipt_code, "objection_refusal"])
    content = b"".join(client.get(address).streaming_content)

    assert address in client.get(reverse("notices:objection-receipt", args=[objection.receipt_code])).text
    assert content == content_of(letter)
    assert "与公示内容无关" in squeezed(text_of(content))


@pytest.mark.slow
def test_the_copy_with_the_name_needs_the_phone_is_stored_nowhere_and_stands_in_the_register(
    client, objection, clerk
):
    services.accept_objection(objection=objection, by=clerk, at=MONDAY)
    services.issue_letter(event=promised(objection)[0])
    address = reverse("notices:objection-letter", args=[objection.receipt_code, "objection_acceptance"])

    asked = client.get(address, {"addressed": "1"})
    wrong = client.post(address, {"phone": "13900005679"})
    right = client.post(address, {"phone": "139 0000-5678"})

    assert (asked.status_code, wrong.status_code) == (200, 422)
    assert [s for s in SECRETS for page in (asked, wrong) if s in page.text] == []
    assert NAME in squeezed(text_of(b"".join(right.streaming_content)))
    assert Document.objects.about(objection).count() == 1
    assert [e.verb for e in audit.history(objection)].count("notices.objection.fetch_letter") == 1


def test_a_phone_is_not_guessed(client, objection, clerk):
    services.accept_objection(objection=objection, by=clerk, at=MONDAY)
    DocumentFactory(subject=objection, kind="objection_acceptance")
    address = reverse("notices:objection-letter", args=[objection.receipt_code, "objection_acceptance"])

    answers = [client.post(address, {"phone": f"1390000000{n}"}).status_code for n in range(6)]

    assert answers == [*[422] * 5, 409]
    other = filing(objection.item)
    receipt = reverse("notices:objection-receipt", args=[other.receipt_code])
    assert client.get(receipt).status_code == 200


def test_a_letter_that_was_not_written_is_not_found(client, objection):
    for kind in LETTERS:
        address = reverse("notices:objection-letter", args=[objection.receipt_code, kind])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.AGENCY, Role.AUDITOR])
def test_the_letters_are_for_the_two_offices_alone(client, objection, role):
    letter = DocumentFactory(subject=objection, kind="objection_reply")
    of_unit = role == Role.ENT_ADMIN
    client.force_login(person(role, organisation=objection.item.host) if of_unit else person(role))

    assert client.get(reverse("records:document", args=[letter.pk])).status_code == 404
