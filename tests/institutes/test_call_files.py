"""Files of a call's guide, its preview, and what strangers read."""

import pytest

from accounts.roles import Role
from institutes import selectors, services
from records.errors import BadFile, IllegalMove, SamePerson
from tests.factories.accounts import person
from tests.factories.institutes import CallFactory
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db


def attach(call, by=None, **more):
    return services.attach_guide_file(
        call=call,
        file=more.pop("file", None) or pdf_upload("申报书样表.pdf"),
        by=by or person(Role.BUREAU_CLERK),
        **more,
    )


def test_a_replaced_file_keeps_its_former_version():
    call = CallFactory(drafted=True)
    first = attach(call)
    second = attach(call, file=pdf_upload("申报书样表（新）.pdf", PDF + b"2"), replaces=first)

    assert [file.pk for file in selectors.guide_files(call)] == [second.pk]
    assert [file.pk for file in selectors.former_guide_files(call)] == [first.pk]
    assert second.version == 2


def test_a_file_of_something_else_is_not_replaced():
    call, other = CallFactory(drafted=True), attach(CallFactory(drafted=True))

    with pytest.raises(BadFile):
        attach(call, replaces=other)
    with pytest.raises(BadFile):
        services.remove_guide_file(call=call, attachment=other, by=person(Role.BUREAU_CLERK))


def test_the_files_are_fixed_once_the_call_is_published():
    call = CallFactory(drafted=True)
    kept = attach(call)
    services.publish_call(call=call, by=person(Role.BUREAU_APPROVER))

    with pytest.raises(IllegalMove):
        attach(call)
    with pytest.raises(IllegalMove):
        services.remove_guide_file(call=call, attachment=kept, by=person(Role.BUREAU_CLERK))


def test_who_changed_the_files_does_not_publish():
    call, clerk = CallFactory(drafted=True), person(Role.BUREAU_CLERK)
    attach(call, by=clerk)

    with pytest.raises(SamePerson):
        services.publish_call(call=call, by=clerk)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_clerk_adds_replaces_and_removes_files_on_the_page(client):
    call = CallFactory(drafted=True)
    client.force_login(person(Role.BUREAU_CLERK))
    url = f"/calls/{call.pk}/files/"

    assert client.post(url, {"file": pdf_upload("操作说明.pdf")}).status_code == 302
    (first,) = selectors.guide_files(call)
    client.post(url, {"file": pdf_upload("操作说明2.pdf", PDF + b"2"), "replaces": first.pk})
    (second,) = selectors.guide_files(call)
    page = client.get(url).text
    assert "第 2 版" in page
    assert f"/calls/{call.pk}/files/{first.pk}/" in page
    assert client.post(url, {}).status_code == 422
    assert client.post(f"{url}{second.pk}/remove/").status_code == 302

    assert selectors.guide_files(call) == []


def test_files_of_a_draft_are_the_bureau_s_and_of_a_published_call_everybody_s(client):
    call = CallFactory(drafted=True)
    first = attach(call)
    second = attach(call, file=pdf_upload("新.pdf", PDF + b"2"), replaces=first)
    old, new = (f"/calls/{call.pk}/files/{one.pk}/" for one in (first, second))

    assert client.get(new).status_code == 404
    services.publish_call(call=call, by=person(Role.BUREAU_APPROVER))
    answers = [client.get(url) for url in (new, old)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert b"".join(answers[0]) == PDF + b"2"
    assert new in client.get(f"/calls/{call.pk}/").text
    client.force_login(person(Role.BUREAU_CLERK))
    kept = client.get(old)
    assert (kept.status_code, b"".join(kept)) == (200, PDF)


def test_the_preview_is_what_everybody_will_read_and_says_who_is_told(client):
    call = CallFactory(drafted=True, guide="示例指南第一段")
    kept = attach(call)
    person(Role.ENT_FILLER)
    person(Role.COUNTY_STAFF)
    for role, status in ((Role.BUREAU_CLERK, 200), (Role.BUREAU_APPROVER, 200), (Role.AUDITOR, 403)):
        client.force_login(person(role))
        assert client.get(f"/calls/{call.pk}/preview/").status_code == status
    client.force_login(person(Role.BUREAU_APPROVER))
    preview = client.get(f"/calls/{call.pk}/preview/").text
    for words in ("1 家单位", "1 个县（市、区）", "示例指南第一段", kept.name, "申报中"):
        assert words in preview

    client.post(f"/calls/{call.pk}/moves/publish/")

    assert client.get(f"/calls/{call.pk}/preview/").status_code == 403
    client.logout()
    shown = client.get(f"/calls/{call.pk}/").text
    start, end = 'id="guide"', 'class="steps-list"'
    assert fragment(shown, start, end) == fragment(preview, start, end)


def fragment(page: str, start: str, end: str) -> str:
    return " ".join(page[page.index(start) : page.index(end)].split())


def test_strangers_read_published_calls_and_no_drafts(client):
    published, hidden = CallFactory(), CallFactory(drafted=True)

    page = client.get("/calls/").text
    assert published.title in page
    assert hidden.title not in page
    assert client.get(f"/calls/{hidden.pk}/").status_code == 404
    assert client.get("/calls/export/csv/").status_code == 200
    assert client.get(f"/calls/{published.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("open", "now"), ("upcoming", "soon"), ("over", "past"), ("draft", "draft")],
)
def test_calls_are_narrowed_by_where_today_lies_to_their_window(client, asked, shown):
    calls = {
        "now": CallFactory(),
        "soon": CallFactory(upcoming=True),
        "past": CallFactory(over=True),
        "draft": CallFactory(drafted=True),
    }
    client.force_login(person(Role.BUREAU_CLERK))

    page = client.get("/calls/", {"window": asked}).text

    assert [name for name, call in calls.items() if f"/calls/{call.pk}/" in page] == [shown]
