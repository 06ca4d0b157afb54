"""The register of institutes is searched alike by everybody, by officers and by program, on screen and taken away."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Division
from accounts.roles import Role
from accounts.services import issue_token
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import (
    IndustryChainFactory,
    InstituteFactory,
    RecognitionFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD, FOURTH = range(4)


@pytest.fixture
def institutes() -> list:
    """Two counties, two chains, two years; the third was called otherwise, the fourth had another host."""
    drugs, steel = (IndustryChainFactory(code=code, name=f"示例{code}链") for code in ("drugs", "steel"))
    told = [
        ("石家庄市示例甲产业技术研究院", "示例恒制药公司", "130102", drugs, 2025),
        ("石家庄市示例乙产业技术研究院", "示例远钢铁公司", "130104", steel, 2025),
        ("石家庄市示例丙产业技术研究院", "示例新材料公司", "130104", steel, 2026),
        ("石家庄市示例丁产业技术研究院", "示例康生物公司", "130102", drugs, 2026),
    ]
    found = [_recognised(n, *facts) for n, facts in enumerate(told, 1)]
    TenureFactory(institute=found[THIRD], value="石家庄市示例旧称产业技术研究院", until=date(2026, 3, 1))
    former = OrganisationFactory(name="示例前身公司")
    TenureFactory(
        institute=found[FOURTH], kind="host", value=former.name, organisation=former, until=date(2026, 3, 1)
    )
    return found


def _recognised(n: int, name: str, host: str, code: str, chain, year: int):
    owner = OrganisationFactory(name=host, division=Division.objects.get(code=code))
    institute = InstituteFactory(name=name, host=owner, chain=chain)
    RecognitionFactory(institute=institute, year=year, sequence=n, recognised_on=date(year, 6, n))
    return institute


ASKED = [
    ({}, [FIRST, SECOND, THIRD, FOURTH]),
    ({"q": "示例甲"}, [FIRST]),
    ({"q": "示例旧称"}, [THIRD]),
    ({"q": "示例丙"}, [THIRD]),
    ({"q": "钢铁公司"}, [SECOND]),
    ({"q": "前身公司"}, [FOURTH]),
    ({"q": "SJZ-CYY-2025-002"}, [SECOND]),
    ({"q": "无此研究院"}, []),
    ({"division": "130102"}, [FIRST, FOURTH]),
    ({"chain": "steel"}, [SECOND, THIRD]),
    ({"year": "2026"}, [THIRD, FOURTH]),
    ({"division": "130104", "year": "2025"}, [SECOND]),
    ({"division": "130102", "chain": "drugs", "year": "2026"}, [FOURTH]),
    ({"q": "示例旧称", "division": "130104", "chain": "steel", "year": "2026"}, [THIRD]),
    ({"q": "示例旧称", "year": "2025"}, []),
    ({"division": "130102", "chain": "steel"}, []),
]
asked_and_found = pytest.mark.parametrize(
    ("asked", "wanted"),
    ASKED,
    ids=["&".join(f"{k}={v}" for k, v in asked.items()) or "all" for asked, _ in ASKED],
)


def by_key(asked: dict, institutes: list) -> dict:
    """The same question as the officers' list and the API ask it: counties and chains by their key."""
    keys = {"division": Division, "chain": type(institutes[FIRST].chain)}
    return {
        name: keys[name].objects.get(code=value).pk if name in keys else value
        for name, value in asked.items()
    }


def named_in(text: str, institutes: list) -> list[str]:
    return [one.name for one in institutes if one.name in text]


def exported(answer) -> list[str]:
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    return sorted(row[0] for row in rows[1:])


@asked_and_found
def test_everybody_finds_institutes_on_the_page_and_in_the_export(client, institutes, asked, wanted):
    names = [institutes[n].name for n in wanted]

    page = client.get(reverse("directory"), asked)
    taken = client.get(reverse("directory-export", args=["csv"]), asked)

    assert page.status_code == 200
    assert named_in(page.text, institutes) == names
    assert exported(taken) == sorted(names)


@asked_and_found
def test_officers_and_programs_find_the_same(client, institutes, asked, wanted):
    names, clerk = [institutes[n].name for n in wanted], person(Role.BUREAU_CLERK)
    client.force_login(clerk)
    api = APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=clerk)}")
    keyed = by_key(asked, institutes)

    page = client.get(reverse("institutes:institute-list"), keyed)
    taken = client.get(reverse("institutes:institute-export", args=["csv"]), keyed)
    told = api.get("/api/v1/institutes/", keyed).json()["results"]

    assert named_in(page.text, institutes) == names
    assert exported(taken) == sorted(names)
    assert sorted(row["name"] for row in told) == sorted(names)


def test_the_page_says_what_a_renamed_institute_was_called(client, institutes):
    assert "曾用名：石家庄市示例旧称产业技术研究院" in client.get(reverse("directory"), {"q": "旧称"}).text


def test_a_question_that_cannot_be_answered_is_said_so_to_programs(institutes):
    api = APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=person(Role.BUREAU_CLERK))}")

    answer = api.get("/api/v1/institutes/", {"chain": "steel"})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["chain"])
