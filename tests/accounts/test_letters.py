"""Letters: the flows of invitation and forgotten password by mail; done twice, mailed once; the sweep."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts import notifications, services, tasks
from accounts.enums import LetterKind
from accounts.models import Letter
from accounts.roles import Role
from records import clock
from tests.factories.accounts import LetterFactory, MembershipFactory, UserFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits", "rung")]
NEW = "Another-pass-2027"


def link_in(message) -> str:
    return re.search(rf"{settings.PORTAL_URL}(/\S+)", message.body)[1]


def test_forgotten_password_by_mail(client, rung, django_capture_on_commit_callbacks):
    user = UserFactory(email="forgot@mail.example")
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(reverse("accounts:password-reset"), {"email": "forgot@mail.example"})
    assertRedirects(asked, reverse("accounts:password-reset-sent"))
    tasks.send_letter(rung[0])
    link = link_in(mail.outbox[0])

    page = client.get(link, follow=True)
    assert link.rsplit("/", 2)[1] not in page.request["PATH_INFO"]  # the token left the address bar
    bad = client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": "other"})
    good = client.post(page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW})

    assert bad.status_code == 422
    assertRedirects(good, reverse("accounts:password-reset-done"))
    user.refresh_from_db()
    assert user.check_password(NEW)
    assertContains(client.get(link, follow=True), "链接已失效")


def test_unknown_addresses_get_the_same_answer(client):
    response = client.post(reverse("accounts:password-reset"), {"email": "nobody@mail.example"})

    assertRedirects(response, reverse("accounts:password-reset-sent"))
    assert not Letter.objects.exists()
    assert client.post(reverse("accounts:password-reset"), {"email": "no"}).status_code == 422


def test_invitation_by_mail(client, rung, django_capture_on_commit_callbacks):
    admin = person(Role.ENT_ADMIN)
    unit = admin.organisations[0]
    with django_capture_on_commit_callbacks(execute=True):
        membership = services.invite_member(
            organisation=unit, username="colleague1", name="示例", email="c@mail.example", by=admin
        )
    tasks.send_letter(rung[0])
    message = mail.outbox[0]
    assert message.to == ["c@mail.example"]
    assert unit.name in message.body
    assert "14 天" in message.body

    page = client.get(link_in(message), follow=True)
    assertContains(page, "colleague1")
    facts = {"name": "示例本名", "new_password1": NEW, "new_password2": NEW}
    assertRedirects(client.post(page.request["PATH_INFO"], facts), reverse("accounts:login"))

    signed_in = client.post(reverse("accounts:login"), {"username": "colleague1", "password": NEW})
    assert signed_in.status_code == 302
    membership.user.refresh_from_db()
    assert membership.user.name == "示例本名"
    assertContains(client.get(link_in(message), follow=True), "邀请链接已失效")


@pytest.mark.parametrize(
    ("kind", "holds_after", "void_after"),
    [
        (LetterKind.INVITATION, timedelta(days=13), timedelta(days=15)),
        (LetterKind.PASSWORD_RESET, timedelta(hours=23), timedelta(hours=25)),
    ],
)
def test_links_hold_as_long_as_the_policy_says(kind, holds_after, void_after, time_machine):
    user = UserFactory()
    links = {
        LetterKind.INVITATION: notifications.invitation_links,
        LetterKind.PASSWORD_RESET: notifications.reset_links,
    }
    other = next(value for name, value in links.items() if name != kind)
    start = timezone.localtime()
    token = links[kind].make_token(user)

    time_machine.move_to(start + holds_after)
    assert links[kind].check_token(user, token)
    assert not other.check_token(user, token)
    time_machine.move_to(start + void_after)
    assert not links[kind].check_token(user, token)
    assert not links[kind].check_token(user, "no-token")


def test_letters_are_mailed_once_in_text_and_html():
    letter = LetterFactory(recipient=MembershipFactory().user)

    tasks.send_letter(letter.pk)
    tasks.send_letter(letter.pk)

    assert len(mail.outbox) == 1
    assert [kind for _, kind in mail.outbox[0].alternatives] == ["text/html"]
    letter.refresh_from_db()
    assert letter.sent_at
    assert letter.attempts == 1
    tasks.send_letter(0)


def test_letters_to_shut_accounts_stay():
    letter = LetterFactory(recipient__is_active=False)

    assert services.send_letter(letter=letter) is False
    assert mail.outbox == []


def test_the_sweep_finds_lost_letters_once():
    now = clock.now()
    lost = LetterFactory(asked_at=now - timedelta(minutes=6))
    half = LetterFactory(
        asked_at=now - timedelta(minutes=30), tried_at=now - timedelta(minutes=10), attempts=1
    )
    LetterFactory(asked_at=now)  # its doorbell may still ring
    LetterFactory(asked_at=now - timedelta(hours=1), attempts=8, tried_at=now - timedelta(hours=1))
    LetterFactory(asked_at=now - timedelta(hours=1), sent_at=now)

    tasks.send_waiting_letters()
    tasks.send_waiting_letters()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [lost.recipient.email, half.recipient.email]
    )
