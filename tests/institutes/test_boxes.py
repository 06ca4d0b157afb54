"""Boxes drawn without a template look as Django's own."""

import pytest
from django import forms
from django.test.html import parse_html

from institutes.forms.boxes import ChoiceBox, DayBox, TextBox, TickBox

ATTRS = {"id": "id_x", "class": "a b", "aria-label": '示例 "甲" <乙>', "required": True, "disabled": False}
CHOICES = [("", "请选择"), ("a", "<甲>"), (5, "乙")]


@pytest.mark.parametrize(
    ("ours", "theirs", "values"),
    [
        (TextBox(), forms.TextInput(), ["", None, "示例", '"><script>', 5]),
        (DayBox(attrs={"type": "date"}), forms.DateInput(attrs={"type": "date"}), ["", "2026-03-05"]),
        (TickBox(), forms.CheckboxInput(), [True, False, None]),
        (ChoiceBox(choices=CHOICES), forms.Select(choices=CHOICES), ["", None, "a", 5, "5", "gone"]),
    ],
    ids=["text", "day", "tick", "choice"],
)
def test_they_draw_what_django_draws(ours, theirs, values):
    for value in values:
        drawn, wanted = ours.render("x-0-y", value, ATTRS), theirs.render("x-0-y", value, ATTRS)
        assert parse_html(drawn) == parse_html(wanted)
