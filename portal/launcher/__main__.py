"""``python -m portal.launcher demo|worker|manage|test|faults|bench|probe``: what the script ``run`` calls."""

import argparse
import os
import signal
import subprocess
import sys

from portal.launcher import demo, environment, probe
from portal.launcher.processes import CannotStart, Interrupted, interruptible

INTERRUPTED = 130  # as shells say it of a command that Ctrl-C ended


def main(words: list[str]) -> int:
    """The exit status. What keeps us from starting is said in words, without a trace."""
    try:
        return obey(words)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except Interrupted:
        return INTERRUPTED


def obey(words: list[str]) -> int:
    if words[:1] == ["manage"]:
        return manage(words[1:])
    if words[:1] == ["test"]:
        return test(words[1:])
    if words[:1] == ["faults"]:
        return on_a_database_for_tests(["-m", "tests.faults", *words[1:]])
    if words[:1] == ["bench"]:
        return on_a_database_for_tests(["-m", "tests.bench", *words[1:]])
    if words == ["worker"]:
        return on_the_demos_database(demo.worker_command())
    parser = argparse.ArgumentParser(prog="run")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo").add_argument("--fresh", action="store_true", help="begin anew")
    commands.add_parser("probe").add_argument("path")
    given = parser.parse_args(words)
    return probe.run(given.path) if given.command == "probe" else demo.run(fresh=given.fresh)


def manage(words: list[str]) -> int:
    """Django's command line on the demo's database."""
    return on_the_demos_database(demo.manage(*words))


def on_the_demos_database(command: list[str]) -> int:
    """Run it with the demo's settings; the database runs for as long as the command."""
    state = environment.state_dir()
    with interruptible(), environment.database(state) as url:
        return call(command, environment.demo_environment(url, state))


# Two at a time, in their order: the slow ones (walks in a browser, journeys) come last, and a core that was given a
# helping of them would end minutes after the others.
ON_ALL_CORES = ["-n", "auto", "--maxschedchunk", "2"]


def test(words: list[str]) -> int:
    """pytest on a database of its own; on all cores where nothing in particular was asked for."""
    return on_a_database_for_tests(["-m", "pytest", *(words or ON_ALL_CORES)])


def on_a_database_for_tests(words: list[str]) -> int:
    """Run Python with the tests' settings; the database runs for as long as the command."""
    with interruptible(), environment.database_for_tests(environment.state_dir()) as url:
        settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return call([sys.executable, *words], os.environ | settings)


def call(command: list[str], env: dict[str, str]) -> int:
    """Run a command of the foreground. Ctrl-C is its own affair: the terminal tells it, else we pass it on."""
    process = subprocess.Popen(command, env=env, cwd=environment.CHECKOUT)

    def pass_on(number, frame):
        if not sys.stdin.isatty():
            process.send_signal(number)

    signal.signal(signal.SIGINT, pass_on)
    try:
        return process.wait()
    except Interrupted:
        process.terminate()
        return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
