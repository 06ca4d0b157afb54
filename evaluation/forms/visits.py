"""What people bring to a site visit: the plan, the record written at the place, photos, signatures."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from evaluation.enums import Finding, Part, VisitState
from evaluation.forms.panels import ReasonForm
from evaluation.models import Assignment, VisitMember, VisitPlan
from evaluation.selectors import visits as selectors
from institutes.forms.files import ManyFilesField, ManyFilesInput
from institutes.forms.rows import Column, RowsField
from institutes.models import Application
from records.desk import MoveForm

PICTURES = {"accept": "image/jpeg,image/png"}
OTHERS = ((Part.HOST.value, Part.HOST.label), (Part.OTHER.value, Part.OTHER.label))


class SeatField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, seat: Assignment) -> str:
        return f"{seat.expert.user.name}，{seat.get_seat_display()}，{seat.expert.employer}"


class WitnessField(forms.ModelChoiceField):
    def label_from_instance(self, person) -> str:
        return person.name


def moment_field(label, **more) -> forms.DateTimeField:
    box = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=box, **more)


class Arrangement(forms.Form):
    """When, where, and who goes along."""

    starts_at = moment_field(_("考察时间"))
    place = forms.CharField(label=_("考察地点"), max_length=200)
    experts = SeatField(
        Assignment.objects.none(),
        label=_("邀请的专家"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("从评审本申报的专家中邀请，至少 2 名接受才能考察；可以多邀请。"),
    )
    witness = WitnessField(None, label=_("县级见证人"), empty_label=_("请选择"))
    preparation = forms.CharField(
        label=_("请单位准备的事项"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def narrow(self, user, application: Application | None) -> None:
        """Offer the people of this application, or of all that may be chosen."""
        self.fields["experts"].queryset = selectors.seats_to_ask(user, application)
        witnesses = selectors.witnesses_for(application) if application else selectors.witnesses_to_ask(user)
        self.fields["witness"].queryset = witnesses


class PlanForm(Arrangement):
    application = forms.ModelChoiceField(Application.objects.none(), label=_("申报"), empty_label=_("请选择"))
    others = RowsField(
        label=_("其他参加人员"),
        required=False,
        least=0,
        columns=(
            Column("part", _("身份"), choices=OTHERS),
            Column("name", _("姓名"), longest=50),
            Column("employer", _("单位"), longest=100, required=False, wide=True),
        ),
        help_text=_("如申报单位陪同人员、技术顾问；到场的须签字。"),
    )
    field_order = ("application", "starts_at", "place", "experts", "witness", "others", "preparation")

    def __init__(self, *args, user, application: Application | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["application"].queryset = selectors.awaiting_visit(user)
        self.narrow(user, application)


class RescheduleForm(Arrangement, ReasonForm):
    field_order = ("starts_at", "place", "experts", "witness", "preparation", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is None:
            return
        self.narrow(self.user, self.subject.application)
        members = selectors.going(self.subject)
        self.initial = {
            "starts_at": self.subject.starts_at,
            "place": self.subject.place,
            "preparation": self.subject.preparation,
            "experts": [one.seat_id for one in members if one.part == Part.EXPERT],
            "witness": next((one.user_id for one in members if one.part == Part.COUNTY), None),
        } | self.initial


class RecordForm(forms.Form):
    """The checklist and the words of a visit; ``only`` names the boxes that were sent (autosave).

    Nothing has to be there to be kept, and nothing is marked as optional: the handing over asks for it.
    """

    unmarked = True

    findings = forms.CharField(
        label=_("考察情况"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("概括看了什么、发现什么；不写专家对申报的评价。"),
    )
    consistent = forms.TypedChoiceField(
        label=_("现场与申报材料"),
        choices=(("yes", _("一致")), ("no", _("不一致"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, visit: VisitPlan, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows_of_checklist = selectors.checklist_of(visit)
        self.photos = list(selectors.photos_of(visit))
        self.fields["findings"].initial = visit.findings
        self.fields["consistent"].initial = {True: "yes", False: "no", None: ""}[visit.consistent]
        for row in self.rows_of_checklist:
            self._add(row["item"]["code"], row["check"])
        for photo in self.photos:
            self.fields[f"caption_{photo.pk}"] = forms.CharField(
                label=_("照片说明"), max_length=100, required=False, initial=photo.caption
            )
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in set(only)}

    def _add(self, code: str, check) -> None:
        self.fields[f"check_{code}"] = forms.ChoiceField(
            label=_("结论"),
            choices=Finding.choices,
            required=False,
            widget=forms.RadioSelect,
            initial=check.result if check else "",
        )
        self.fields[f"note_{code}"] = forms.CharField(
            label=_("说明（不符合的须写明）"),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=check.note if check else "",
        )

    def rows(self) -> list[dict]:
        """Each item with its boxes, for the template."""
        return [
            {
                "item": row["item"],
                "result": self[f"check_{row['item']['code']}"],
                "note": self[f"note_{row['item']['code']}"],
            }
            for row in self.rows_of_checklist
        ]


class PhotosForm(forms.Form):
    file = ManyFilesField(label=_("照片"), widget=ManyFilesInput(attrs={**PICTURES}))
    caption = forms.CharField(label=_("照片说明"), max_length=100, required=False)
    taken_at = moment_field(_("拍摄时间"), required=False, help_text=_("不填的按上传时间。"))


class SignatureForm(forms.Form):
    member = forms.ModelChoiceField(VisitMember.objects.none(), widget=forms.HiddenInput)
    file = forms.FileField(label=_("签字图片或扫描件"), widget=forms.ClearableFileInput(attrs={**PICTURES}))

    def __init__(self, *args, visit: VisitPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = visit.members.filter(left_at__isnull=True)


class RefuseForm(ReasonForm):
    """Why the visit could not be made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("不接受考察的情况")
        self.fields["reason"].help_text = _("写明时间、联系经过和单位的说法；写入登记簿，市科技局据此处理。")


class ConfirmForm(MoveForm):
    """The witness says that they were there."""

    present = forms.BooleanField(label=_("我到场见证了本次考察，考察表、照片和签字属实。"), required=True)

    def clean(self):
        cleaned = super().clean()
        cleaned.pop("present", None)
        return cleaned


class VisitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院、单位、受理号或地点"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=VisitState.choices, empty_label=_("全部"))
    since = django_filters.DateFilter(
        label=_("考察日期从"),
        field_name="starts_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    sort = SortFilter(
        fields={"starts_at": "when", "application__number": "number", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = VisitPlan
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_visits(rows, value.strip())
