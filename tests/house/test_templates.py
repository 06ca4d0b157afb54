"""What a reviewer would otherwise have to remember about templates."""

import ast
import re

from tests.house.sources import ROOT, nodes, sources, templates

FORBIDDEN = {
    "a filter that trusts": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "a style in a page": re.compile(r"<style\b|\sstyle\s*=\s*[\"']"),
    "a script in a page": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|hx-on|[\"']js:|javascript:", re.IGNORECASE),
    "something from outside": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}
# Django finds these by their names.
FOUND_BY_NAME = {"403.html", "403_csrf.html", "404.html", "500.html"}
# Not pages of a browser under the CSP: mail has no stylesheets, papers are laid out by WeasyPrint.
OUTSIDE_THE_CSP = ("mail", "print")


def texts() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT / "templates")): path.read_text(encoding="utf-8") for path in templates()
    }


def test_pages_keep_to_the_strict_csp():
    found = [
        f"{name}: {what}"
        for name, text in texts().items()
        for what, pattern in FORBIDDEN.items()
        if pattern.search(text) and not set(name.split("/")) & set(OUTSIDE_THE_CSP)
    ]

    assert found == []


def test_no_template_trusts_what_it_shows():
    trusting = [
        name
        for name, text in texts().items()
        if FORBIDDEN["a filter that trusts"].search(text)
        and not name.endswith(".txt")  # nothing to escape there
    ]

    assert trusting == []


def test_every_form_says_how_it_is_sent():
    forms = [(name, tag) for name, text in texts().items() for tag in re.findall(r"<form\b[^>]*>", text)]

    assert [name for name, tag in forms if "method=" not in tag] == []


def test_every_posted_form_is_guarded_against_forgery():
    open_forms = [
        name
        for name, text in texts().items()
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL)
        if "csrf_token" not in form
    ]

    assert open_forms == []


def asked_for() -> tuple[str, list[re.Pattern]]:
    """All text that may name a template, and the shapes of names that the code puts together."""
    shapes = [
        re.compile("".join(_shape_of(part) for part in node.values))
        for _place, node in nodes(kind=ast.JoinedStr)
        if any("/" in str(getattr(part, "value", "")) for part in node.values)
    ]
    words = [path.read_text(encoding="utf-8") for path in sources()] + list(texts().values())
    return "\n".join(words), [shape for shape in shapes if not shape.fullmatch("//")]


def _shape_of(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_]+"


def test_every_template_is_used():
    text, shapes = asked_for()
    unused = [
        name
        for name in texts()
        if name not in FOUND_BY_NAME
        and not is_named(name, text)
        and not any(shape.fullmatch(name) for shape in shapes)
    ]

    assert unused == []


def is_named(name: str, text: str) -> bool:
    """By its path in quotes."""
    return f'"{name}"' in text


def test_every_template_that_is_asked_for_exists():
    named = {
        name
        for path in sources()
        for name in re.findall(r"\"([a-z_]+(?:/[a-z_]+)+\.(?:html|txt))\"", path.read_text(encoding="utf-8"))
    }

    assert sorted(name for name in named if not (ROOT / "templates" / name).exists()) == []
