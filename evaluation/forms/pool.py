"""What people bring to the pool of experts: profiles, ties, absences, and lists from a spreadsheet."""

from datetime import timedelta

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.forms.registration import UsccField
from evaluation.enums import Language, TieKind
from evaluation.forms.engagements import PAPERS, day_field
from evaluation.services.pool_import import Entry
from records import clock

PREVIEW = timedelta(hours=1)
"""How long what was read from a file may be confirmed."""


class FieldsField(forms.CharField):
    """Several fields, separated by 、"""

    def clean(self, value) -> list[str]:
        text = super().clean(value).replace("，", "、").replace(",", "、")
        return [part.strip() for part in text.split("、") if part.strip()]

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list) else value


class ProfileForm(forms.Form):
    field = forms.CharField(
        label=_("主要专业"), max_length=60, help_text=_("技术专家按产业名称填写，如“电子信息”。")
    )
    other_fields = FieldsField(
        label=_("其他专业"), max_length=200, required=False, help_text=_("多个用“、”分开。")
    )
    title = forms.CharField(label=_("职称"), max_length=40)
    employer = forms.CharField(
        label=_("工作单位"), max_length=100, help_text=_("变更后，原单位自动记为曾任职单位，三年内回避。")
    )
    employer_code = UsccField(
        label=_("工作单位统一社会信用代码"),
        required=False,
        help_text=_("18 位；单位更名后仍据此回避。更换单位的一并修改。"),
    )
    employed_since = day_field(_("任现职起"), required=False)
    region = forms.CharField(label=_("所在地"), max_length=40, required=False)
    outside_city = forms.BooleanField(label=_("市外专家"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("联系语言"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )


class TieForm(forms.Form):
    kind = forms.ChoiceField(label=_("事项"), choices=TieKind.choices)
    whom = forms.CharField(
        label=_("单位或人员名称"), max_length=100, help_text=_("写全称，抽取时据此自动回避。")
    )
    code = UsccField(
        label=_("单位统一社会信用代码"),
        required=False,
        help_text=_("知道的请填写，单位更名后仍据此回避；人员不填。"),
    )
    since = day_field(_("起始日"), initial=clock.today)
    until = day_field(_("终止日"), required=False, help_text=_("仍在持续的不填。"))
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class AbsenceForm(forms.Form):
    first_day = day_field(_("开始日"), initial=clock.today)
    last_day = day_field(_("结束日"), initial=clock.today)
    note = forms.CharField(label=_("说明"), max_length=100, required=False)


class AvailabilityForm(forms.Form):
    available = forms.TypedChoiceField(
        label=_("可否抽取"),
        choices=[("yes", _("可以抽取")), ("no", _("暂不参加抽取"))],
        coerce=lambda value: value == "yes",
    )


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写入登记簿。")
    )


class QualificationForm(forms.Form):
    file = forms.FileField(label=_("资格证明"), widget=forms.ClearableFileInput(attrs=PAPERS))


class ReadPoolForm(forms.Form):
    """The first step of an import: the file alone."""

    file = forms.FileField(label=_("表格"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}))


class ConfirmPoolForm(forms.Form):
    """The second step: what was read and shown, signed for this person."""

    entries = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        self.salt = f"evaluation.pool-import.{user.pk}"
        super().__init__(*args, **kwargs)

    def sign(self, entries: list[Entry]) -> "ConfirmPoolForm":
        """Carry ``entries`` along to the confirmation."""
        rows = [entry.as_row() for entry in entries]
        self.initial["entries"] = signing.dumps(rows, salt=self.salt, compress=True)
        return self

    def clean_entries(self) -> list[Entry]:
        try:
            rows = signing.loads(self.cleaned_data["entries"], salt=self.salt, max_age=PREVIEW)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("预览已失效，请重新选择文件。")) from error
        return [Entry.from_row(row) for row in rows]
