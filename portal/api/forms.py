"""The pages' forms, filled in by programs: the same fields, and JSON for what browsers send as text."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from rest_framework.request import Request

from institutes.forms.rows import RowsField
from portal.api.problems import WHOLE, Malformed

MANY = (RowsField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
TYPES: tuple[tuple[type[forms.Field], str, dict], ...] = (
    (RowsField, "rows", {"type": "array", "items": {"type": "object"}}),
    (forms.BooleanField, "boolean", {"type": "boolean"}),
    (forms.FileField, "file", {"type": "string", "format": "binary"}),
    (forms.DecimalField, "decimal", {"type": "string", "format": "decimal"}),
    (forms.IntegerField, "integer", {"type": "integer"}),
    (forms.DateTimeField, "datetime", {"type": "string", "format": "date-time"}),
    (forms.DateField, "date", {"type": "string", "format": "date"}),
    (forms.ModelMultipleChoiceField, "ids", {"type": "array", "items": {"type": "integer"}}),
    (forms.ModelChoiceField, "id", {"type": "integer"}),
    (forms.MultipleChoiceField, "choices", {"type": "array", "items": {"type": "string"}}),
    (forms.ChoiceField, "choice", {"type": "string"}),
    (forms.Field, "string", {"type": "string"}),
)


class Sent(dict):
    """JSON as a form reads it: single values and lists alike."""

    def getlist(self, name: str) -> list:
        value = self.get(name)
        return value if isinstance(value, list) else [] if value is None else [value]


def body_of(request: Request) -> Mapping:
    """What the program sent; 422 unless it is an object."""
    if hasattr(request.data, "getlist"):
        return request.data
    if not isinstance(request.data, dict):
        raise Malformed({WHOLE: [_("请求体须为一个对象。")]})
    return Sent(request.data)


def cleaned(form: forms.Form) -> dict:
    """The cleaned fields; 422 naming each that is wrong, misspelt or of the wrong shape."""
    errors = _faults_of_shape(form) or form.errors
    if errors:
        raise Malformed({_name(name): [str(text) for text in texts] for name, texts in errors.items()})
    return form.cleaned_data


def _name(name: str) -> str:
    return WHOLE if name == forms.forms.NON_FIELD_ERRORS else name


def _faults_of_shape(form: forms.Form) -> dict[str, list[str]]:
    faults = {}
    for name, value in form.data.items():
        field = form.fields.get(name)
        if field is None and not _belongs_to_rows(form, name):
            faults[name] = [_("没有这一栏。")]
        elif isinstance(value, dict) or (isinstance(value, list) and not isinstance(field, MANY)):
            faults[name] = [_("须为单个值。")]
        elif isinstance(value, bool) and not isinstance(field, forms.BooleanField):
            faults[name] = [_("须为文本或数字。")]
    return faults


def _belongs_to_rows(form: forms.Form, name: str) -> bool:
    """Whether a box of a table was sent as browsers send it: ``reasons_text``."""
    return any(isinstance(f, RowsField) and name.startswith(f"{code}_") for code, f in form.fields.items())


# --- describing -----------------------------------------------------------------------------------------------------


def describe_field(name: str, field: forms.Field) -> dict:
    """A field as ``GET moves/`` lists it."""
    described = {
        "name": name,
        "type": _kind(field)[0],
        "required": field.required,
        "label": str(field.label or name),
        "help": str(field.help_text),
    }
    if isinstance(field, RowsField):
        described["columns"] = [_describe_column(column) for column in field.columns]
        described["items"] = [{"value": value, "label": str(label)} for value, label in field.fixed]
    elif choices := getattr(field, "choices", None):
        described["choices"] = [
            {"value": str(value), "label": str(label)} for value, label in choices if str(value)
        ]
    return described


def _describe_column(column) -> dict:
    options = [option for _heading, group in column.groups() for option in group]
    return {
        "name": column.code,
        "label": str(column.label),
        "required": column.required,
        "choices": [{"value": value, "label": str(label)} for value, label in options],
    }


def _kind(field: forms.Field) -> tuple[str, dict]:
    return next((name, schema) for kind, name, schema in TYPES if isinstance(field, kind))


def schema_of(form: type[forms.Form], *, partial: bool = False) -> dict | None:
    """The request body of a form for OpenAPI, by media type; None where nothing is asked.

    ``partial``: what is left out stays as it is.
    """
    fields = form.base_fields
    if not fields:
        return None
    body: dict = {"type": "object", "properties": {name: _schema_of(field) for name, field in fields.items()}}
    required = [name for name, field in fields.items() if field.required]
    if required and not partial:
        body["required"] = required
    files = any(isinstance(field, forms.FileField) for field in fields.values())
    kinds = ["multipart/form-data"] if files else ["application/json", "application/x-www-form-urlencoded"]
    return dict.fromkeys(kinds, body)


def _schema_of(field: forms.Field) -> dict:
    schema = {**_kind(field)[1]}
    words = [str(word) for word in (field.label, field.help_text) if word]
    if words:
        schema["description"] = "：".join(words)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        values = [str(value) for value, _label in field.choices if value]
        if values and schema["type"] == "string":
            schema["enum"] = values
    if longest := getattr(field, "max_length", None):
        schema["maxLength"] = longest
    return schema
