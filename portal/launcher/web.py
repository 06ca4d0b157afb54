"""The demo's web server. It reads in what it consists of at once, and serves when it is told that it may.

Told by a line on its input: the end of it without one says that whoever started it is gone.
"""

import sys
from importlib import import_module

from gunicorn.app.wsgiapp import run

READ = ("portal.wsgi", "portal.urls")


def main() -> None:
    """Arguments are gunicorn's. Its worker is a fork of this process, and has nothing left to read."""
    for name in READ:
        import_module(name)
    if sys.stdin.readline():
        run()


if __name__ == "__main__":
    main()
