"""A county never meets what is another's: live bait in everything that counties keep, looked for on every address."""

import pytest
from django.test import Client

from accounts.models import Division
from accounts.roles import Role
from institutes.enums import ApplicationState as S
from institutes.enums import CountyPolicyState, PoolState, ProposalState
from records import clock
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person
from tests.factories.funding import load_terms
from tests.factories.institutes import (
    ApplicationFactory,
    ChainProposalFactory,
    CountyPolicyFactory,
    CultivationEntryFactory,
    CultivationMeasureFactory,
    IntegrityCheckFactory,
)
from tests.factories.notices import publish_rules
from tests.factories.records import AttachmentFactory, DeadlineFactory, DocumentFactory
from tests.house.addresses import addresses
from tests.portal.api.test_leaks import everything_read

pytestmark = pytest.mark.django_db
BAIT = "诱饵甲"
MINE = "示例本县"
COUNTY_ROLES = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
HIDDEN = {403, 404, 405}


@pytest.fixture
def bait() -> dict[str, list]:
    """What 长安区 keeps, each named by the bait; by the first word of its addresses."""
    publish_rules()
    load_terms()
    home = Division.objects.get(code="130102")
    host = OrganisationFactory(name=f"{BAIT}依托单位", division=home)
    pending = OrganisationFactory(name=f"{BAIT}待确认单位", division=home, pending=True)
    application = ApplicationFactory(
        host=host, state=S.COUNTY_SIGNING, institute_name=f"石家庄市{BAIT}产业技术研究院"
    )
    IntegrityCheckFactory(application=application, source=f"{BAIT}来源")
    measure = CultivationMeasureFactory(
        entry=CultivationEntryFactory(division=home, name=f"{BAIT}培育企业", state=PoolState.CULTIVATING),
        what=f"{BAIT}帮扶",
        file=AttachmentFactory(name=f"{BAIT}.pdf"),
    )
    file = AttachmentFactory(subject=measure.entry, name=f"{BAIT}证明.pdf")
    policies = [
        CountyPolicyFactory(division=home, title=f"{BAIT}草稿{state}", state=state)
        for state in (CountyPolicyState.DRAFT, CountyPolicyState.SIGNING, CountyPolicyState.DISCARDED)
    ]
    found = {
        "application": [application],
        "cultivation": [measure.entry],
        "county-policy": policies,
        "local-policy": policies,
        "chain-proposal": [
            ChainProposalFactory(division=home, name=f"{BAIT}建议企业", state=ProposalState.PROPOSED)
        ],
        "registration": [pending],
        "member": [MembershipFactory(role=Role.ENT_ADMIN, organisation=host, user__name=f"{BAIT}管理员")],
        "organisation": [host],
        "attachment": [file],
        "document": [DocumentFactory(subject=application, title=f"{BAIT}推荐函")],
    }
    for subject in (application, measure.entry, *policies):
        DeadlineFactory(subject=subject, holder_role=Role.COUNTY_STAFF, division=home, due_on=clock.today())
    return found


@pytest.fixture
def strangers() -> dict[str, Client]:
    """People of 桥西区, which keeps things of its own."""
    away = Division.objects.get(code="130104")
    CultivationEntryFactory(division=away, name=MINE)
    CountyPolicyFactory(division=away, title=MINE, state=CountyPolicyState.PUBLISHED)
    found = {}
    for role in COUNTY_ROLES:
        found[role] = Client()
        found[role].force_login(person(role, division=away.code))
    return found


def read(client: Client, url: str) -> tuple[int, str]:
    response = client.get(url)
    return response.status_code, b"".join(response).decode("utf-8", "replace")


def test_no_list_and_no_export_shows_what_is_anothers(bait, strangers):
    open_pages = [a for a in addresses() if set(a.blanks) <= {"kind"} and not a.name.startswith("api:")]
    caught, own = {}, set()
    for role, client in strangers.items():
        for address in open_pages:
            _status, text = read(client, address.url(kind="csv"))
            if BAIT in text:
                caught[role, address.name] = text[max(text.index(BAIT) - 60, 0) :][:120]
            own |= {address.name} if MINE in text else set()

    assert caught == {}
    assert {"institutes:cultivation-list", "institutes:cultivation-export"} <= own
    assert {"institutes:county-policy-list", "institutes:local-policies"} <= own


def test_no_page_and_no_file_of_anothers_opens(bait, strangers):
    opened = {}
    for address in addresses():
        word = address.name.rpartition(":")[2]
        noun = next((n for n in sorted(bait, key=len, reverse=True) if word.startswith(n)), "")
        if "pk" not in address.blanks or not noun or address.name.startswith("api:"):
            continue
        for role, client in strangers.items():
            for row in bait[noun]:
                status, text = read(client, address.url(pk=row.pk))
                if status not in HIDDEN or BAIT in text:
                    opened[address.name, role] = status

    assert opened == {}


def test_no_program_reads_what_is_anothers(bait, strangers, program):
    away = "130104"

    read_by = {role: everything_read(program(person(role, division=away))) for role in COUNTY_ROLES}

    assert {role: BAIT in text for role, text in read_by.items()} == dict.fromkeys(COUNTY_ROLES, False)
    assert MINE in read_by[Role.COUNTY_STAFF]
