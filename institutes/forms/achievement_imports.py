"""Achievements from a spreadsheet: the file, and what was read of it, signed for whoever confirms it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from institutes.enums import AchievementKind
from institutes.forms.chains import PREVIEW, XLSX
from institutes.models import Institute
from institutes.selectors import achievements as reads
from institutes.services.achievement_import import Row
from institutes.services.achievements import Entry


class AchievementFileForm(forms.Form):
    """The first step of an import: whose achievements, and the file."""

    institute = forms.ModelChoiceField(Institute.objects.none(), label=_("研究院"), empty_label=_("请选择"))
    file = forms.FileField(
        label=_("填好的表格"),
        help_text=_("使用本页的模板，每行一项成果；有一处错误就整份不导入。"),
        widget=forms.ClearableFileInput(attrs=XLSX),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        own = reads.institutes_to_achieve(user) if user else Institute.objects.none()
        self.fields["institute"].queryset = own
        if first := own.first():
            self.fields["institute"].initial = first.pk


class ConfirmAchievementsForm(forms.Form):
    """The second step: what was read and shown, signed for this person."""

    rows = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        self.user, self.salt = user, f"institutes.achievement-import.{user.pk}"
        super().__init__(*args, **kwargs)

    def sign(self, institute: Institute, rows: Sequence[Row]) -> "ConfirmAchievementsForm":
        """Carry what was read along to the confirmation."""
        said = [
            [kind, {name: _packed(value) for name, value in asdict(entry).items()}] for kind, entry in rows
        ]
        self.initial["rows"] = signing.dumps([institute.pk, said], salt=self.salt, compress=True)
        return self

    @staticmethod
    def shown(rows: Sequence[Row]) -> list[tuple[str, Entry]]:
        """The rows as people read them: kinds by their names."""
        return [(str(AchievementKind(kind).label), entry) for kind, entry in rows]

    def clean_rows(self) -> dict:
        try:
            pk, said = signing.loads(self.cleaned_data["rows"], salt=self.salt, max_age=PREVIEW)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("预览已失效，请重新选择文件。")) from error
        institute = reads.institutes_to_achieve(self.user).filter(pk=pk).first()
        if institute is None:
            raise forms.ValidationError(_("该研究院已不由本单位填报，请重新选择。"))
        return {"institute": institute, "rows": [(kind, _entry(values)) for kind, values in said]}


def _packed(value: object) -> object:
    return str(value) if isinstance(value, date | Decimal) else value


def _entry(values: dict) -> Entry:
    amount = values["amount"]
    day = date.fromisoformat(values["achieved_on"])
    return Entry(**values | {"achieved_on": day, "amount": Decimal(amount) if amount else None})
