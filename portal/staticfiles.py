"""Third-party front-end files: taken from the npm packages, by name, and never committed.

Only what is listed is served. A file is addressed as ``vendor/<its path in node_modules>``; the ``.map`` file
that a listed file names is listed too, since the manifest of the production storage follows the reference.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import Error
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor"
FILES = (
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/css/tabler.min.css.map",
    "@tabler/core/dist/css/tabler-vendors.min.css",
    "@tabler/core/dist/css/tabler-vendors.min.css.map",
    "@tabler/core/dist/js/tabler.min.js",
    "@tabler/core/dist/js/tabler.min.js.map",
    "echarts/dist/echarts.common.min.js",
    "flatpickr/dist/flatpickr.min.css",
    "flatpickr/dist/flatpickr.min.js",
    "flatpickr/dist/l10n/zh.js",
    "htmx.org/dist/htmx.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select/dist/css/tom-select.bootstrap5.min.css.map",
    "tom-select/dist/js/tom-select.complete.min.js",
    "tom-select/dist/js/tom-select.complete.min.js.map",
)


class NpmFinder(BaseFinder):
    """Finds the listed files below ``node_modules``."""

    def __init__(self, *args, **kwargs) -> None:
        self.storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules")
        self.storage.prefix = PREFIX
        super().__init__(*args, **kwargs)

    def check(self, **kwargs) -> list[Error]:
        missing = [name for name in FILES if not self.storage.exists(name)]
        if not missing:
            return []
        return [
            Error(
                f"Front-end files are missing: {', '.join(missing)}",
                hint="Install them with: npm ci",
                id="portal.E010",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs) -> str | list[str]:
        name = Path(path).as_posix().removeprefix(f"{PREFIX}/")
        if not path.startswith(f"{PREFIX}/") or name not in FILES or not self.storage.exists(name):
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in FILES:
            if self.storage.exists(name):
                yield name, self.storage
