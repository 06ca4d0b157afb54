"""An embedded PostgreSQL cluster: made when missing, started when needed, stopped by the last who uses it."""

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2

from portal.launcher.locks import Users, exclusive
from portal.launcher.processes import CannotStart
from portal.launcher.software import Owner, owner, programs

ROLE = DATABASE = "portal"
START_SECONDS = STOP_SECONDS = 30
OLD_SECONDS = 60
SERVE = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "100"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
THROWAWAY_PREFIX = "portal-throwaway-"
ROOTS_PLACE = Path("/var/lib/portal-embedded")


class DidNotStart(CannotStart):
    """The server ended, or did not answer in time; its log is in the message."""


class Cluster:
    """One data folder with its server. ``home`` must be reachable for ``who``; see :func:`home_for`."""

    def __init__(self, home: Path, who: Owner, *, options: dict[str, str] | None = None) -> None:
        self.home, self.who = home.resolve(), who
        self.server: subprocess.Popen | None = None  # where it was this process that started it
        self.options = SERVE | (options or {})
        self.data, self.log, self.password_file = (self.home / name for name in ("data", "log", "password"))

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the server for as long as the block runs; it may serve several such blocks."""
        self.make_home()
        users = Users(self.home / "users")
        users.enter()
        try:
            with exclusive(self.home / "lock"):
                if not self.answers():
                    self.stop()
                    self.start()
            yield self.url()
        finally:
            with exclusive(self.home / "lock"):
                if users.leave():
                    self.stop()

    def make_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.who.give(self.home, 0o700)

    def start(self) -> None:
        bin_folder = programs(self.who, keep=ROOTS_PLACE)
        if not (self.data / "PG_VERSION").exists():
            self.initialise(bin_folder)
        self.forget_the_dead()
        options = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [bin_folder / "postgres", "-D", self.data, "-p", str(free_port()), *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.who.popen(),
            )
        try:
            self.wait_until_it_answers()
        except BaseException:  # Ctrl-C above all: the server has not yet noted how to find it again
            self.server.send_signal(signal.SIGINT)
            self.server.wait()
            raise
        self.make_database()

    def initialise(self, bin_folder: Path) -> None:
        """A new data folder, complete or not at all."""
        making = self.home / "making"
        shutil.rmtree(making, ignore_errors=True)
        self.password_file.write_text(secrets.token_urlsafe(24))
        self.who.give(self.password_file, 0o600)
        words = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-instructions"]
        done = subprocess.run(
            [bin_folder / "initdb", "-D", making, "-U", ROLE, f"--pwfile={self.password_file}", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.who.popen(),
        )
        if done.returncode != 0:
            raise DidNotStart(done.stdout)
        making.rename(self.data)

    def forget_the_dead(self) -> None:
        """Remove the note of a killed server once nobody is left of it.

        PostgreSQL itself believes the note for as long as the number is in use, be it by a zombie or a stranger.
        """
        limit = time.monotonic() + STOP_SECONDS
        while any(serves(pid, self.data) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))):
            if time.monotonic() > limit:
                return
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def wait_until_it_answers(self) -> None:
        limit = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.server.poll() is not None or time.monotonic() > limit:
                raise DidNotStart(self.log.read_text()[-2000:])
            time.sleep(0.03)

    def answers(self) -> bool:
        """Whether the server of this data folder takes connections."""
        try:
            self.connect("postgres").close()
        except (psycopg2.OperationalError, LookupError):
            return False
        return True

    def connect(self, database: str):
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.pid_and_port()[1],
            user=ROLE,
            password=self.password_file.read_text(),
            dbname=database,
            connect_timeout=3,
        )

    def make_database(self) -> None:
        connection = self.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()

    def url(self) -> str:
        return f"postgres://{ROLE}:{self.password_file.read_text()}@127.0.0.1:{self.pid_and_port()[1]}/{DATABASE}"

    def pid_and_port(self) -> tuple[int, int]:
        """As the server wrote them down; ``LookupError`` where there is none."""
        lines = self.pid_file_lines()
        if len(lines) < 4 or not serves(int(lines[0]), self.data):
            raise LookupError("no server")
        return int(lines[0]), int(lines[3])

    def pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def stop(self) -> None:
        """A fast shutdown; an immediate one where that takes too long (the next start then recovers)."""
        try:
            pid, _ = self.pid_and_port()
        except LookupError:
            return
        for how in (signal.SIGINT, signal.SIGQUIT):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            if self.gone(pid):
                return

    def gone(self, pid: int) -> bool:
        """Waits for the end of the server, whether it is our child or not."""
        limit = time.monotonic() + STOP_SECONDS
        while time.monotonic() < limit:
            if not serves(pid, self.data):
                if self.server:
                    self.server.wait()  # an ended child stays in the list of processes until somebody asks
                return True
            time.sleep(0.02)
        return False

    def destroy(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def serves(pid: int, data: Path) -> bool:
    """Whether ``pid`` is alive and serves ``data``, where a server lives: numbers of processes are used again."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def home_for(state: Path, who: Owner) -> Path:
    """Where the data of this checkout lies: below ``state``, or where ``nobody`` can reach it; remembered."""
    note = state / "postgres-home"
    if note.exists():
        return Path(note.read_text().strip())
    state.mkdir(parents=True, exist_ok=True)
    home = base_for(state, who) / "postgres"
    home.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{home}\n")
    return home


def base_for(state: Path, who: Owner) -> Path:
    """``state`` itself if ``who`` reaches it, else a place of root's, one per checkout."""
    if who.reaches(state):
        return state.resolve()
    return ROOTS_PLACE / hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]


@contextmanager
def throwaway(state: Path) -> Iterator[str]:
    """A fast cluster for one run of the tests; nothing of it survives the run."""
    sweep_throwaways()
    who = owner()
    base = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX))
    base.chmod(0o711)
    cluster = Cluster(base / "postgres", who, options=FAST)
    try:
        with cluster.running() as url:
            yield url
    finally:
        cluster.destroy()
        shutil.rmtree(base, ignore_errors=True)


def sweep_throwaways() -> None:
    """Remove what a killed run of the tests left behind, and only that."""
    for base in Path(tempfile.gettempdir()).glob(f"{THROWAWAY_PREFIX}*"):
        lock = base / "postgres" / "users"
        old = base.stat().st_mtime < time.time() - OLD_SECONDS
        if old and os.access(base, os.W_OK) and lock.exists() and Users(lock).leave():
            Cluster(base / "postgres", owner()).destroy()
            shutil.rmtree(base, ignore_errors=True)
