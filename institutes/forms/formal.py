"""The sheet of the formal review: every item of the edition with its result, and the finding that follows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from institutes import book, selectors
from institutes.enums import CheckResult, FormalFinding
from institutes.forms.rows import Column, RowsField, RowsWidget
from institutes.models import Application
from records import clock
from records.desk import MoveForm


class ChecklistWidget(RowsWidget):
    """Reads a box per item (``checks_result_in_time``, ``checks_note_…``, ``checks_place_…``); the page draws them."""

    def value_from_datadict(self, data, files, name):
        if not hasattr(data, "getlist") or name in data:
            return data.get(name) or []
        return [
            {
                "item": item,
                "result": data.get(f"{name}_result_{item}", ""),
                "note": data.get(f"{name}_note_{item}", ""),
                "places": data.getlist(f"{name}_place_{item}"),
            }
            for item, _label in self.fixed
        ]


class ChecklistField(RowsField):
    """``{item: {result, note, places}}``. A program sends a list of objects, each with its ``item``."""

    def __init__(self, **kwargs):
        columns = (
            Column("result", _("结果"), choices=CheckResult.choices),
            Column("note", _("情况说明"), required=False, longest=500, wide=True),
        )
        super().__init__(columns=columns, **kwargs)
        self.widget = ChecklistWidget(columns)

    def to_python(self, value) -> list[dict]:
        rows = super().to_python(value)
        for row, given in zip(rows, value, strict=True):
            places = given.get("places") or []
            if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
                raise forms.ValidationError(_("需修改的栏目须为一组文字。"))
            row["places"] = places
        return rows


class FormalForm(MoveForm):
    """The checklist of the edition and the finding that follows from it."""

    checks = ChecklistField(
        label=_("形式审查事项"),
        help_text=_("逐项选择；不是“符合”的须写明情况，补正时一次性告知申报单位。"),
    )
    finding = forms.ChoiceField(label=_("审查意见"), choices=FormalFinding.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("意见说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        items = self.subject.call.edition.terms["checklist"]
        self.fields["checks"].set_fixed([(item["code"], item["label"]) for item in items])

    def clean_checks(self):
        return {row["item"]: (row["result"], row["note"]) for row in self._rows()}

    def clean(self):
        cleaned = super().clean()
        if "checks" in cleaned:
            cleaned["places"] = {row["item"]: row["places"] for row in self._rows() if row["places"]}
        return cleaned

    def _rows(self) -> list[dict]:
        return self.fields["checks"].to_python(self["checks"].data)


class PassesForm(forms.Form):
    """Applications proposed to pass, and the agency that reviews them."""

    applications = forms.ModelMultipleChoiceField(label=_("申报"), queryset=Application.objects.none())
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("评审委托须已生效，且委托批次包含所选各件的申报通知。"),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["applications"].queryset = selectors.formal_pile(user)
        self.fields["agency"].queryset = selectors.agencies_for_passes(user, clock.today())


def places_of_item(application: Application, item: str) -> list[tuple[str, str]]:
    """Fields and annexes that a defect of an item can point to."""
    return list(book.places_of(book.of_edition(application.call.form_edition), item).items())
