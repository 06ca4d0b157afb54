"""What production must not run with. ``manage.py check`` names it; web server, worker and beat do not start."""

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50


@register
def production_is_fit(app_configs=None, **kwargs) -> list[Error]:
    """Every fault at once, as errors of Django's checks."""
    return [Error(text, hint=hint, id=code) for code, text, hint in faults()] if settings.PRODUCTION else []


def refuse_unfit_production() -> None:
    """Raise with every fault, where the process would otherwise begin to serve."""
    if found := production_is_fit():
        raise ImproperlyConfigured(" ".join(f"{fault.msg} {fault.hint}" for fault in found))


def faults() -> list[tuple[str, str, str]]:
    """(code, what is wrong, what to do) for each setting that is unfit for production."""
    rules = [
        (settings.DEBUG, "portal.E001", "DEBUG is on.", "Leave DEBUG out."),
        (
            weak_key(),
            "portal.E002",
            "SECRET_KEY is the development key or short.",
            "Set 50 random characters.",
        ),
        (
            default_field_key(),
            "portal.E003",
            "FIELD_KEYS holds the development key.",
            "Make a key of your own.",
        ),
        (wild_hosts(), "portal.E004", "ALLOWED_HOSTS is empty or has a wildcard.", "Name the hosts."),
        (no_persistent_connections(), "portal.E005", "CONN_MAX_AGE is 0.", "Keep connections, e.g. 600."),
        (
            settings.DEMO,
            "portal.E006",
            "DEMO is on: its accounts have a published password.",
            "Leave DEMO out.",
        ),
        (
            local_queue(),
            "portal.E007",
            "The queue is a folder of one machine.",
            "Set CELERY_BROKER_URL to Redis.",
        ),
    ]
    return [(code, text, hint) for wrong, code, text, hint in rules if wrong]


def weak_key() -> bool:
    return settings.SECRET_KEY == settings.DEVELOPMENT_KEY or len(settings.SECRET_KEY) < SHORTEST_KEY


def default_field_key() -> bool:
    return settings.DEVELOPMENT_FIELD_KEY in settings.FIELD_KEYS


def wild_hosts() -> bool:
    return not settings.ALLOWED_HOSTS or any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS)


def no_persistent_connections() -> bool:
    return settings.DATABASES["default"].get("CONN_MAX_AGE") == 0


def local_queue() -> bool:
    return not settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://"))
