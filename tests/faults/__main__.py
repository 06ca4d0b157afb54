"""``./run faults [--histories N] [--seed S] [--minutes M]``: a run without bugs, then one for each planted bug."""

import argparse
import os
import sys
import tempfile
import time

import django


def main() -> int:
    given = _given()
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    old = setup_databases(verbosity=0, interactive=False)
    try:
        return report(given)
    finally:
        teardown_databases(old, verbosity=0)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults")
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each history has the next")
    parser.add_argument("--only", default=None, help="one planted bug by name; empty for none")
    return parser.parse_args()


def report(given: argparse.Namespace) -> int:
    """One line for each run; the seeds of what was found, so that they can be replayed."""
    from tests.faults.planted import PLANTS
    from tests.faults.runs import run

    wrong = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.environ["FAULTS_BANK"] = f"{folder}/bank.sqlite"
        for plant in ["", *PLANTS] if given.only is None else [given.only]:
            began = time.monotonic()
            done = run(histories=given.histories, seed=given.seed, plant=plant, stop_at_first=bool(plant))
            print(f"{plant or 'no bug'}: {done} in {time.monotonic() - began:.0f} s", flush=True)
            for seed, found in done.findings:
                print(f"  seed {seed}: {'；'.join(found)[:300]}")
            wrong += bool(done.findings) != bool(plant)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
