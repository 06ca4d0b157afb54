"""Rows brought from a spreadsheet, and the choice what to do with them once they were looked at."""

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_PASTE = 300_000
KEPT_FOR_SECONDS = 24 * 3600
ADD, REPLACE = "add", "replace"


class SheetForm(forms.Form):
    """Lines that were copied, or a workbook; one of the two."""

    text = forms.CharField(
        label=gettext_lazy("从表格粘贴"),
        help_text=gettext_lazy("在 Excel 或 WPS 中选中数据行（可带表头）复制，粘贴到这里。"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "wrap": "off"}),
        max_length=LONGEST_PASTE,
        required=False,
        strip=False,
    )
    file = forms.FileField(
        label=gettext_lazy("导入工作簿"),
        help_text=gettext_lazy("用本页下载的模板或现有内容填好的 XLSX，不超过 5 MB。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        required=False,
        allow_empty_file=True,
    )

    def clean(self):
        facts = super().clean()
        if self.errors:
            return facts
        given = [name for name in ("text", "file") if facts.get(name) and str(facts[name]).strip()]
        if not given:
            raise forms.ValidationError(_("请粘贴数据行，或选择工作簿。"))
        if len(given) > 1:
            raise forms.ValidationError(_("粘贴和工作簿只能选一种，请清空其中一种。"))
        return facts


class LookedAtForm(forms.Form):
    """The rows as they were looked at, under the portal's signature: nobody has stored them yet."""

    rows = forms.CharField()
    version = forms.CharField(max_length=200)
    mode = forms.ChoiceField(
        choices=[(ADD, gettext_lazy("加入")), (REPLACE, gettext_lazy("替换"))],
        error_messages={"required": gettext_lazy("请选择加入还是替换。")},
    )

    def __init__(self, *args, salt: str, **kwargs):
        self.salt = salt
        super().__init__(*args, **kwargs)

    def clean_rows(self) -> dict:
        try:
            return signing.loads(self.cleaned_data["rows"], salt=self.salt, max_age=KEPT_FOR_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError(_("核对的内容已失效，请重新粘贴或选择工作簿。")) from None


def signed(rows: dict, salt: str) -> str:
    return signing.dumps(rows, salt=salt, compress=True)
