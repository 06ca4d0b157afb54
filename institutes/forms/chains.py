"""What the bureau brings to the map of chains: its edits, lists from a spreadsheet; and the filters of its pages."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.forms.registration import UsccField
from accounts.models import Division
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import (
    ChainKind,
    ChainRole,
    ChainState,
    SegmentPosition,
)
from institutes.forms.officers import ReasonForm
from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from institutes.selectors.chains import led_or_not
from institutes.services.chain_members import Entry
from records import clock
from records.desk import MoveForm

XLSX = {"accept": ".xlsx"}
PREVIEW = timedelta(hours=1)
"""How long what was read from a file may be confirmed."""
PAPERS = {"accept": ".pdf,.jpg,.jpeg,.png,.xlsx"}


def day_field(label, **more) -> forms.DateField:
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=box, initial=clock.today, **more)


class SegmentField(forms.ModelChoiceField):
    """A segment of the chain, said with its position."""

    def __init__(self, **kwargs):
        super().__init__(ChainSegment.objects.none(), **{"empty_label": _("请选择"), **kwargs})

    def label_from_instance(self, segment):
        return f"{segment.get_position_display()}·{segment.name}"


class MemberField(forms.ModelChoiceField):
    """An enterprise on the chain, said with its role and segment."""

    def __init__(self, **kwargs):
        box = forms.Select(attrs={"data-searchable": ""})
        given = {"label": _("企业"), "empty_label": _("请选择"), "widget": box}
        super().__init__(ChainMember.objects.none(), **{**given, **kwargs})

    def label_from_instance(self, member):
        return f"{member.name}（{member.get_role_display()}，{member.segment.name}）"


def role_field(**more) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[("", _("请选择")), *ChainRole.choices], **{"label": _("产业链地位"), **more}
    )


def position_field(**more) -> forms.ChoiceField:
    choices = [("", _("请选择")), *SegmentPosition.choices]
    return forms.ChoiceField(choices=choices, **{"label": _("位置"), **more})


class ChainFields(forms.Form):
    """What a chain is called, and where it stands among the others."""

    name = forms.CharField(label=_("产业链名称"), max_length=60)
    industry = forms.CharField(
        label=_("主导产业"), max_length=60, help_text=_("评审时按产业抽取专家，例如“电子信息”。")
    )
    kind = forms.ChoiceField(
        label=_("产业链类型"),
        required=False,
        choices=[("", _("未定，按基本标准评价")), *ChainKind.choices],
        help_text=_("三年绩效评价按类型适用标准、在同类型中排名。"),
    )
    is_priority = forms.BooleanField(
        label=_("重点产业链"), required=False, help_text=_("排在其他产业链之前。")
    )
    order = forms.IntegerField(
        label=_("排列顺序"), min_value=0, max_value=999, initial=0, help_text=_("数字小的在前。")
    )


class ChainForm(ChainFields):
    """A chain that enters the map."""

    code = forms.SlugField(
        label=_("代码"),
        max_length=40,
        help_text=_("用于网址，小写英文和短横，登记后不改，例如 new-materials。"),
    )
    field_order = ("name", "code", "industry", "kind", "is_priority", "order")


class ReviseChainForm(ChainFields, MoveForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(self.subject, name) for name in ChainFields.base_fields}


class OnSegment(MoveForm):
    """A move about a segment of the chain."""

    segment = SegmentField(label=_("环节"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.segments = self.subject.segments.filter(is_active=True).order_by("-position", "order", "pk")
        self.fields["segment"].queryset = self.segments


class SegmentFields(forms.Form):
    position = position_field()
    name = forms.CharField(label=_("环节名称"), max_length=60)
    order = forms.IntegerField(
        label=_("同一位置内的顺序"), min_value=0, max_value=999, initial=0, help_text=_("数字小的在前。")
    )


class AddSegmentForm(SegmentFields, MoveForm):
    """A segment that the chain does not have yet."""


class ReviseSegmentForm(SegmentFields, OnSegment):
    field_order = ("segment", "position", "name", "order")


class RetireSegmentForm(OnSegment, ReasonForm):
    field_order = ("segment", "reason")


class MergeSegmentForm(OnSegment, ReasonForm):
    into = SegmentField(label=_("并入环节"))
    field_order = ("segment", "into", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = self.segments


class BySource(forms.Form):
    """The document by which something is entered: one on record, or a new one."""

    source = forms.ModelChoiceField(
        ChainSource.objects.none(),
        label=_("依据文件（已登记）"),
        required=False,
        empty_label=_("登记新文件"),
    )
    source_title = forms.CharField(label=_("新文件名称"), max_length=200, required=False)
    source_number = forms.CharField(label=_("新文件文号"), max_length=80, required=False)
    source_file = forms.FileField(
        label=_("新文件原件"), required=False, widget=forms.ClearableFileInput(attrs=PAPERS)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = selectors.sources_in_use()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("source") and not cleaned.get("source_title", "").strip():
            self.add_error("source_title", _("请选择已登记的依据文件，或填写新文件的名称。"))
        return cleaned


class InCounty(forms.Form):
    """Where an enterprise sits: a county of the city, or said to be outside of it."""

    division = forms.ModelChoiceField(
        recommending_divisions(), label=_("所在县（市、区）"), required=False, empty_label=_("请选择")
    )
    outside = forms.BooleanField(label=_("企业不在本市"), required=False)

    def clean(self):
        cleaned = super().clean()
        if (
            not cleaned.pop("outside", False)
            and not cleaned.get("division")
            and "division" not in self.errors
        ):
            self.add_error("division", _("请选择所在县（市、区）；不在本市的请勾选“企业不在本市”。"))
        return cleaned


class EnterMemberForm(BySource, InCounty, OnSegment):
    name = forms.CharField(label=_("企业名称"), max_length=100)
    uscc = UsccField()
    role = role_field()
    since = day_field(_("列入日期"))
    field_order = ("segment", "name", "uscc", "division", "outside", "role", "since")


class ImportForm(BySource, MoveForm):
    file = forms.FileField(
        label=_("填好的表格"),
        help_text=_("使用本页的模板，每行一家企业；有一处错误就整份不导入。"),
        widget=forms.ClearableFileInput(attrs=XLSX),
    )
    field_order = ("file",)


class ReadForm(MoveForm):
    """The first step of an import: the file alone."""

    file = ImportForm.base_fields["file"]


class ConfirmImportForm(BySource):
    """The second step: what was read and shown, signed for this person and this chain, and the document."""

    entries = forms.CharField(widget=forms.HiddenInput)
    field_order = ("entries",)

    def __init__(self, *args, chain, user, **kwargs):
        self.chain, self.salt = chain, f"institutes.chain-import.{chain.pk}.{user.pk}"
        super().__init__(*args, **kwargs)

    def sign(self, entries) -> "ConfirmImportForm":
        """Carry ``entries`` along to the confirmation."""
        rows = [
            (e.segment.pk, e.name, e.uscc, e.division and e.division.pk, e.role, e.since.isoformat())
            for e in entries
        ]
        self.initial["entries"] = signing.dumps(rows, salt=self.salt, compress=True)
        return self

    def clean_entries(self) -> list[Entry]:
        try:
            rows = signing.loads(self.cleaned_data["entries"], salt=self.salt, max_age=PREVIEW)
        except signing.BadSignature as error:
            raise forms.ValidationError(_("预览已失效，请重新选择文件。")) from error
        segments = {segment.pk: segment for segment in self.chain.segments.all()}
        divisions = {division.pk: division for division in Division.objects.all()}
        return [
            Entry(segments[segment], name, uscc, divisions.get(division), role, date.fromisoformat(since))
            for segment, name, uscc, division, role, since in rows
        ]


class OnMember(MoveForm):
    """A move about an enterprise that stands on the chain."""

    member = MemberField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = selectors.members_of_chains([self.subject])


class ReviseMemberForm(InCounty, OnMember, ReasonForm):
    name = forms.CharField(label=_("企业名称"), max_length=100)
    since = day_field(_("列入日期"))
    field_order = ("member", "name", "division", "outside", "since", "reason")


class ChangeRoleForm(BySource, OnMember):
    role = role_field(label=_("变更后的地位"))
    since = day_field(_("变更日期"))
    field_order = ("member", "role", "since")


class EndMemberForm(OnMember, ReasonForm):
    until = day_field(_("在列的最后一日"))
    field_order = ("member", "until", "reason")


# --- lists ----------------------------------------------------------------------------------------------------------


class ChainFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("产业链、产业、企业或代码"), method="search")
    is_priority = django_filters.ChoiceFilter(
        label=_("重点"),
        choices=[("True", _("重点产业链")), ("False", _("其他产业链"))],
        empty_label=_("全部"),
    )
    kind = django_filters.ChoiceFilter(label=_("类型"), choices=ChainKind.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ChainState.choices, empty_label=_("全部"))
    institutes = django_filters.ChoiceFilter(
        label=_("研究院"),
        choices=[("none", _("还没有研究院")), ("some", _("已有研究院"))],
        method="by_institutes",
        empty_label=_("全部"),
    )

    class Meta:
        model = IndustryChain
        fields = ()

    def by_institutes(self, rows, name, value):
        return led_or_not(rows, led=value == "some")

    def search(self, rows, name, value):
        return selectors.search_chains(rows, value)


class OnChainFilter(forms.Form):
    """Who of a chain is shown."""

    q = forms.CharField(label=_("企业"), required=False, max_length=60)
    division = forms.ModelChoiceField(
        recommending_divisions(), label=_("县（市、区）"), required=False, empty_label=_("全部")
    )
    role = forms.ChoiceField(label=_("地位"), required=False, choices=[("", _("全部")), *ChainRole.choices])
