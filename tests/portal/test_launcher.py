"""The launcher, with real processes: it is trusted with somebody's data."""

import io
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from portal.launcher import __main__ as launcher
from portal.launcher import demo, environment, postgres, processes, software, web
from portal.launcher.locks import Taken, Users, exclusive
from portal.launcher.postgres import Cluster
from portal.launcher.processes import CannotStart, Child, Interrupted, interruptible, members, stop_all

pytestmark = pytest.mark.slow


@pytest.fixture
def home():
    """A folder that ``nobody`` reaches, which the temporary folders of the test runner are not."""
    with tempfile.TemporaryDirectory(prefix="launcher-test-") as folder:
        os.chmod(folder, 0o711)
        yield Path(folder) / "postgres"


@pytest.fixture
def cluster(home):
    cluster = Cluster(home, software.owner(), options=postgres.FAST)
    yield cluster
    cluster.destroy()


def ask(url: str, question: str):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def test_cluster_keeps_its_data_and_stops_with_its_last_user(cluster):
    with cluster.running() as url:
        ask(url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('存')")
        with cluster.running() as same:
            assert same == url
        assert cluster.answers()
    assert not cluster.answers()

    with cluster.running() as url:
        assert ask(url, "SELECT word FROM kept") == ("存",)


def test_cluster_is_utf8_and_asks_for_a_password(cluster):
    with cluster.running() as url:
        assert ask(
            url,
            "SELECT getdatabaseencoding(), datcollate, current_setting('listen_addresses') "
            "FROM pg_database WHERE datname = current_database()",
        ) == ("UTF8", "C.UTF-8", "127.0.0.1")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            ask(url.replace(cluster.password_file.read_text(), "wrong"), "SELECT 1")
    assert stat.S_IMODE(cluster.password_file.stat().st_mode) == 0o600


def test_cluster_of_a_crashed_run_is_taken_over(cluster):
    with cluster.running() as url:
        pid, _ = cluster.pid_and_port()
        os.kill(pid, signal.SIGKILL)
        assert cluster.gone(pid)
    with cluster.running() as url:
        assert ask(url, "SELECT 1") == (1,)


def test_cluster_starts_where_its_killed_server_is_a_zombie(cluster, home):
    with cluster.running():
        pid, _ = cluster.pid_and_port()
        os.kill(pid, signal.SIGKILL)  # a child of this process, which does not ask for its end

        successor = Cluster(home, software.owner(), options=postgres.FAST)
        with successor.running() as url:
            assert ask(url, "SELECT 1") == (1,)
            assert "zombie" in Path(f"/proc/{pid}/status").read_text()
    cluster.server.wait()
    successor.server.wait()


def test_cluster_never_stops_a_stranger(cluster):
    cluster.make_home()
    cluster.data.mkdir()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n")

    cluster.stop()

    assert not cluster.answers()


def test_throwaway_leaves_nothing_behind(tmp_path):
    with postgres.throwaway(tmp_path) as url:
        assert ask(url, "SELECT current_setting('fsync')") == ("off",)
        (base,) = [path for path in bases() if f"{path}/postgres/data" == ask(url, "SHOW data_directory")[0]]
    assert base not in bases()


def bases() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"{postgres.THROWAWAY_PREFIX}*"))


def test_home_is_remembered(tmp_path):
    first = postgres.home_for(tmp_path, software.owner())

    assert postgres.home_for(tmp_path, software.owner()) == first
    assert (tmp_path / "postgres-home").read_text() == f"{first}\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")
def test_root_runs_the_server_as_nobody(cluster):
    with cluster.running():
        pid, _ = cluster.pid_and_port()
        assert Path(f"/proc/{pid}").stat().st_uid == software.owner().uid != 0


def test_programs_are_copied_with_their_libraries(tmp_path):
    copied = software.copied_programs(software.packaged_programs(), tmp_path)

    answer = subprocess.run([copied / "postgres", "--version"], check=True, capture_output=True, text=True)
    assert answer.stdout.startswith("postgres (PostgreSQL) 18.")


def test_lock_is_for_one(tmp_path):
    with exclusive(tmp_path / "lock"), pytest.raises(Taken), exclusive(tmp_path / "lock", wait=False):
        raise AssertionError("two inside")


def test_the_last_user_is_told(tmp_path):
    one, other = Users(tmp_path / "users"), Users(tmp_path / "users")
    one.enter()
    other.enter()

    assert (one.leave(), other.leave()) == (False, True)


PARENT = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {nap!r}]); {nap}".format(
    nap="import time; time.sleep(60)"
)


def family(child: Child, tmp_path: Path, count: int) -> list[int]:
    limit = time.monotonic() + 10
    while len(found := members(child.process.pid, tmp_path)) < count and time.monotonic() < limit:
        time.sleep(0.05)
    return found


def test_child_is_stopped_with_all_it_started(tmp_path):
    child = Child("family", tmp_path)
    child.start([sys.executable, "-c", PARENT], dict(os.environ), tmp_path)
    assert len(family(child, tmp_path, 2)) == 2

    stop_all([child])

    assert members(child.process.pid, tmp_path) == []
    assert not child.note.exists()


