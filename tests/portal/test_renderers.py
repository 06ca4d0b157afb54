"""Boxes drawn without templates are those that Django's templates draw, blanks aside."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from portal.renderers import FormRenderer

NASTY = '"><script>&amp;'


class Everything(forms.Form):
    words = forms.CharField(initial=NASTY, max_length=20, help_text="x")
    secret = forms.CharField(widget=forms.HiddenInput, initial=5)
    number = forms.IntegerField(min_value=1, max_value=9, initial=3)
    amount = forms.DecimalField(decimal_places=2, max_digits=9, initial="12345.60", localize=True)
    mail = forms.EmailField(required=False)
    password = forms.CharField(widget=forms.PasswordInput)
    day = forms.DateField(initial="2026-11-27", widget=forms.DateInput(attrs={"type": "date", NASTY: NASTY}))
    agreed = forms.BooleanField(initial=True)
    declined = forms.BooleanField(initial=False, disabled=True)
    one = forms.ChoiceField(
        initial="b",
        choices=[("a", _("甲")), ("b", "乙 & 丙"), (NASTY, NASTY), (12345, 12345), ("", mark_safe("<b>"))],
    )
    grouped = forms.MultipleChoiceField(
        initial=["x"],
        choices=[("", "—"), (f"组{NASTY}", [("x", "X"), ("y", "Y")])],
        widget=forms.SelectMultiple,
    )
    known = forms.NullBooleanField(initial=True)
    several = forms.MultipleChoiceField(choices=[("p", "P")], widget=forms.CheckboxSelectMultiple)
    long = forms.CharField(widget=forms.Textarea, initial=NASTY)


def tidy(html: str) -> str:
    return re.sub(r"\s+(?=<)|(?<=>)\s+", "", html).strip()


@pytest.mark.parametrize("name", Everything.base_fields)
@pytest.mark.parametrize("data", [None, {"words": "y", "one": NASTY, "grouped": ["y"], "agreed": ""}])
def test_the_same_box_as_by_template(name, data):
    ours, theirs = (
        str(Everything(data, renderer=renderer())[name]) for renderer in (FormRenderer, DjangoTemplates)
    )

    assert tidy(ours) == tidy(theirs)


def test_the_portal_draws_its_boxes_so(settings):
    assert isinstance(forms.Form().renderer, FormRenderer)
    assert "\n" not in str(Everything()["one"])
