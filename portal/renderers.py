"""The boxes of forms, drawn without a template for each of their parts.

Django draws a list of choices by two templates for every choice: the filters above a list cost as much as its rows.
What is drawn here is what those templates draw, without their blanks; all other widgets are left to them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe

Widget = Mapping[str, Any]
INPUTS = (
    "text",
    "hidden",
    "number",
    "email",
    "url",
    "password",
    "date",
    "datetime",
    "time",
    "checkbox",
    "input",
)


class FormRenderer(DjangoTemplates):
    """Draws the commonest boxes itself."""

    def render(self, template_name: str, context: dict, request=None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def select(widget: Widget) -> SafeString:
    parts = [f'<select name="{_said(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        drawn = "".join(map(_option, options))
        parts.append(f'<optgroup label="{_shown(group)}">{drawn}</optgroup>' if group else drawn)
    return mark_safe("".join([*parts, "</select>"]))  # every part was escaped above


def _option(option: Widget) -> str:
    value, label = _said(option["value"]), _shown(option["label"])
    return f'<option value="{value}"{attributes(option["attrs"])}>{label}</option>'


def box(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else f' value="{_said(widget["value"])}"'
    head = f'<input type="{_said(widget["type"])}" name="{_said(widget["name"])}"'
    return mark_safe(f"{head}{value}{attributes(widget['attrs'])}>")  # every part was escaped


def attributes(attrs: Mapping[str, Any]) -> str:
    """The attributes as they stand in a tag: one that is true stands alone, one that is false is left out."""
    return "".join(
        f" {_shown(name)}" if value is True else f' {_shown(name)}="{_said(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _said(value: Any) -> str:
    """A value as programs read it."""
    return conditional_escape(value if isinstance(value, SafeData) else str(value))


def _shown(value: Any) -> str:
    """A value as people read it."""
    return conditional_escape(localize(value))


# By the template of Django's own that each stands for.
DRAWN: dict[str, Callable[[Widget], SafeString]] = {
    f"django/forms/widgets/{name}.html": draw
    for name, draw in {"select": select, **dict.fromkeys(INPUTS, box)}.items()
}
