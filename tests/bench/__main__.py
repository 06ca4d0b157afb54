"""``./run bench [--institutes N] [--applications N] [--rounds N]``: what pages cost when there is a lot.

Fills a database of its own and measures in one process, every page in turn, against a page with one query. The exit
status says whether all gates were kept and the negative control failed.
"""

import argparse
import sys

import django

FULL = {"institutes": 100_000, "applications": 1_000_000, "rounds": 150}


def main() -> int:
    given = _given()
    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    from tests.bench.run import run

    # No environment of tests: that one has every template tell what it rendered, which costs as much again.
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    settings.DATABASES["default"]["OPTIONS"]["options"] = (
        settings.PLANNING
    )  # as in production, not as in tests
    old = setup_databases(verbosity=0, interactive=False)
    try:
        return run(given.institutes, given.applications, rounds=given.rounds, say=_say)
    finally:
        teardown_databases(old, verbosity=0)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    for name, usual in FULL.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    return parser.parse_args()


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
