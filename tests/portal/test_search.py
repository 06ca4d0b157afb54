"""The search over everything public: what says the words, what comes near, what nobody may find."""

import pytest
from django.db import connection
from django.urls import reverse

from portal.selectors import search as found_by
from portal.selectors.search import Part, comes_near, search
from tests.factories.institutes import (
    CallFactory,
    ChainSegmentFactory,
    CountyPolicyFactory,
    IndustryChainFactory,
    RecognitionFactory,
)
from tests.factories.notices import PublicNoticeFactory
from tests.factories.offerings import PublicQuestionFactory, ServiceOfferingFactory
from tests.factories.projects import ProjectCallFactory

pytestmark = pytest.mark.django_db
WORD = "量子点显示"


def hits(text: str, **asked) -> dict[str, list]:
    return {kind: rows for kind, _label, rows in search(text, **asked).hits}


def titles(text: str, **asked) -> dict[str, list[str]]:
    return {
        kind: ["".join(p.text for p in hit.title) for hit in rows]
        for kind, rows in hits(text, **asked).items()
    }


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("calls", lambda: CallFactory(title=f"{WORD}申报通知")),
        ("projects", lambda: ProjectCallFactory(title=f"{WORD}专项通知")),
        ("notices", lambda: PublicNoticeFactory(title=f"{WORD}公示")),
        ("institutes", lambda: RecognitionFactory(institute__name=f"石家庄市{WORD}产业技术研究院").institute),
        ("chains", lambda: IndustryChainFactory(name=f"{WORD}产业链")),
        ("services", lambda: ServiceOfferingFactory(title=f"{WORD}检测", state="published")),
        ("county", lambda: CountyPolicyFactory(title=f"{WORD}措施", state="published")),
        ("questions", lambda: PublicQuestionFactory(question=f"{WORD}能申报吗？", state="published")),
    ],
)
def test_each_kind_is_found_and_leads_to_its_page(client, kind, make):
    row = make()

    found = hits(WORD)
    url = found[kind][0].url

    assert list(found) == [kind]
    assert client.get(url).status_code == 200
    assert (row.code if kind == "chains" else str(row.pk)) in url
    assert Part(WORD, True) in found[kind][0].title


@pytest.mark.parametrize(
    "make",
    [
        lambda: CallFactory(title=f"{WORD}申报通知", drafted=True),
        lambda: ServiceOfferingFactory(title=f"{WORD}检测", state="checking"),
        lambda: ServiceOfferingFactory(
            title=f"{WORD}检测", state="published", recognition=RecognitionFactory(suspended=True)
        ),
        lambda: CountyPolicyFactory(title=f"{WORD}措施"),
        lambda: PublicQuestionFactory(question=f"{WORD}能申报吗？", state="proposed"),
        lambda: ProjectCallFactory(title=f"{WORD}专项通知", draft=True),
    ],
)
@pytest.mark.parametrize("text", [WORD, "量子点显卡"])
def test_what_is_not_public_is_not_found(make, text):
    make()

    assert search(text).hits == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("量子点显卡", True),
        ("量孑点显示", True),
        ("石家庄市量子点显不产业技术研究院", True),
        ("量子显示", True),
        ("钢铁冶金", False),
        ("产业技术研究院协会", False),
    ],
)
def test_a_slip_of_the_pen_is_forgiven(text, found):
    RecognitionFactory(institute__name=f"石家庄市{WORD}产业技术研究院")

    result = search(text)

    assert [kind for kind, _label, _hits in result.hits] == (["institutes"] if found else [])
    assert result.is_near


@pytest.mark.parametrize(
    ("asked", "found"),
    [("电子信息", True), ("电孑信息", True), ("申孑信息", False), ("信息电子", False), ("信孑", False)],
)
def test_a_written_text_comes_near_by_one_character_of_four(asked, found):
    assert comes_near("实现新一代电子信息技术突破", asked) == found


