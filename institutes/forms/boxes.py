"""Boxes that draw themselves without a template: a long table has a thousand of them.

What they draw is what Django's own templates draw; only the way there is short.
"""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class _Short:
    """An ``<input>`` without a template."""

    def _render(self, template_name, context, renderer=None) -> SafeString:
        box = context["widget"]
        value = {} if box["value"] is None else {"value": box["value"]}
        return format_html(
            "<input{}>", flatatt({"type": box["type"], "name": box["name"], **value, **box["attrs"]})
        )


class TextBox(_Short, forms.TextInput):
    pass


class DayBox(_Short, forms.DateInput):
    pass


class TickBox(_Short, forms.CheckboxInput):
    pass


class ChoiceBox(forms.Select):
    """A ``<select>`` without groups, without a template."""

    def _render(self, template_name, context, renderer=None) -> SafeString:
        box = context["widget"]
        options = (option for _group, options, _index in box["optgroups"] for option in options)
        drawn = "".join(
            format_html(
                "<option{}>{}</option>", flatatt({"value": each["value"], **each["attrs"]}), each["label"]
            )
            for each in options
        )
        head = flatatt({"name": box["name"], **box["attrs"]})
        return format_html("<select{}>{}</select>", head, mark_safe(drawn))  # drawn by format_html
