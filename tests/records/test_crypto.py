import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from accounts.models import User
from records import crypto
from tests.factories.accounts import UserFactory

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def test_the_same_text_is_never_stored_the_same():
    assert crypto.encrypt("6222000011112222") != crypto.encrypt("6222000011112222")


def test_old_keys_read_and_the_newest_writes(settings):
    settings.FIELD_KEYS = [f"old:{OLD}"]
    sealed = crypto.encrypt("6222000011112222")
    settings.FIELD_KEYS = [f"new:{NEW}", f"old:{OLD}"]

    assert crypto.decrypt(sealed) == "6222000011112222"
    assert crypto.encrypt("x").startswith("new:")


def test_a_lost_key_is_said_so(settings):
    settings.FIELD_KEYS = [f"old:{OLD}"]
    sealed = crypto.encrypt("6222000011112222")
    settings.FIELD_KEYS = [f"new:{NEW}"]

    with pytest.raises(ImproperlyConfigured, match="no key “old”"):
        crypto.decrypt(sealed)


def test_an_altered_value_is_noticed():
    name, _, sealed = crypto.encrypt("6222000011112222").partition(":")
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1

    with pytest.raises(ImproperlyConfigured, match="altered"):
        crypto.decrypt(f"{name}:{base64.b64encode(bytes(raw)).decode()}")


@pytest.mark.parametrize(
    ("value", "shown"), [("13800001234", "138****1234"), ("1234567", "*******"), ("12345678", "123****5678")]
)
def test_masked(value, shown):
    assert crypto.masked(value) == shown


@pytest.mark.django_db
def test_the_table_holds_no_readable_number():
    user = UserFactory(mobile="13800005678")

    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM accounts_user WHERE id = %s", [user.pk])
        stored = cursor.fetchone()[0]
    assert "5678" not in stored
    assert User.objects.get(pk=user.pk).mobile == "13800005678"


@pytest.mark.django_db
def test_an_encrypted_column_cannot_be_searched():
    with pytest.raises(FieldError):
        User.objects.filter(mobile="13800005678").exists()
