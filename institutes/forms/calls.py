"""What a clerk brings to a call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from institutes import book
from institutes.models import RecognitionEdition


class CallForm(forms.Form):
    title = forms.CharField(
        label=_("通知名称"),
        max_length=120,
        help_text=_("例如：关于组织申报 2026 年度市级产业技术研究院的通知"),
    )
    number = forms.CharField(label=_("文号"), max_length=60)
    year = forms.IntegerField(
        label=_("年度"), min_value=2022, max_value=2100, help_text=_("近年财务数据按这一年度往前推算。")
    )
    opens_at = forms.DateTimeField(
        label=_("开始时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    closes_at = forms.DateTimeField(
        label=_("截止时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("以服务器时间为准，到时自动停止接收。"),
    )
    edition = forms.ModelChoiceField(
        empty_label=_("请选择"),
        label=_("适用的认定办法"),
        queryset=RecognitionEdition.objects.none(),
        help_text=_("认定条件、办理时限、检查事项均按所选版本执行。"),
    )
    form_edition = forms.ChoiceField(label=_("申报书版本"))
    guide = forms.CharField(
        label=_("申报指南"),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=20_000,
        help_text=_("申报条件、材料要求、办理流程、联系方式；空一行分段。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = RecognitionEdition.objects.filter(kind="recognition")
        self.fields["form_edition"].choices = [
            (code, f"{code} 版 {found.title}") for code, found in book.BOOKS.items()
        ]

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("截止时间须晚于开始时间。"))
        return cleaned


class CallSearch(forms.Form):
    q = forms.CharField(
        label=_("查找"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("按名称或文号查找")}),
    )
