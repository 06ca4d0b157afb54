"""What a unit files for the province, what officers bring to inspection and result; the filter of the list."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter
from accounts.selectors import recommending_divisions
from institutes.enums.provincial import FilingFile, FilingState, InspectionConclusion, ProvincialOutcome
from institutes.forms.chains import PAPERS, day_field
from institutes.forms.files import ManyFilesField, ManyFilesInput
from institutes.forms.officers import ReasonForm
from institutes.forms.rows import Column, RowsField
from institutes.models import IndustryChain, Institute, ProvincialFiling
from institutes.models.provincial import OPEN as OPEN_FILINGS
from institutes.selectors import provincial as reads
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 5})
PRESENT = "present_"


def _file_field(label, *, required: bool = False, help_text="") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.ClearableFileInput(attrs=PAPERS),
    )


class FilingForm(forms.Form):
    """What a unit files. Files may come later; the service says what is missing."""

    institute = forms.ModelChoiceField(Institute.objects.none(), label=_("研究院"), empty_label=_("请选择"))
    proposed_name = forms.CharField(
        label=_("拟申报名称"),
        max_length=60,
        help_text=_("一般为“河北省＋产业名称＋产业技术研究院”，以省级申报通知为准。"),
    )
    host_government = forms.CharField(
        label=_("拟落地政府"),
        max_length=60,
        help_text=_("省级研究院建成后所在的县（市、区）政府或者管委会，例如“长安区人民政府”。"),
    )
    grounds = forms.CharField(
        label=_("申报理由"),
        max_length=4000,
        widget=TEXT,
        help_text=_("市级认定以来的建设成效、已具备的省级条件、落地安排。"),
    )
    file_materials = _file_field(FilingFile.MATERIALS.label, help_text=_("送单位管理员之前须上传。"))
    file_support_letter = _file_field(FilingFile.SUPPORT.label, help_text=_("送单位管理员之前须上传。"))

    def __init__(self, *args, user=None, filing: ProvincialFiling | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.filing = filing
        own = reads.institutes_to_file(user) if user else Institute.objects.none()
        self.fields["institute"].queryset = own
        if filing is not None:
            del self.fields["institute"]

    def clean(self):
        cleaned = super().clean()
        files = {name: cleaned.pop(name) for name in list(cleaned) if name.startswith("file_")}
        cleaned["files"] = {name.removeprefix("file_"): file for name, file in files.items() if file}
        return cleaned


class ScheduleForm(MoveForm):
    """When and where, and who is asked in which part."""

    inspects_on = day_field(_("日期"))
    starts = forms.TimeField(
        label=_("时间"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), initial="09:00"
    )
    place = forms.CharField(label=_("地点"), max_length=100)
    participants = RowsField(
        label=_("参加人员"),
        help_text=_("写入通知；列明的人员现场签到，不需登录本平台。"),
        columns=(
            Column("role", _("参加方"), longest=40),
            Column("organisation", _("单位"), longest=60, wide=True),
            Column("name", _("姓名"), longest=40),
            Column("post", _("职务"), longest=40),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.fields["participants"].set_choices("role", reads.parts_of(self.subject))
            self.initial |= self._stored()

    def _stored(self) -> dict:
        """Who was asked before, so that nobody types them again."""
        arranged = reads.current_inspection(self.subject)
        if arranged is None:
            return {"participants": [{"role": code} for code, _label in reads.parts_of(self.subject)]}
        people = [
            {"role": row.role, "organisation": row.organisation, "name": row.name, "post": row.post}
            for row in arranged.participants.all()
        ]
        return {"place": arranged.place, "starts": arranged.starts, "participants": people}


class RescheduleForm(ScheduleForm, ReasonForm):
    field_order = ("inspects_on", "starts", "place", "participants", "reason")


class InspectionForm(MoveForm):
    """Who came, and what the inspection came to."""

    held_on = day_field(_("论证日期"))
    conclusion = forms.ChoiceField(
        label=_("结论"), choices=InspectionConclusion.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("考察论证意见"),
        max_length=4000,
        widget=TEXT,
        help_text=_("写入意见书，批准后送达单位：考察了什么、各方意见、结论的理由。"),
    )
    sign_in_sheet = _file_field(FilingFile.SIGN_IN.label, required=True, help_text=_("各参加人员亲笔签到。"))
    records = ManyFilesField(
        label=FilingFile.RECORD.label,
        required=False,
        widget=ManyFilesInput(attrs=dict(PAPERS)),
        help_text=_("可一次选择多份。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        arranged = reads.current_inspection(self.subject) if self.subject else None
        self.people = list(arranged.participants.all()) if arranged else []
        for row in self.people:
            self.fields[f"{PRESENT}{row.pk}"] = forms.ChoiceField(
                label=f"{row.role_label}：{row.organisation}{row.name}（{row.post}）",
                choices=[("yes", _("到场")), ("no", _("缺席"))],
                widget=forms.RadioSelect,
            )
        self.order_fields(["held_on", *(f"{PRESENT}{row.pk}" for row in self.people)])

    def clean(self):
        cleaned = super().clean()
        cleaned["attendance"] = {
            row.pk: cleaned.pop(f"{PRESENT}{row.pk}", "") == "yes" for row in self.people
        }
        return cleaned


class ImprovementForm(MoveForm):
    report = _file_field(FilingFile.IMPROVEMENT.label, required=True)


class DispatchForm(MoveForm):
    applied_on = day_field(_("报省日期"))
    dispatch_number = forms.CharField(label=_("报省文号"), max_length=60)
    dispatch = _file_field(FilingFile.DISPATCH.label)


class ResultForm(MoveForm):
    """What the province decided; of a recognition the document, of a refusal where it was learned."""

    outcome = forms.ChoiceField(
        label=_("省级结果"), choices=ProvincialOutcome.choices, widget=forms.RadioSelect
    )
    document_number = forms.CharField(
        label=_("省级文件文号"), max_length=60, required=False, help_text=_("认定的必填，与文件一致。")
    )
    document_on = forms.DateField(
        label=_("省级文件日期"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("认定的必填；须晚于报备日期和市级认定日期。"),
    )
    document = _file_field(FilingFile.PROVINCE_DOCUMENT.label, help_text=_("认定的必须上传。"))
    note = forms.CharField(
        label=_("情况说明"),
        max_length=1000,
        required=False,
        widget=TEXT,
        help_text=_("未认定的写明情况和来源，告知单位。"),
    )


class FilingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院、单位、拟申报名称或编号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=FilingState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    chain = ModelChoiceFilter(
        label=_("产业链"),
        field_name="institute__chain",
        queryset=lambda request: IndustryChain.objects.all(),
        empty_label=_("全部"),
    )
    standing = django_filters.ChoiceFilter(
        label=_("进展"), choices=[("open", _("在办"))], method="under_way", empty_label=_("全部")
    )
    year = YearFilter(label=_("报备年度"), field_name="filed_on", lookup_expr="year")
    sort = SortFilter(
        fields={
            "drafted_at": "drafted",
            "filed_on": "filed",
            "division__code": "division",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProvincialFiling
        fields = ()

    def search(self, rows, name, value):
        return reads.search_filings(rows, value)

    def under_way(self, rows, name, value):
        return rows.filter(state__in=OPEN_FILINGS)
