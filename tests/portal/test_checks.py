import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError

from portal import checks
from portal.demo.accounts import ACCOUNTS, PASSWORD
from portal.demo.backends import NoDemoPasswordInProduction, NotTheDemoPassword

FIT = {
    "PRODUCTION": True,
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": "k" * 50,
    "FIELD_KEYS": ["one:" + "B" * 43 + "="],
    "ALLOWED_HOSTS": ["portal.example"],
    "CELERY_BROKER_URL": "redis://redis/0",
}


@pytest.fixture
def production(settings):
    for name, value in FIT.items():
        setattr(settings, name, value)
    return settings


def test_fit_production_starts(production):
    checks.refuse_unfit_production()

    assert checks.production_is_fit() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "portal.E001"),
        ("SECRET_KEY", "development-only-" + "0" * 48, "portal.E002"),
        ("SECRET_KEY", "k" * 49, "portal.E002"),
        ("FIELD_KEYS", ["one:" + "B" * 43 + "=", "dev:" + "A" * 43 + "="], "portal.E003"),
        ("ALLOWED_HOSTS", ["*"], "portal.E004"),
        ("ALLOWED_HOSTS", [".example"], "portal.E004"),
        ("ALLOWED_HOSTS", [], "portal.E004"),
        ("DEMO", True, "portal.E006"),
        ("CELERY_BROKER_URL", "filesystem://localhost", "portal.E007"),
    ],
)
def test_each_fault_is_refused(production, name, value, code):
    setattr(production, name, value)

    assert [fault.id for fault in checks.production_is_fit()] == [code]
    with pytest.raises(ImproperlyConfigured):
        checks.refuse_unfit_production()


def test_a_connection_per_request_is_refused(production):
    kept = production.DATABASES["default"]["CONN_MAX_AGE"]
    production.DATABASES["default"]["CONN_MAX_AGE"] = 0
    found = [fault.id for fault in checks.production_is_fit()]
    production.DATABASES["default"]["CONN_MAX_AGE"] = kept

    assert found == ["portal.E005"]


def test_every_fault_is_named_at_once(production):
    production.DEBUG, production.ALLOWED_HOSTS = True, ["*"]

    with pytest.raises(ImproperlyConfigured, match=r"DEBUG is on.*ALLOWED_HOSTS"):
        checks.refuse_unfit_production()


def test_development_is_left_alone(settings):
    settings.PRODUCTION, settings.ALLOWED_HOSTS = False, ["*"]

    assert checks.production_is_fit() == []


def test_production_takes_the_demo_password_from_nobody(settings):
    settings.PRODUCTION = True
    with pytest.raises(PermissionDenied):
        NoDemoPasswordInProduction().authenticate(None, username="anybody", password=PASSWORD)

    settings.PRODUCTION = False
    assert NoDemoPasswordInProduction().authenticate(None, username="anybody", password=PASSWORD) is None


def test_nobody_chooses_the_demo_password(settings):
    settings.DEMO = False
    with pytest.raises(ValidationError):
        NotTheDemoPassword().validate(PASSWORD)

    settings.DEMO = True
    NotTheDemoPassword().validate(PASSWORD)


def test_demo_accounts_have_names_of_their_own():
    assert len({account.username for account in ACCOUNTS}) == len(ACCOUNTS)
