"""The register on its page."""

import pytest

from accounts.roles import Role
from tests.factories.accounts import person
from tests.factories.records import AuditEventFactory

pytestmark = pytest.mark.django_db
READERS = {Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_who_reads_the_register(role, client):
    client.force_login(person(role))

    assert client.get("/register-book/").status_code == (200 if role in READERS else 403)


def test_lines_are_searched(client):
    AuditEventFactory(subject_label="示例甲案")
    AuditEventFactory(subject_label="示例乙案")
    client.force_login(person(Role.AUDITOR))

    text = client.get("/register-book/", {"q": "甲案"}).content.decode()

    assert "示例甲案" in text
    assert "示例乙案" not in text


def test_the_next_page_begins_after_the_last_line(client):
    lines = [AuditEventFactory(subject_label=f"示例第{n:03d}案") for n in range(51)]
    client.force_login(person(Role.AUDITOR))

    first = client.get("/register-book/")
    second = client.get("/register-book/", {"before": first.context["older"]})

    assert len(first.context["rows"]) == 50
    assert first.context["older"] == lines[1].pk
    assert [row.event.pk for row in second.context["rows"]] == [lines[0].pk]
    assert second.context["older"] is None


def test_the_register_cannot_be_written_here(client):
    client.force_login(person(Role.AUDITOR))

    assert client.post("/register-book/").status_code == 405


def test_deeds_and_states_are_in_words_and_found_by_them(client):
    AuditEventFactory(
        verb="funding.award.approve",
        subject_type="funding.award",
        subject_label="示例建设资金",
        from_state="pending_approval",
        to_state="approved",
    )
    AuditEventFactory(verb="records.document.issue", subject_type="funding.allocationplan")
    client.force_login(person(Role.AUDITOR))

    found = client.get("/register-book/", {"q": "批准"}).context["rows"]
    everything = client.get("/register-book/").context["rows"]

    assert [(row.deed, row.before, row.after) for row in found] == [("批准", "待审批", "已批准，办理拨付")]
    assert [row.deed for row in everything] == ["出具文书", "批准"]


def test_a_zero_byte_in_a_search_is_no_fault_of_ours(client):
    client.force_login(person(Role.AUDITOR))

    assert client.get("/register-book/", {"q": "示例\0"}).status_code == 200
    assert client.get("/calls/", {"q": "示例\0"}).status_code == 200
