"""The demo: database, worker and web server of one checkout, from start to Ctrl-C."""

import http.client
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from portal.demo.accounts import ACCOUNTS, PASSWORD
from portal.launcher import environment
from portal.launcher.locks import Taken, exclusive
from portal.launcher.processes import CannotStart, Child, Interrupted, interruptible, say, stop_all

READY_SECONDS = 60
THREADS = 8
BREATH_SECONDS = 3
WORKERS_THREADS = "12"
"""More than there are sweeps that draw papers, which wait for one another: what is short finds a thread meanwhile."""
WORKER_FAILED = "The worker ended by itself and is started again; its log says why."
WORKER_STOPPED = (
    "The worker was stopped. Pages go on; papers and messages wait for another:\n    ./run worker"
)
# Messages of the seeding are for nobody: the worker's timetable finds the rows. And no step of it has to wait for the
# disk: where the machine breaks down meanwhile, the next start begins anew.
SEEDING = {"CELERY_BROKER_URL": "memory://localhost", "PGOPTIONS": "-c synchronous_commit=off"}
KEPT_BY_FRESH = {"lock", "secret-key", "field-keys", "postgres-home", "logs", "run", "bytecode"}


def run(*, fresh: bool) -> int:
    """Start, serve, stop. The answer is the exit status."""
    state = environment.state_dir()
    try:
        with interruptible(), exclusive(state / "lock", wait=False):
            serve(state, fresh=fresh)
    except Interrupted:
        return 0
    except Taken as error:
        raise CannotStart("The demo of this checkout runs already.") from error
    return 0


def serve(state: Path, *, fresh: bool) -> None:
    children = [Child(name, state / "run") for name in ("prepare", "worker", "web")]
    for child in children:
        child.end_leftover()
    refuse_taken_port()
    if fresh or (state / "seeding").exists():
        begin_anew(state)
    with environment.database(state) as database_url:
        env = environment.demo_environment(database_url, state)
        try:
            bring_up(children, env, state)
            stand_by(*children[1:], restart=lambda worker: start_worker(worker, env, logs_of(state)))
        finally:
            say("\nStopping …")
            stop_all(children)


def bring_up(children: list[Child], env: dict[str, str], state: Path) -> None:
    prepare, worker, web = children
    logs = logs_of(state)
    say("Preparing the database …")
    prepare.start(manage("prepare", "--demo"), env | SEEDING, environment.CHECKOUT)
    # What the web server consists of is read in meanwhile; it listens as soon as there is something to serve.
    web.start(web_command(), env, environment.CHECKOUT, logs / "web.log", stdin=subprocess.PIPE)
    if prepare.process.wait() != 0:
        raise CannotStart("The database could not be prepared; the reason stands above.")
    web.go_on()
    start_worker(worker, env, logs)
    wait_until_ready(web, logs / "web.log")
    say(welcome())


def logs_of(state: Path) -> Path:
    logs = state / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return logs


def start_worker(worker: Child, env: dict[str, str], logs: Path) -> None:
    worker.start(worker_command(), env, environment.CHECKOUT, logs / "worker.log")


def manage(*words: str) -> list[str]:
    return [sys.executable, str(environment.CHECKOUT / "manage.py"), *words]


def worker_command() -> list[str]:
    words = ["-A", "portal", "worker", "-B", "-P", "threads", "-c", WORKERS_THREADS, "--loglevel", "INFO"]
    return [sys.executable, "-m", "celery", *words, "--without-gossip", "--without-mingle"]


def web_command() -> list[str]:
    place = f"{environment.bind()}:{environment.port()}"
    words = [
        "--bind",
        place,
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        str(THREADS),
        "--no-control-socket",
    ]
    return [sys.executable, "-m", "portal.launcher.web", "portal.wsgi", *words, "--graceful-timeout", "5"]


def refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.bind(), environment.port()))
        except OSError as error:
            hint = "Choose another one, e.g.: PORT=8001 ./run demo"
            raise CannotStart(f"Port {environment.port()} is not free ({error.strerror}). {hint}") from error


def begin_anew(state: Path) -> None:
    """Remove database, files, mail and queue; keys and logs stay."""
    say("Beginning anew …")
    environment.cluster(state).destroy()
    for path in state.iterdir():
        if path.name not in KEPT_BY_FRESH:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def wait_until_ready(web: Child, log: Path) -> None:
    limit = time.monotonic() + READY_SECONDS
    while not answers_ready():
        if web.ended() is not None or time.monotonic() > limit:
            raise CannotStart(f"The web server did not get ready. From {log}:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def answers_ready() -> bool:
    host = environment.address().removeprefix("http://").rpartition(":")[0]
    connection = http.client.HTTPConnection(host, environment.port(), timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stand_by(worker: Child, web: Child, *, restart: Callable[[Child], None]) -> None:
    """Until Ctrl-C. A web server that ends by itself ends the demo, loudly.

    A worker does not: papers and messages wait as rows. One that broke down is started again; one that somebody
    stopped stays stopped.
    """
    while True:
        if (status := web.ended()) is not None:
            raise CannotStart(f"The {web.name} ended by itself (status {status}); see its log.")
        if (status := worker.ended()) is not None:
            worker.forget()
            say(WORKER_FAILED if status > 0 else WORKER_STOPPED)
            if status > 0:
                time.sleep(BREATH_SECONDS)
                restart(worker)
        time.sleep(0.5)


def welcome() -> str:
    lines = [f"    {padded(a.username, 18)}{padded(a.role, 24)}{a.organisation}" for a in ACCOUNTS]
    head = f"    {padded('账号', 18)}{padded('角色', 24)}单位"
    place = f"\n  {environment.address()}/\n"
    return "\n".join(
        [
            place,
            f"  所有账号的密码 / password of all: {PASSWORD}\n",
            head,
            *lines,
            "",
            "  Ctrl-C 停止 / stops it.",
        ]
    )


def padded(text: str, width: int) -> str:
    """Filled with blanks, a Chinese character counting two."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, width - taken)