def test_clauses_and_pages_are_found_with_the_words_around(client):
    found = hits("联合攻关专项")

    assert hits("联合工关专项")["clauses"]
    assert found["clauses"][0].url.startswith("/policy/#clause-")
    assert any(part.hit for part in found["clauses"][0].around)
    assert titles("办事指南")["pages"] == ["办事指南"]


def test_words_parted_by_spaces_must_all_be_said_wherever():
    service = ServiceOfferingFactory(title=f"{WORD}检测", content="示例样品登记", state="published")

    assert titles(f"样品 {WORD}") == {"services": [service.title]}
    assert Part("样品", True) in hits(f"样品 {WORD}")["services"][0].around
    assert search(f"{WORD} 不存在的词").count == 0
    assert titles("专项 联合攻关")["clauses"] == titles("联合攻关 专项")["clauses"]


def test_an_institute_is_found_by_words_of_its_name_and_of_its_host():
    institute = RecognitionFactory(institute__name=f"石家庄市{WORD}产业技术研究院").institute

    assert titles(f"{institute.host.name} {WORD}")["institutes"] == [institute.name]


def test_a_chain_is_found_by_a_segment_and_shows_no_code_of_the_house():
    segment = ChainSegmentFactory(name=f"{WORD}器件")

    (hit,) = hits(WORD)["chains"]

    assert (segment.chain.code in hit.url, hit.more) == (True, "")
    assert Part(WORD, True) in hit.around


@pytest.mark.parametrize("asked", ["四(三)", "四（三）", "四 （三）"])
def test_a_clause_is_found_as_it_is_cited_whichever_brackets_were_typed(asked):
    assert [hit.url for hit in hits(asked)["clauses"]] == ["/policy/#clause-4-3"]


def test_clauses_without_a_heading_are_called_by_what_they_are():
    assert titles("贯彻落实")["clauses"][0] == "序言"
    assert titles("发布之日起实施")["clauses"] == ["施行日期"]


def test_of_many_a_few_are_shown_with_the_way_to_more(client):
    ServiceOfferingFactory.create_batch(found_by.FEW + 2, state="published", content=f"{WORD}检测")

    page = client.get("/search/", {"q": WORD}).content.decode()

    assert len(hits(WORD)["services"]) == found_by.FEW
    assert len(hits(WORD, kind="services")["services"]) == found_by.FEW + 2
    assert "更多开放服务" in page
    assert "kind=services" in page


def test_former_names_and_hosts_lead_to_an_institute():
    institute = RecognitionFactory().institute

    assert titles(institute.host.name)["institutes"] == [institute.name]
    assert titles(institute.recognition.certificate_number)["institutes"] == [institute.name]


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({}, 200, "搜索"),
        ({"q": "量"}, 422, "请至少输入两个字"),
        ({"q": "量子点显示", "kind": "nothing"}, 422, "范围"),
        ({"q": "不存在的内容"}, 200, "没有找到“不存在的内容”"),
        ({"q": "<script>alert(1)</script>"}, 200, "&lt;script&gt;"),
        ({"q": "100%_"}, 200, "没有找到"),
    ],
)
def test_the_page_says_what_to_do(client, asked, status, says):
    response = client.get(reverse("search"), asked)

    assert response.status_code == status
    assert says in response.content.decode()


def test_as_many_queries_for_one_as_for_many(django_assert_max_num_queries):
    ServiceOfferingFactory.create_batch(3, state="published", content=f"{WORD}检测")
    with django_assert_max_num_queries(1):
        assert search(WORD).count == 3
    with django_assert_max_num_queries(2):
        assert search("钢铁冶金").count == 0


def test_the_indexes_of_names_serve_the_search():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql = "EXPLAIN SELECT id FROM institutes_institute WHERE UPPER(name::text) LIKE UPPER(%s)"
        cursor.execute(sql, ["%量子点%"])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "institutes_institute_named" in plan
