import logging

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.roles import Role
from portal import middleware
from portal.views.errors import server_error
from records.context import request_id
from records.errors import Incomplete, Reason
from tests.factories.accounts import person

HEX = r"[0-9a-f]{32}"


@pytest.fixture
def request_(rf):
    def make(**headers):
        request = rf.get("/somewhere/", headers=headers)
        request.htmx, request.user = HtmxDetails(request), AnonymousUser()
        return request

    return make


def answer(request):
    """What the middleware makes of a view that tells the identifier it sees."""
    return middleware.RequestIdMiddleware(lambda seen: HttpResponse(f"{seen.id} {request_id.get()}"))(request)


def test_each_request_gets_an_identifier_of_its_own(request_):
    one, other = answer(request_()), answer(request_())

    assert one[middleware.HEADER] != other[middleware.HEADER]
    assert one.text == f"{one[middleware.HEADER]} {one[middleware.HEADER]}"
    assert request_id.get() == ""


@pytest.mark.parametrize(
    ("behind", "given", "kept"),
    [
        (True, "abcdef-0123456789", True),
        (False, "abcdef-0123456789", False),
        (True, "short", False),
        (True, "line\\nbreak" * 3, False),
        (True, "x" * 65, False),
    ],
)
def test_an_identifier_from_outside_is_taken_from_our_proxy_only(settings, request_, behind, given, kept):
    settings.BEHIND_PROXY = behind

    assert (answer(request_(**{"X-Request-ID": given}))[middleware.HEADER] == given) == kept


def test_the_log_names_the_request():
    record = logging.LogRecord("portal", logging.INFO, "file", 1, "words", (), None)

    middleware.RequestIdFilter().filter(record)
    assert record.request_id == "-"

    token = request_id.set("abc")
    middleware.RequestIdFilter().filter(record)
    request_id.reset(token)
    assert record.request_id == "abc"


def refused(request):
    refusal = Incomplete(Reason("缺少上年度审计报告", clause="第七条"), Reason("研发投入占比不足"))
    return middleware.RefusalMiddleware(lambda seen: None).process_exception(request, refusal)


@pytest.mark.django_db
def test_a_refusal_is_a_page_with_every_reason(request_):
    response = refused(request_())

    assert response.status_code == 409
    assert "<html" in response.text
    assert [text in response.text for text in ("缺少上年度审计报告", "第七条", "研发投入占比不足")] == [
        True
    ] * 3
    assert "HX-Retarget" not in response


def test_a_refusal_is_a_fragment_for_htmx(request_):
    response = refused(request_(**{"HX-Request": "true"}))

    assert response.status_code == 409
    assert "<html" not in response.text
    assert "研发投入占比不足" in response.text
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#refusal", "innerHTML")


def test_what_is_no_refusal_passes_through(request_):
    assert (
        middleware.RefusalMiddleware(lambda seen: None).process_exception(request_(), KeyError("x")) is None
    )


def test_the_page_of_our_mistakes_shows_the_identifier(request_):
    request = request_()
    answer(request)

    response = server_error(request)

    assert response.status_code == 500
    assert request.id in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        ({"username": "x", "password": "x" * 3_000_000}, 413, "一次提交的内容太多"),
        ({f"field{n}": "x" for n in range(5_001)}, 413, "一次提交的内容太多"),
    ],
)
def test_whoever_sends_too_much_is_told_so(client, sent, status, says):
    answers = [client.post("/login/", sent)]
    client.force_login(person(Role.ENT_FILLER))
    answers.append(client.post("/display/", sent))

    assert [answer.status_code for answer in answers] == [status, status]
    assert all(says in answer.text for answer in answers)


@pytest.mark.django_db
def test_what_cannot_be_read_is_a_bad_request(client):
    answer = client.post("/login/", b"x", content_type="multipart/form-data")

    assert (answer.status_code, "无法读取提交的内容" in answer.text) == (400, True)


@pytest.mark.django_db
def test_a_program_that_sends_too_much_reads_a_problem(client):
    answer = client.post("/api/v1/token/", {"username": "x" * 3_000_000}, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "too-large"
