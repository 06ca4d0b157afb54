"""What a form field needs on the page: classes, wiring for screen readers, its errors with their places."""

from django import forms
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from portal import words

SHORT = (forms.DateField, forms.DecimalField, forms.IntegerField)
ECHOES = {"万元": ("wan", words.wan_echo), "元": ("yuan", words.yuan_echo)}


def kind_of(bound: forms.BoundField) -> str:
    """How the field is laid out: ``group`` (radio, checkboxes), ``check`` (one box) or ``box``."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "box"


def css_class(bound: forms.BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def context(bound: forms.BoundField, *, unit: str, help: str, label: str, echo: bool, short: bool) -> dict:
    """Everything ``components/field.html`` shows of one field."""
    if kind_of(bound) == "group":
        bound.field.widget.attrs.setdefault("class", css_class(bound))
    unit = unit or getattr(bound.field, "unit", "")
    echo_kind, say = ECHOES.get(str(unit), ("", None)) if echo else ("", None)
    help = help or bound.help_text
    ids = {
        "help": f"{bound.auto_id}-help" if help else "",
        "errors": f"{bound.auto_id}-errors" if bound.errors else "",
        "echo": f"{bound.auto_id}-echo" if echo_kind else "",
    }
    described_by = " ".join(filter(None, ids.values()))
    return {
        "bound": bound,
        "kind": kind_of(bound),
        "widget": widget(bound, described_by=described_by, echo=ids["echo"], kind=echo_kind),
        "label": label or bound.label,
        "unit": unit,
        "help": help,
        "ids": ids,
        "echo": say(bound.value()) if say else "",
        "short": short or bool(unit) or isinstance(bound.field, SHORT),
    }


def widget(bound: forms.BoundField, *, described_by: str = "", echo: str = "", kind: str = ""):
    """The box itself, with its classes and what it is described by."""
    own = bound.field.widget.attrs.get("class", "")
    attrs = {"class": f"{own} {css_class(bound)}".strip()}
    described_by = f"{bound.field.widget.attrs.get('aria-describedby', '')} {described_by}".strip()
    if getattr(bound, "remarks", ()):
        described_by = f"{described_by} {bound.auto_id}-remarks".strip()
    if described_by:
        attrs["aria-describedby"] = described_by
    if kind:
        attrs |= {"data-echo": kind, "data-echo-into": echo}
    return bound.as_widget(widget=keeping(bound.field), attrs=attrs)


def keeping(field: forms.Field) -> forms.Widget | None:
    """A number goes into a text box: a browser's number box forgets what it does not understand."""
    if not isinstance(field.widget, forms.NumberInput):
        return None
    whole = isinstance(field, forms.IntegerField)
    return forms.TextInput(
        attrs={**plain(field.widget.attrs), "inputmode": "numeric" if whole else "decimal"}
    )


def plain(attrs: dict) -> dict:
    """The attributes that a text box understands too."""
    return {name: value for name, value in attrs.items() if name not in {"step", "min", "max"}}


def problems(form) -> list[dict[str, str]]:
    """Every error of a form or formset with the place of its field on the page."""
    if hasattr(form, "management_form"):
        found = [{"text": text, "anchor": ""} for text in form.non_form_errors()]
        return found + [problem for each in form.forms for problem in problems(each)]
    if form is None or not form.is_bound:
        return []
    return [
        {
            "text": text,
            "label": "" if name == forms.forms.NON_FIELD_ERRORS else _name_of(form[name]),
            "anchor": "" if name == forms.forms.NON_FIELD_ERRORS else form[name].auto_id,
        }
        for name, errors in form.errors.items()
        for text in errors
    ]


def _name_of(bound: forms.BoundField) -> str:
    """What the reader calls a box: a box of a table is called by its row and its column."""
    return str(bound.field.widget.attrs.get("aria-label") or bound.label)


def said(bound: forms.BoundField, value: str) -> str:
    """A filter's value as its choice is called."""
    for key, label in getattr(bound.field, "choices", None) or []:
        for one, its_label in label if isinstance(label, list | tuple) else [(key, label)]:
            if str(one) == value:
                return str(its_label)
    return value


def chips(form, query: QueryDict) -> list[dict[str, str]]:
    """A chip for each value of the address that belongs to a field of the filter, with the address without it.

    What a field does not understand narrows nothing: its chip says so.
    """
    found = []
    for bound in form:
        for value in filter(None, query.getlist(bound.html_name)):
            rest = query.copy()
            rest.setlist(
                bound.html_name, [other for other in query.getlist(bound.html_name) if other != value]
            )
            from_the_top(rest)
            value = (
                _("{value}（无法识别，未按此筛选）").format(value=value)
                if bound.errors
                else said(bound, value)
            )
            found.append({"label": bound.label, "value": value, "url": f"?{rest.urlencode()}"})
    return found


def from_the_top(query: QueryDict) -> QueryDict:
    """The address of the first page of a list, whichever page of it this was."""
    for place in ("page", "before", "after"):
        query.pop(place, None)
    return query


def no_query() -> QueryDict:
    return QueryDict(mutable=True)


def address_or_nothing(name: str, args: tuple) -> str:
    """Where a named page lives, or nothing while there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
