"""Forms of the roof."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Division
from institutes.enums import Standing
from portal.selectors import public


class VerifyForm(forms.Form):
    """The code under a QR."""

    code = forms.CharField(
        label=_("核验码"),
        max_length=32,
        help_text=_("文书二维码旁的 16 位核验码，不区分大小写；也可以直接扫描二维码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CompareForm(forms.Form):
    """A file to hold against the one that was issued."""

    file = forms.FileField(
        label=_("比对电子文件"),
        help_text=_("选择手中的 PDF 文件，系统逐字节比对是否与签发时一致；文件不会被保存。"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


class DirectoryFilter(forms.Form):
    """Search of the directory."""

    q = forms.CharField(label=_("名称（含曾用名）、依托单位或证书编号"), required=False, max_length=60)
    division = forms.ChoiceField(label=_("所在县（市、区）"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    year = forms.TypedChoiceField(label=_("认定年度"), required=False, coerce=int, empty_value=None)
    standing = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("有效")),
            *((value, label) for value, label in Standing.choices if value != Standing.IN_FORCE),
            ("all", _("全部")),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        divisions = Division.objects.active().values_list("code", "name")
        self.fields["division"].choices = [("", _("全部")), *divisions]
        self.fields["chain"].choices = [("", _("全部")), *public.chains().values_list("code", "name")]
        self.fields["year"].choices = [("", _("全部")), *((year, year) for year in public.years())]

    def asked(self) -> dict:
        """What was asked for, as the selector takes it; a malformed question asks for nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        standing = given.get("standing") or public.IN_FORCE
        return {
            "text": given.get("q", ""),
            "division": given.get("division", ""),
            "chain": given.get("chain", ""),
            "year": given.get("year"),
            "standing": "" if standing == "all" else standing,
        }


class AnnouncementFilter(forms.Form):
    """Search of what was decided about institutes after their recognition."""

    q = forms.CharField(label=_("研究院（含曾用名）、依托单位或证书编号"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("事项"),
        required=False,
        choices=[
            ("", _("全部")),
            ("change", _("变更和退出")),
            ("suspension", _("暂停资格")),
            ("restoration", _("恢复资格")),
            ("revocation", _("撤销认定")),
        ],
    )

    def asked(self) -> dict:
        """What was asked for, as the selector takes it; a malformed question asks for nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return {"text": given.get("q", ""), "kind": given.get("kind", "")}


class DayForm(forms.Form):
    """An exception to the week: a holiday, or a day that is worked instead."""

    day = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    is_working = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("0", _("放假")), ("1", _("上班（调休）"))],
        coerce=lambda value: value == "1",
        empty_value=False,
    )
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如“春节”“国庆节调休上班”。"))
    source = forms.CharField(
        label=_("依据"), max_length=120, help_text=_("国务院办公厅放假通知的文号，或市政府通知。")
    )
