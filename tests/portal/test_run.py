"""The portal's front door: what the script ``run`` sees to before anything starts."""

import shutil
import subprocess

import pytest

from portal.launcher import environment

TOOLS = ("sh", "dirname", "sed", "cksum", "cat", "id")


@pytest.fixture
def bare(tmp_path):
    """A checkout on a machine without Python, Node.js and libraries, where nobody may install anything."""
    for name in TOOLS:
        (tmp_path / name).symlink_to(shutil.which(name))
    for name, words in {"apt-get": "exit 9", "id": "echo 1000", "python3": "exit 1"}.items():
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{words}\n")
        (tmp_path / name).chmod(0o755)
    shutil.copy(environment.CHECKOUT / "run", tmp_path / "run")
    return tmp_path


def test_run_names_all_that_is_missing_with_the_command_that_installs_it(bare):
    done = subprocess.run(
        [bare / "run", "test"], env={"PATH": str(bare)}, capture_output=True, text=True, check=False
    )

    packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils"
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"    sudo apt-get install --no-install-recommends {packages}"


def test_run_without_a_command_shows_what_there_is(bare):
    done = subprocess.run(
        [bare / "run"], env={"PATH": str(bare)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "./run demo [--fresh]" in done.stderr


@pytest.fixture
def equipped(bare):
    """A checkout whose packages are all there, with a Python and an npm that say what they were called with."""
    python = 'case $1 in -m) echo "$*" "$PYTHONPYCACHEPREFIX" "${PYTHONDONTWRITEBYTECODE-unset}";; esac'
    for name, words in {"python3": "exit 0", ".venv/bin/python": python, "npm": "echo $* >asked"}.items():
        (bare / name).parent.mkdir(parents=True, exist_ok=True)
        (bare / name).unlink(missing_ok=True)
        (bare / name).write_text(f"#!/bin/sh\n{words}\n")
        (bare / name).chmod(0o755)
    (bare / "node_modules").mkdir()
    for name, stamp in {
        "demo.lock": ".venv/installed-demo",
        "package-lock.json": "node_modules/.installed",
    }.items():
        (bare / name).write_text(name)
        told = subprocess.run(["cksum"], input=name, capture_output=True, text=True, check=True)
        (bare / stamp).write_text(told.stdout)
    return bare


def run_manage(checkout, **env):
    return subprocess.run(
        [checkout / "run", "manage", "check"],
        env={"PATH": str(checkout), **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("folder", [None, "/somewhere"])
def test_run_keeps_what_python_compiles_with_the_state(equipped, folder):
    env = {"PYTHONDONTWRITEBYTECODE": "1"} | ({"STATE_DIR": folder} if folder else {})

    done = run_manage(equipped, **env)

    state = folder or f"{equipped}/.state"
    assert done.stdout == f"-m portal.launcher manage check {state}/bytecode unset\n"
    assert not (equipped / "asked").exists()


def test_run_installs_the_front_end_where_it_is_not_todays(equipped):
    (equipped / "package-lock.json").write_text("another")

    assert run_manage(equipped).returncode == 0
    assert (equipped / "asked").read_text().startswith("ci ")

    (equipped / "asked").unlink()
    assert run_manage(equipped).returncode == 0
    assert not (equipped / "asked").exists()


def test_run_does_not_begin_without_the_front_end(equipped):
    (equipped / "package-lock.json").write_text("another")
    (equipped / "npm").write_text("#!/bin/sh\nexit 1\n")

    done = run_manage(equipped)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "npm could not install the front end."
