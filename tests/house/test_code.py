"""What a reviewer would otherwise have to remember about the code."""

import ast
import inspect
import re
import types
import typing
from importlib import import_module

import pytest

from portal.celery import app
from tests.house.addresses import addresses
from tests.house.sources import BUSINESS, ROOMS, ROOT, nodes, sources

LONGEST_FILE = 400
LONGEST_VIEW = 20
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "select_for_update", "add", "set_password",
}  # fmt: skip
PLAIN = {int, str, bool, float, types.NoneType}


def service_functions(room: str) -> list:
    """What a room offers as its services."""
    package = import_module(f"{room}.services")
    return [getattr(package, name) for name in package.__all__ if inspect.isfunction(getattr(package, name))]


@pytest.mark.parametrize("room", BUSINESS)
def test_services_take_keywords_only(room):
    positional = [
        f"{function.__name__}({name})"
        for function in service_functions(room)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
    ]

    assert positional == []


@pytest.mark.parametrize("room", BUSINESS)
def test_every_service_says_what_it_does(room):
    assert [function.__name__ for function in service_functions(room) if not function.__doc__] == []


def test_only_the_lifecycle_writes_state():
    assigned = [
        place
        for place, node in nodes(kind=ast.Attribute)
        if node.attr == "state" and isinstance(node.ctx, ast.Store)
    ]
    updated = [
        place
        for place, node in nodes(kind=ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(keyword.arg == "state" for keyword in node.keywords)
    ]
    named = [
        place
        for place, node in nodes(kind=ast.Call)
        if isinstance(node.func, ast.Name)
        and node.func.id == "setattr"
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value == "state"
    ]

    assert {place.split(":")[0] for place in assigned} == {"records/lifecycle.py"}
    assert updated == []
    assert named == []


@pytest.mark.parametrize("floor", ["selectors", "forms"])
def test_reading_floors_write_nothing(floor):
    def is_set_of_python(node) -> bool:
        return node.func.attr in {"add", "update"} and isinstance(node.func.value, ast.Name)

    writes = [
        f"{place} .{node.func.attr}()"
        for place, node in nodes(floor, kind=ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES and not is_set_of_python(node)
        if ast.unparse(node.func.value) not in {"self.fields", "widget.attrs", "self.widget.attrs"}
    ]

    assert writes == []


def test_views_catch_nothing():
    assert [place for place, _node in nodes("views", kind=ast.Try)] == []


def views() -> dict[str, int]:
    """The functions that addresses lead to, with their length in lines."""
    found = {}
    for address in addresses():
        view = inspect.unwrap(address.pattern.callback)
        if inspect.isfunction(view) and view.__module__.split(".")[0] in ROOMS:
            found[f"{view.__module__}.{view.__name__}"] = len(inspect.getsource(view).splitlines())
    return found


def test_views_are_short():
    assert len(views()) > 80
    assert {name: lines for name, lines in views().items() if lines > LONGEST_VIEW} == {}


def test_files_are_no_books():
    long = [
        f"{path.relative_to(ROOT)} {lines}"
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]

    assert long == []


def test_money_is_never_a_float():
    floats = [
        f"{place} {ast.unparse(node)}"
        for kind in (ast.Call, ast.Constant)
        for place, node in nodes("funding", kind=kind)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    columns = [place for place, node in nodes(kind=ast.Attribute) if node.attr == "FloatField"]

    assert floats == []
    assert columns == []


def test_days_of_moments_are_days_of_the_city():
    """The database speaks UTC: without ``timezone.localdate`` the day of ``…_at`` is yesterday till eight."""
    found = [
        f"{path}: {line.strip()}"
        for path in sources()
        for line in path.read_text().splitlines()
        if re.search(r"_at\.date\(\)", line)
    ]
    assert found == []


def tasks() -> list:
    return [task for name, task in sorted(app.tasks.items()) if name.split(".")[0] in ROOMS]


def test_the_rooms_have_tasks():
    app.loader.import_default_modules()

    assert len(tasks()) > 10


def test_tasks_take_only_ids_and_plain_values():
    app.loader.import_default_modules()

    rich = [
        f"{task.name}({name})"
        for task in tasks()
        for name, kind in typing.get_type_hints(task.run).items()
        if name != "return" and not set(typing.get_args(kind) or (kind,)) <= PLAIN
    ]
    unnamed = [
        f"{task.name}({name})"
        for task in tasks()
        for name, parameter in inspect.signature(task.run).parameters.items()
        if parameter.annotation is inspect.Parameter.empty
    ]

    assert rich + unnamed == []


def test_nothing_goes_into_the_queue_before_the_commit():
    """Doorbells ring through ``on_commit``: a bare ``.delay(…)`` would ring for a row that may never be."""
    bare = [
        place
        for place, node in nodes(kind=ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"delay", "apply_async"}
        if not place.startswith("portal/celery.py")
    ]

    assert bare == []


def test_services_never_see_a_request():
    seen = [
        f"{place} {node.name}"
        for floor in (
            "services",
            "selectors",
            "policy",
            "lifecycle",
            "permissions",
            "notifications",
            "documents",
        )
        for place, node in nodes(floor, kind=ast.FunctionDef)
        if "/views/" not in place
        if any(argument.arg == "request" for argument in [*node.args.args, *node.args.kwonlyargs])
    ]

    assert seen == []


def test_nothing_is_put_off():
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    marks = [
        f"{path.relative_to(ROOT)} {word}"
        for path in sources()
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]

    assert marks == []
