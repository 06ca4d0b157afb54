from django.contrib.staticfiles import finders

from portal.staticfiles import FILES, NpmFinder

HTMX = "htmx.org/dist/htmx.min.js"


def test_every_listed_file_is_there():
    assert NpmFinder().check() == []
    assert [finders.find(f"vendor/{name}") is None for name in FILES] == [False] * len(FILES)


def test_nothing_else_is_served():
    hidden = ["vendor/htmx.org/package.json", f"vendor/../{HTMX}", HTMX, "vendor/", "htmx.org/package.json"]

    assert [finders.find(name) for name in hidden] == [None] * len(hidden)


def test_files_are_collected_below_their_prefix():
    assert [name for name, storage in NpmFinder().list([]) if storage.prefix == "vendor"] == list(FILES)
