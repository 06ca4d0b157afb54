"""What a unit asks for about its institute, what its county and the bureau say to it."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.forms.registration import UsccField
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import ChangeFile, ChangeFinding, ChangeKind, ChangeState, CountyPosition
from institutes.forms.chains import PAPERS
from institutes.models import Change, Institute
from institutes.services.changes import EVIDENCE, VALUE_LABELS
from records.desk import MoveForm

K = ChangeKind
TEXT = forms.Textarea(attrs={"rows": 4})
WITH_USCC = {K.HOST: _("新依托单位的统一社会信用代码"), K.ADD_CO_BUILDER: _("共建单位的统一社会信用代码")}
HELP = {
    K.NAME: _("须符合名称格式，且不与其他研究院的现用名、曾用名和正在申报的名称相同。"),
    K.EXTENSION: _("须在建设期届满之前申请，可延长的次数和期限按认定办法；建设目标不变。"),
    K.HOST_NAME: _("与变更后的营业执照完全一致；统一社会信用代码不变。"),
    K.ADD_CO_BUILDER: _("与营业执照或者法人证书完全一致。"),
}
USCC_HELP = {
    K.HOST: _("该企业须已在本平台注册，并列入所属产业链图谱的“链主”或骨干企业。"),
    K.ADD_CO_BUILDER: _("境外单位没有代码的留空。"),
}


def _evidence_field(kind: ChangeFile) -> forms.FileField:
    return forms.FileField(label=kind.label, required=False, widget=forms.ClearableFileInput(attrs=PAPERS))


class ChangeForm(forms.Form):
    """What is asked for. Of the boxes a page shows those that the kind asks for; the service says what is missing."""

    institute = forms.ModelChoiceField(Institute.objects.none(), label=_("研究院"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("事项"), choices=ChangeKind.choices, widget=forms.RadioSelect)
    value = forms.CharField(label=_("变更后的内容"), max_length=100, required=False)
    uscc = UsccField(required=False)
    grounds = forms.CharField(label=_("理由"), max_length=2000, widget=TEXT)
    file_resolution = _evidence_field(ChangeFile.RESOLUTION)
    file_registration = _evidence_field(ChangeFile.REGISTRATION)
    file_licence = _evidence_field(ChangeFile.LICENCE)
    file_transfer_agreement = _evidence_field(ChangeFile.TRANSFER)
    file_appointment = _evidence_field(ChangeFile.APPOINTMENT)
    file_co_builder_agreement = _evidence_field(ChangeFile.AGREEMENT)
    file_leaving_agreement = _evidence_field(ChangeFile.LEAVING)
    file_build_report = _evidence_field(ChangeFile.BUILD_REPORT)
    file_sealed_statement = _evidence_field(ChangeFile.STATEMENT)

    def __init__(self, *args, user=None, kind="", change: Change | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.change = change
        self.fields["institute"].queryset = (
            selectors.institutes_to_change(user) if user else Institute.objects.none()
        )
        if change is not None:
            del self.fields["institute"]
            kind = change.kind
        if kind:
            self._ask_for(K(kind))
        if change is not None:
            del self.fields["kind"]

    def _ask_for(self, kind: ChangeKind) -> None:
        """On a page the kind is chosen first, and only its boxes are shown."""
        self.initial["kind"], self.fields["kind"].widget = kind, forms.HiddenInput()
        asked = {f"file_{file.value}" for file in EVIDENCE[kind]}
        for name in [name for name in self.fields if name.startswith("file_")]:
            if name in asked:
                self.fields[name].help_text = _("送单位管理员之前须上传；再次上传的替换前一份。")
            else:
                del self.fields[name]
        if kind in VALUE_LABELS:
            self.fields["value"].label, self.fields["value"].required = VALUE_LABELS[kind], True
            self.fields["value"].help_text = HELP.get(kind, "")
        else:
            del self.fields["value"]
        if kind in WITH_USCC:
            self.fields["uscc"].label, self.fields["uscc"].help_text = WITH_USCC[kind], USCC_HELP[kind]
            self.fields["uscc"].required = kind == K.HOST
        else:
            del self.fields["uscc"]
        if kind == K.DROP_CO_BUILDER and self._institute():
            names = [(name, name) for name in self._institute().co_builders]
            box = forms.ChoiceField(label=VALUE_LABELS[kind], choices=[("", _("请选择")), *names])
            self.fields["value"] = box
        if kind == K.EXTENSION:
            self.fields["value"].widget = forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}
            )
            self.fields["grounds"].label = _("延期理由和后续安排")
        if kind == K.WITHDRAWAL:
            self.fields["grounds"].label = _("退出理由和善后安排")

    def _institute(self) -> Institute | None:
        """The institute that it is about, where that is known before the form is filled in."""
        if self.change is not None:
            return self.change.institute
        known = self.fields["institute"].queryset
        named = self.data.get("institute") or self.initial.get("institute")
        found = known.filter(pk=named).first() if str(named or "").isdigit() else None
        return found or (known.first() if known.count() == 1 else None)

    def clean(self):
        cleaned = super().clean()
        files = {name: cleaned.pop(name) for name in list(cleaned) if name.startswith("file_")}
        cleaned["files"] = {name.removeprefix("file_"): file for name, file in files.items() if file}
        return cleaned


class CountyOpinionForm(MoveForm):
    position = forms.ChoiceField(
        label=_("县级意见"), choices=CountyPosition.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("依据"), max_length=1000, widget=TEXT, help_text=_("核实了哪些情况；单位和市科技局可以看到。")
    )


class CheckChangeForm(MoveForm):
    finding = forms.ChoiceField(label=_("核查意见"), choices=ChangeFinding.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=_("依据"), max_length=1000, widget=TEXT, help_text=_("核对了哪些材料，是否符合认定条件。")
    )


class ChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或证书编号"), method="search")
    kind = django_filters.ChoiceFilter(label=_("事项"), choices=ChangeKind.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ChangeState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"drafted_at": "drafted", "division__code": "division", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Change
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_cases(rows, value)
