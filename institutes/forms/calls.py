"""What a clerk brings to a call: its words and window, files of the guide, a later end; and how calls are searched."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching, SortFilter, YearFilter, offer
from institutes import book, selectors
from institutes.book.calls import KINDS
from institutes.enums import CallKind, CallState
from institutes.models import Call, CallExtension, RecognitionEdition
from records import clock
from records.desk import MoveForm
from records.models import Attachment

GUIDE_TYPES = ".pdf,.jpg,.jpeg,.png,.xlsx"


def _moment_box() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class EditionField(forms.ModelChoiceField):
    """Rules to choose from, each with what it is."""

    def label_from_instance(self, edition: RecognitionEdition) -> str:
        criteria = edition.terms.get("criteria", [])
        hard = sum(one.get("kind") == "hard" for one in criteria)
        return _("{since} 起施行（{n} 项条件，{hard} 项必须满足）：{source}").format(
            since=edition.valid_from, source=edition.source, n=len(criteria), hard=hard
        )


def _book_words(code: str) -> str:
    found = book.of_edition(code)
    return _("{code} 版{title}（{sections} 个部分，{annexes} 类附件）").format(
        code=code, title=found.title, sections=len(found.sections), annexes=len(found.annexes)
    )


class CallForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("申报类别"),
        choices=CallKind.choices,
        initial=CallKind.RECOGNITION,
        help_text="；".join(str(kind.explained) for kind in KINDS.values()) + "。",
    )
    title = forms.CharField(
        label=_("通知名称"),
        max_length=120,
        help_text=_("例如：关于组织申报 2026 年度市级产业技术研究院的通知"),
    )
    number = forms.CharField(label=_("文号"), max_length=60)
    year = forms.IntegerField(
        label=_("年度"), min_value=2022, max_value=2100, help_text=_("近年财务数据按这一年度往前推算。")
    )
    opens_at = forms.DateTimeField(label=_("开始时间"), widget=_moment_box())
    closes_at = forms.DateTimeField(
        label=_("截止时间"),
        widget=_moment_box(),
        help_text=_("以平台数据库服务器的时钟为准，到时自动停止接收；发布后只能延后，不能提前。"),
    )
    edition = EditionField(
        empty_label=_("请选择"),
        label=_("适用的认定办法"),
        queryset=RecognitionEdition.objects.none(),
        help_text=_("认定条件、办理时限、检查事项均按所选版本执行；须在开始申报时已经施行。"),
    )
    form_edition = forms.ChoiceField(
        label=_("申报书版本"), help_text=_("决定申报单位填写哪些部分、上传哪些附件。")
    )
    guide = forms.CharField(
        label=_("申报指南"),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=20_000,
        help_text=_("申报条件、材料要求、办理流程、联系方式；空一行分段。附件在保存草稿后添加。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = selectors.editions_for_calls()
        self.fields["form_edition"].choices = [(code, _book_words(code)) for code in book.BOOKS]

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("截止时间须晚于开始时间。"))
        return cleaned


class GuideFileForm(forms.Form):
    """A file of the guide: a new one, or the next version of one that is there."""

    replaces = forms.ModelChoiceField(
        label=_("作为下列附件的新版本"),
        queryset=Attachment.objects.none(),
        required=False,
        empty_label=_("新增附件，不替换"),
        help_text=_("被替换的版本留存备查，申报单位只看到新版本。"),
    )
    file = forms.FileField(label=_("选择文件"), widget=forms.FileInput(attrs={"accept": GUIDE_TYPES}))

    def __init__(self, *args, call: Call, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Attachment.objects.about(call).current().filter(kind=selectors.GUIDE)
        self.fields["replaces"].queryset = rows
        if not rows:
            del self.fields["replaces"]
        limits = call.edition.upload_limits
        self.fields["file"].widget.attrs["data-max-bytes"] = limits.file_bytes


class ExtensionForm(MoveForm):
    """A later end, why, and by which document."""

    closes_at = forms.DateTimeField(label=_("新的截止时间"), widget=_moment_box())
    number = forms.CharField(label=_("延期通知文号"), max_length=60)
    reason = forms.CharField(
        label=_("延期理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("将原文公布，并写入给申报单位的消息。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        subject = self.subject
        if isinstance(subject, CallExtension):
            self.initial = {
                "closes_at": subject.closes_to,
                "number": subject.number,
                "reason": subject.reason,
            } | self.initial
        if subject is not None:
            until = subject.closes_from if isinstance(subject, CallExtension) else subject.closes_at
            self.fields["closes_at"].help_text = _("现在的截止时间为 {until}，只能延后。").format(
                until=f"{timezone.localtime(until):%Y-%m-%d %H:%M}"
            )


WINDOWS = (
    ("open", _("申报中")),
    ("upcoming", _("即将开始")),
    ("over", _("已截止")),
)
UNPUBLISHED = ((CallState.DRAFT.value, _("草稿")), (CallState.WITHDRAWN.value, _("已撤回")))


class CallFilter(Searching):
    """The search of calls, for pages and programs alike."""

    search_in = ("title", "number")
    window = django_filters.ChoiceFilter(
        label=_("申报时间"), choices=[*WINDOWS, *UNPUBLISHED], method="within", empty_label=_("全部")
    )
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=CallKind.choices, empty_label=_("全部"))
    year = YearFilter(label=_("年度"))
    sort = SortFilter(
        fields={"opens_at": "opens", "closes_at": "closes", "number": "number", "year": "year"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Call
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request is None or not selectors.handles_calls(self.request.user):
            offer(self, "window", WINDOWS)

    def within(self, rows, name, value):
        return selectors.within_window(rows, value, at=clock.now())
