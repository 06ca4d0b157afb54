"""Child processes: each in a group of its own, noted in a file, and ended with everything it started."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

STOP_SECONDS = 8
KILL_SECONDS = 5


class CannotStart(Exception):
    """Why not, in words for the person at the keyboard."""


class Interrupted(BaseException):
    """Somebody asked us to stop (Ctrl-C, or a signal of the system)."""


def say(words: str) -> None:
    """Print, where anybody still listens: a closed terminal must not keep us from cleaning up."""
    with suppress(OSError):
        print(words, flush=True)


@contextmanager
def interruptible() -> Iterator[None]:
    """INT, TERM and HUP raise ``Interrupted`` once; while we then clean up, further ones are ignored.

    A shell that starts us in the background sets INT to ignored: hence a handler for each.
    """
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number, frame):
        for other in asked:
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted

    before = {number: signal.signal(number, stop) for number in asked}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Child:
    """A program of ours. The group's number is kept in a file, so that the next start finds a leftover."""

    def __init__(self, name: str, notes: Path) -> None:
        self.name, self.note = name, notes / f"{name}.pid"
        self.process: subprocess.Popen | None = None

    def start(
        self,
        command: list[str],
        env: dict[str, str],
        cwd: Path,
        log: Path | None = None,
        *,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.note.parent.mkdir(parents=True, exist_ok=True)
        with nullcontext() if log is None else log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=stdin,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.note.write_text(f"{self.process.pid} {cwd}")

    def go_on(self) -> None:
        """Let a program that waits for the end of its input go on; one that has ended already does not mind."""
        if self.process and self.process.stdin and not self.process.stdin.closed:
            with suppress(OSError):
                self.process.stdin.write(b"\n")
                self.process.stdin.close()

    def ended(self) -> int | None:
        return self.process.poll() if self.process else None

    def forget(self) -> None:
        """It has ended: end what it left behind, and be ready for another start."""
        self.end_leftover()
        self.process = None

    def stop(self, *, until: float) -> None:
        """Wait for the end, then end whoever is left of what it started."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0, until - time.monotonic()))
        self.end_leftover()
        self.process.wait()

    def end_leftover(self) -> None:
        """End what is left of a run that the note tells of, even where its leader is gone."""
        if not self.note.exists():
            return
        group, _, cwd = self.note.read_text().partition(" ")
        limit = time.monotonic() + KILL_SECONDS
        while (left := members(int(group), Path(cwd))) and time.monotonic() < limit:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        self.note.unlink()


def stop_all(children: list[Child]) -> None:
    """Ask all of them kindly, wait for a moment, and end who is left. What a worker leaves undone is still a row."""
    for child in children:
        if child.process:
            child.process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.stop(until=until)


def members(group: int, cwd: Path) -> list[int]:
    """Living processes of the group that work in our folder; numbers are used again, folders are not."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if belongs(pid, group, cwd)]


def belongs(pid: int, group: int, cwd: Path) -> bool:
    try:
        state, _parent, its_group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
        return int(its_group) == group and state != "Z" and Path(f"/proc/{pid}/cwd").readlink() == cwd
    except OSError:
        return False
