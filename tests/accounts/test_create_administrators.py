"""The command that founds the administration of an empty house."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits")]
OPTIONS = {
    "bureau": "示例市科技局",
    "sysadmin": "chief",
    "sysadmin_name": "示例甲",
    "sysadmin_email": "a@mail.example",
    "secadmin": "guard",
    "secadmin_name": "示例乙",
    "secadmin_email": "b@mail.example",
}


def test_two_administrators_once(monkeypatch, capsys):
    for name in ("SYSADMIN_PASSWORD", "SECADMIN_PASSWORD"):
        monkeypatch.setenv(name, PASSWORD)

    call_command("create_administrators", **OPTIONS)

    granted = Membership.objects.order_by("role").values_list("user__username", "role", "state")
    assert list(granted) == [("guard", "secadmin", "active"), ("chief", "sysadmin", "active")]
    with pytest.raises(CommandError, match="已经设立"):
        call_command("create_administrators", **OPTIONS)
