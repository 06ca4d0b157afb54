"""``./run faults [--histories N] [--seed S] [--only BUG] [--resume]``: a run without bugs, then one for each bug.

How far it is stands in the state directory: with ``--resume`` the same run goes on where it was broken off.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import django


def main() -> int:
    given = _given()
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment(debug=False)
    old = setup_databases(verbosity=0, interactive=False)
    try:
        return report(given)
    finally:
        teardown_databases(old, verbosity=0)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults")
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each history has the next")
    parser.add_argument("--only", default=None, help="one planted bug by its name; empty for none")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the same run where it was broken off"
    )
    return parser.parse_args()


def report(given: argparse.Namespace) -> int:
    """One line for each run, in a database of its own; the seeds of what was found, so that they can be replayed."""
    from tests.faults.planted import PLANTS, SHOWN_BY
    from tests.faults.progress import Progress
    from tests.faults.runs import Done, run

    asked = {"histories": given.histories, "seed": given.seed, "only": given.only}
    progress, wrong = Progress(Path(os.environ.get("STATE_DIR", ".state")) / "faults.json", asked), 0
    if given.resume:
        progress.resume()

    def told(plant: str, done: Done) -> None:
        progress.keep(plant, done)
        _say(progress.words_of(done))

    for number, plant in enumerate(["", *PLANTS] if given.only is None else [given.only]):
        done = progress.so_far(plant)
        if done.histories < given.histories and not (plant and done.findings):
            with _database(f"faults{number}"):
                done = run(
                    histories=given.histories,
                    seed=given.seed,
                    plant=plant,
                    tell=partial(told, plant),
                    done=done,
                )
            progress.keep(plant, done)
        _say(f"{plant or 'no bug'}: {done}")
        for seed, found in done.findings:
            _say(f"  seed {seed}: {'；'.join(found)[:300]}")
        said = "；".join(words for _seed, found in done.findings for words in found)
        wrong += not re.search(SHOWN_BY[plant], said) if plant else bool(done.findings)
    return 1 if wrong else 0


@contextmanager
def _database(suffix: str) -> Iterator[None]:
    """A copy of the migrated database, so that no run meets what another left."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()
    connection.creation.clone_test_db(suffix, verbosity=0)
    connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings(suffix)["NAME"]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.creation.destroy_test_db(verbosity=0, suffix=suffix)


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
