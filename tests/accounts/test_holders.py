"""Who holds a case, in words, for every role that can hold one."""

import pytest

from accounts import holders
from accounts.models import Division
from accounts.roles import Role
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from tests.factories.accounts import OrganisationFactory
from tests.factories.institutes import ApplicationFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "words", "within"),
    [
        (Role.ENT_FILLER, "示例科技有限公司（申报人）", "示例科技有限公司"),
        (Role.ENT_ADMIN, "示例科技有限公司（单位管理员）", "示例科技有限公司"),
        (Role.COUNTY_STAFF, "长安区科技管理部门经办", "长安区"),
        (Role.COUNTY_LEAD, "长安区分管领导", "长安区"),
        (Role.COUNTY_FIN, "长安区财政", "长安区"),
        (Role.BUREAU_CLERK, "市科技局经办", ""),
        (Role.BUREAU_APPROVER, "市科技局审批", ""),
        (Role.FINANCE, "市财政局", ""),
        (Role.AGENCY, "示例评估中心", "示例评估中心"),
        (Role.SECADMIN, "安全管理员", ""),
        (Role.SYSTEM, "系统", ""),
    ],
)
def test_the_holder_of_a_deadline(role, words, within):
    deadline = DeadlineFactory(
        holder_role=role,
        host=OrganisationFactory(name="示例科技有限公司"),
        division=Division.objects.get(code="130102"),
        holder_organisation=OrganisationFactory(name="示例评估中心"),
    )

    holder = holders.of_deadline(deadline)

    assert (str(holder), holder.within) == (words, within)


@pytest.mark.parametrize(
    ("role", "words"), [(Role.COUNTY_STAFF, "县级科技管理部门经办"), (Role.EXPERT, "评审专家")]
)
def test_a_holder_whose_place_is_not_told_is_called_by_the_role(role, words):
    assert str(holders.of_deadline(DeadlineFactory(holder_role=role))) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.DRAFT, "{host}（申报人）"),
        (S.COUNTY_SIGNING, "{division}分管领导"),
        (S.FORMAL_REVIEW, "市科技局经办"),
        (S.REVIEWING, "{agency}"),
        (S.RECOGNISED, ""),
    ],
)
def test_the_holder_of_a_case_is_that_of_its_state(state, words):
    case = ApplicationFactory(state=state)

    expected = words.format(host=case.host, division=case.division, agency=case.agency)

    assert holders.of_case(case, APPLICATION) == expected


def test_beside_its_name_a_unit_that_holds_is_called_by_the_role_alone():
    draft, signing = ApplicationFactory(state=S.DRAFT), ApplicationFactory(state=S.COUNTY_SIGNING)

    assert holders.of_case(draft, APPLICATION, unit_named=True) == "申报人"
    assert holders.of_case(signing, APPLICATION, unit_named=True) == f"{signing.division}分管领导"
