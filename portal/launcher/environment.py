"""What the processes of the demo, of ``./run manage`` and of the tests find in their environment."""

import base64
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launcher.postgres import Cluster, home_for, throwaway
from portal.launcher.processes import CannotStart
from portal.launcher.software import owner

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def state_dir() -> Path:
    return Path(os.environ.get("STATE_DIR", CHECKOUT / ".state")).resolve()


def bind() -> str:
    return os.environ.get("BIND", "127.0.0.1")


def port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise CannotStart(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def address() -> str:
    """Where a browser finds the demo."""
    host = "127.0.0.1" if bind() in {"0.0.0.0", "::"} else bind()
    return f"http://{host}:{port()}"


def cluster(state: Path) -> Cluster:
    """The embedded database of this checkout."""
    who = owner()
    return Cluster(home_for(state, who), who)


@contextmanager
def database(state: Path) -> Iterator[str]:
    """The address of the database: ``DATABASE_URL`` if it is set, else that of the embedded one, running."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with cluster(state).running() as url:
        yield url


@contextmanager
def database_for_tests(state: Path) -> Iterator[str]:
    """The same, but empty and fast, and gone afterwards."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with throwaway(state) as url:
        yield url


def demo_environment(database_url: str, state: Path) -> dict[str, str]:
    """The settings of the demo. What the person set wins, except for what makes it the demo."""
    keys = {
        "SECRET_KEY": kept(state / "secret-key", lambda: secrets.token_urlsafe(48)),
        "FIELD_KEYS": kept(state / "field-keys", new_field_key),
        "PORTAL_URL": address(),
        "AVAILABILITY_URL": f"{address()}/healthz",
        "ALLOWED_HOSTS": "*" if bind() != "127.0.0.1" else "localhost,127.0.0.1,[::1]",
    }
    fixed = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DEBUG": "1",
        "DEMO": "1",
        "PRODUCTION": "0",
        "DATABASE_URL": database_url,
        "STATE_DIR": str(state),
    }
    return keys | os.environ | fixed


def kept(path: Path, make: Callable[[], str]) -> str:
    """A secret of this checkout: made once, readable by nobody else."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


def new_field_key() -> str:
    return f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}"