def ending(name: str, words: str, folder: Path) -> Child:
    child = Child(name, folder)
    child.start([sys.executable, "-c", words], dict(os.environ), folder)
    return child


def until_the_web_ends(worker: Child, tmp_path: Path) -> list[Child]:
    """Stand by until the web server ends, a second from now; the workers that were started again."""
    again: list[Child] = []
    web = ending("web", "import time; time.sleep(1.5)", tmp_path)
    with pytest.raises(CannotStart, match="web ended by itself"):
        demo.stand_by(worker, web, restart=again.append)
    return again


def test_a_worker_that_breaks_down_is_started_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "BREATH_SECONDS", 0)
    worker = ending("worker", "raise SystemExit(1)", tmp_path)

    assert until_the_web_ends(worker, tmp_path) == [worker]
    assert "started again" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_demo_goes_on_without_a_worker_that_somebody_stopped(tmp_path, number, capsys):
    worker = ending("worker", "import time; time.sleep(60)", tmp_path)
    worker.process.send_signal(number)

    assert until_the_web_ends(worker, tmp_path) == []
    assert "./run worker" in capsys.readouterr().out
    assert not worker.note.exists()


WAITS = "import sys; raise SystemExit(0 if sys.stdin.readline() else 3)"


def test_a_child_that_waits_is_told_to_go_on(tmp_path):
    told, left = (Child(name, tmp_path) for name in ("told", "left"))
    for child in (told, left):
        child.start([sys.executable, "-c", WAITS], dict(os.environ), tmp_path, stdin=subprocess.PIPE)

    told.go_on()
    left.process.stdin.close()
    assert [child.process.wait(10) for child in (told, left)] == [0, 3]
    told.go_on()


@pytest.mark.parametrize(("line", "then"), [("\n", ["served"]), ("", [])])
def test_the_web_server_reads_in_at_once_and_serves_when_it_is_told(monkeypatch, line, then):
    done: list[str] = []
    monkeypatch.setattr(web, "import_module", done.append)
    monkeypatch.setattr(web, "run", lambda: done.append("served"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))

    web.main()

    assert done == ["portal.wsgi", "portal.urls", *then]


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
)


def test_children_that_do_not_listen_are_waited_for_together(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 1)
    children = [Child(name, tmp_path) for name in ("one", "other")]
    for child in children:
        log = tmp_path / f"{child.name}.log"
        child.start([sys.executable, "-c", STUBBORN], dict(os.environ), tmp_path, log)
        while not log.read_text():
            time.sleep(0.05)
    begun = time.monotonic()

    stop_all(children)

    assert [child.ended() for child in children] == [-signal.SIGKILL, -signal.SIGKILL]
    assert 1 <= time.monotonic() - begun < 1.9


CLEANING = (
    "import sys; from portal.launcher.processes import say; say('Stopping …'); sys.stderr.write('clean')"
)


def test_a_closed_terminal_keeps_nobody_from_cleaning_up():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-c", CLEANING], stdout=closed, stderr=subprocess.PIPE, text=True, check=False
        )

    assert done.stderr.startswith("clean")


def test_leftovers_are_ended_even_where_their_leader_is_gone(tmp_path):
    crashed = Child("family", tmp_path)
    crashed.start([sys.executable, "-c", PARENT], dict(os.environ), tmp_path)
    family(crashed, tmp_path, 2)
    crashed.process.kill()
    crashed.process.wait()

    Child("family", tmp_path).end_leftover()

    assert members(crashed.process.pid, tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_interrupt_once_and_then_wait(number):
    before = signal.getsignal(number)
    with interruptible():
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)

    assert signal.getsignal(number) == before


def test_a_taken_port_is_named(monkeypatch):
    with demo.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(CannotStart, match="is not free"):
            demo.refuse_taken_port()


@pytest.mark.parametrize("given", ["abc", "", "0", "65536", "-1"])
def test_a_senseless_port_is_named(monkeypatch, capsys, tmp_path, given):
    monkeypatch.setenv("PORT", given)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))

    assert launcher.main(["demo"]) == 1

    assert capsys.readouterr().err == f"PORT is {given!r}; it must be a number from 1 to 65535.\n"


def test_beginning_anew_keeps_keys_and_logs(tmp_path):
    for name in ("secret-key", "seeding", "logs/web.log", "media/a.pdf", "mail/1.log", "bytecode/a.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    demo.begin_anew(tmp_path)

    kept = ["bytecode", "logs", "postgres-home", "secret-key"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_secrets_are_made_once_and_private(tmp_path):
    made = environment.kept(tmp_path / "key", lambda: "first")

    assert (made, environment.kept(tmp_path / "key", lambda: "second")) == ("first", "first")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_demo_environment_lets_the_person_choose_but_stays_a_demo(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_URL", "http://demo.example")
    monkeypatch.setenv("DEBUG", "0")

    env = environment.demo_environment("postgres://x", tmp_path)

    names = ("PORTAL_URL", "DEBUG", "DEMO", "PRODUCTION", "DATABASE_URL")
    assert [env[name] for name in names] == ["http://demo.example", "1", "1", "0", "postgres://x"]


def test_accounts_are_printed_in_columns():
    assert [demo.padded(text, 8) + "|" for text in ("角色", "ab")] == ["角色    |", "ab      |"]
