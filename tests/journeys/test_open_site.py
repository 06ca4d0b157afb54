"""What strangers read of institutes and of the policy: entered by a unit, checked by its county, found, taken down."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from institutes.models import PublicQuestion, ServiceOffering
from tests.factories.accounts import person
from tests.factories.institutes import RecognitionEditionFactory, RecognitionFactory
from tests.journeys.pages import Page

pytestmark = pytest.mark.django_db
SERVICE = {
    "kind": "pilot",
    "title": "量子点百克级中试",
    "content": "提供合成、分散和封装的放大试验。",
    "audience": "显示产业链企业",
    "price": "每批 2 万元起",
    "booking": "电话预约",
    "contact_office": "中试部",
    "contact_phone": "0311-88886666",
    "address": "",
}


def somebody(role: Role, **place) -> Client:
    client = Client()
    client.force_login(person(role, **place))
    return client


def read(client: Client, path: str, **asked) -> Page:
    return Page(client.get(path, asked))


def test_a_service_goes_from_the_unit_by_its_county_to_strangers_and_back():
    RecognitionEditionFactory()
    institute = RecognitionFactory().institute
    unit = somebody(Role.ENT_FILLER, organisation=institute.host)
    county = somebody(Role.COUNTY_STAFF, division=institute.division.code)
    away, stranger = somebody(Role.COUNTY_STAFF, division="130184"), Client()

    entered = read(unit, read(unit, "/service-offerings/").link("/service-offerings/new/"))
    assert "研究院建立公共技术服务平台" in entered.text
    url = unit.post("/service-offerings/new/", SERVICE | {"institute": institute.pk}).url
    pk = ServiceOffering.objects.get().pk
    assert "量子点" not in read(stranger, "/services/").text
    unit.post(f"{url}moves/hand_in/")

    assert away.get(url).status_code == 404
    assert read(county, "/").link(rf"/service-offerings/{pk}/") == url
    county.post(f"{url}moves/return/", {"reason": "请写明每批多少克。"})
    assert "请写明每批多少克。" in read(unit, url).text
    unit.post(f"{url}edit/", SERVICE | {"content": "每批一百克，三周完成。"})
    unit.post(f"{url}moves/hand_in/")
    county.post(f"{url}moves/publish/")

    found = read(stranger, "/search/", q="量子点白克级中试")
    shown = read(stranger, found.link(rf"/services/{pk}/"))
    assert "每批一百克，三周完成。" in shown.text
    assert "0311-88886666" in shown.text
    assert "量子点百克级中试" in read(stranger, f"/directory/{institute.pk}/").text
    assert f"/services/{pk}/" in stranger.get("/sitemap-services.xml").content.decode()

    county.post(f"{url}moves/take_down/", {"reason": "价格已变。"})
    assert stranger.get(f"/services/{pk}/").status_code == 404
    assert "没有找到" in read(stranger, "/search/", q="量子点百克级中试").text
    history = [line["action"] for line in county.get(f"/api/v1/service-offerings/{pk}/history/").json()]
    assert history == ["begin", "hand_in", "return", "hand_in", "publish", "take_down"]


def test_an_answer_is_worded_published_and_found_by_strangers():
    RecognitionEditionFactory()
    clerk, approver, stranger = somebody(Role.BUREAU_CLERK), somebody(Role.BUREAU_APPROVER), Client()
    said = {"question": "建设资金要申请吗？", "answer": "免申即享。", "clause": "四（三）"}

    url = clerk.post("/common-questions/new/", said | {"topic": "money", "place": 10}).url
    clerk.post(f"{url}moves/propose/")
    assert clerk.post(f"{url}moves/publish/").status_code == 403
    assert read(approver, "/").link(r"/common-questions/\d+/") == url
    approver.post(f"{url}moves/publish/")

    page = read(
        stranger, read(stranger, "/search/", q="建设资金要申请").link(r"/questions/#q").partition("#")[0]
    )
    assert "免申即享。" in page.text
    assert "依据 四(三)" in page.text
    assert "建设资金要申请吗" in read(stranger, reverse("guide")).text
    approver.post(f"{url}moves/withdraw/", {"reason": "政策已改。"})
    assert "免申即享。" not in read(stranger, "/questions/").text
    assert PublicQuestion.objects.get().state == "withdrawn"
