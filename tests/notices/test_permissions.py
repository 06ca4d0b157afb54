import pytest

from accounts.roles import Role
from notices.lifecycle import OBJECTION
from notices.permissions import WHO_INQUIRY, WHO_LATER_END, WHO_OBJECTION, may_see_objector
from notices.selectors import inquiries_visible_to, publicity_extensions_visible_to
from tests.factories.accounts import person
from tests.factories.notices import InquiryFactory, ObjectionFactory, PublicityExtensionFactory

pytestmark = pytest.mark.django_db

# Every move, and the one role that takes it, written out a second time by hand.
ALLOWED = {
    "accept": Role.BUREAU_CLERK,
    "ask_original": Role.BUREAU_CLERK,
    "receive_original": Role.BUREAU_CLERK,
    "refuse": Role.BUREAU_CLERK,
    "ask_unit": Role.BUREAU_CLERK,
    "extend": Role.BUREAU_CLERK,
    "propose": Role.BUREAU_CLERK,
    "send_back": Role.BUREAU_APPROVER,
    "dismiss": Role.BUREAU_APPROVER,
    "partly": Role.BUREAU_APPROVER,
    "uphold": Role.BUREAU_APPROVER,
}


def test_the_table_of_persons_has_the_moves_of_the_lifecycle():
    assert set(WHO_OBJECTION) == set(OBJECTION.moves) == set(ALLOWED)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_may_take_which_move(role):
    user, objection = person(role), ObjectionFactory()

    allowed = {action for action, grant in WHO_OBJECTION.items() if grant(user, objection)}

    assert allowed == {action for action, holder in ALLOWED.items() if holder == role}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_may_know_who_objected(role):
    assert may_see_objector(person(role)) is (role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_a_unit_answers_what_it_was_asked_and_nobody_else_does(role):
    inquiry = InquiryFactory()
    units = (Role.ENT_ADMIN, Role.ENT_FILLER)
    user = person(role, organisation=inquiry.host) if role in units else person(role)

    seen = inquiries_visible_to(user).filter(pk=inquiry.pk).exists()

    assert WHO_INQUIRY["answer"](user, inquiry) is (role == Role.ENT_ADMIN)
    assert seen is (role in (*units, Role.BUREAU_CLERK, Role.BUREAU_APPROVER))
    assert WHO_INQUIRY["lapse"](user, inquiry) is False


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.ENT_FILLER])
def test_another_unit_reads_no_question(role):
    inquiry, user = InquiryFactory(), person(role)

    assert not inquiries_visible_to(user).exists()
    assert WHO_INQUIRY["answer"](user, inquiry) is False


LATER_END = {
    Role.BUREAU_CLERK: {"take_up", "revise", "discard"},
    Role.BUREAU_APPROVER: {"publish", "discard"},
}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_takes_which_move_of_a_later_day_and_who_reads_it(role):
    user, waiting = person(role), PublicityExtensionFactory()
    published = PublicityExtensionFactory(published=True)

    allowed = {action for action, grant in WHO_LATER_END.items() if grant(user, waiting)}
    seen = set(publicity_extensions_visible_to(user))

    inside = role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)
    assert allowed == LATER_END.get(role, set())
    assert seen == ({waiting, published} if inside else {published})
