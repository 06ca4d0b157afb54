"""What people bring to the moves of a review. Shape only; the services decide."""

from decimal import Decimal

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from evaluation import selectors
from evaluation.enums import GROUNDS_DECLARED, Language, PanelState, ReplaceGround, Seat
from evaluation.models import Expert, Panel
from records.desk import MoveForm


class CommitForm(MoveForm):
    """The expert's commitment, tick by tick in the words of the edition, and their name under it."""

    confidential = forms.BooleanField(label=_("保密承诺"), required=True)
    no_conflict = forms.BooleanField(label=_("无利益冲突声明"), required=True)
    signature = forms.CharField(
        label=_("签名"),
        max_length=120,
        help_text=_("键入您的姓名，即视为签署；连同签署时间存入承诺书。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            for line in self.subject.panel.edition.terms["commitments"]:
                self.fields[line["code"]].label = line["label"]


class RecuseForm(MoveForm):
    """Why an expert has to keep away: a ground of the edition, and what there is."""

    ground = forms.ChoiceField(label=_("回避情形"))
    reason = forms.CharField(
        label=_("具体说明"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入登记簿，市科技局可见；评审期间第三方机构只见回避情形，申报单位看不到。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grounds = self.subject.panel.edition.terms["recusal"] if self.subject is not None else []
        own = [(g["code"], g["label"]) for g in grounds if g["code"] in GROUNDS_DECLARED]
        self.fields["ground"].choices = [("", _("请选择")), *own]


class ReplaceForm(MoveForm):
    """Why an expert is replaced: one of the facts that the portal has found about the seat, and the circumstances."""

    ground = forms.ChoiceField(label=_("更换情形"), help_text=_("只列出平台已查实的情形。"))
    reason = forms.CharField(
        label=_("具体说明"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入登记簿。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = selectors.grounds_to_replace(self.subject) if self.subject is not None else ReplaceGround
        choices = [(ground.value, ground.label) for ground in found]
        self.fields["ground"].choices = choices if len(choices) == 1 else [("", _("请选择")), *choices]


class ReasonForm(MoveForm):
    """A move that must be explained."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写入登记簿。")
    )


class AnswerForm(forms.Form):
    """The answer to an invitation, from the page that the link of the mail opens."""

    answer = forms.ChoiceField(
        label=_("您的答复"),
        choices=[("accept", _("接受邀请")), ("decline", _("谢绝"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("谢绝理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("谢绝时填写。"),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == "decline" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("请说明谢绝理由。"))
        return cleaned


class ConcludeForm(MoveForm):
    """The panel's opinion, as the agency puts it together."""

    opinion = forms.CharField(
        label=_("专家组意见"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("概括优势、不足和建议；不写专家姓名。结果告知时会一并反馈申报单位。"),
    )


def _moment_box() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DiscussForm(MoveForm):
    """The record of the discussion of a panel too far apart; who took part is said by seat."""

    held_at = forms.DateTimeField(label=_("合议时间"), widget=_moment_box())
    participants = forms.MultipleChoiceField(
        label=_("参加合议的专家"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("按席位编号登记，不写姓名。"),
    )
    text = forms.CharField(
        label=_("合议记录"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明分歧集中在哪些评审项、各方依据和讨论结果；不写专家姓名。专家重新评分时可以查阅。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seats = selectors.seated_on(self.subject) if self.subject else []
        self.fields["participants"].choices = [
            (str(seat), f"{seat} {seat.get_seat_display()}") for seat in seats
        ]


class SheetForm(forms.Form):
    """The scoring sheet of one assignment: points and words for each dimension of its edition.

    ``only`` names the boxes that were sent (autosave); the others are left alone.
    """

    def __init__(self, *args, assignment, only=None, **kwargs):
        terms = assignment.panel.edition.terms
        self.dimensions = assignment.panel.edition.anchored_sheet
        self.shortest = int(terms["scoring"]["comment_min_chars"])
        kept = {score.dimension: score for score in selectors.scores_of(assignment)}
        super().__init__(*args, **kwargs)
        for dimension in self.dimensions:
            self._add(dimension, kept.get(dimension["code"]))
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in set(only)}

    def _add(self, dimension, score) -> None:
        code, full = dimension["code"], Decimal(str(dimension["full_mark"]))
        self.fields[f"{code}_points"] = forms.DecimalField(
            label=_("得分"),
            required=False,
            min_value=0,
            max_value=full,
            max_digits=5,
            decimal_places=2,
            initial=score.points if score else None,
            widget=forms.NumberInput(attrs={"data-points": "", "data-full": str(full)}),
        )
        self.fields[f"{code}_comment"] = forms.CharField(
            label=_("评语"),
            required=False,
            max_length=2000,
            initial=score.comment if score else "",
            widget=forms.Textarea(attrs={"rows": 4, "data-least": self.shortest}),
        )

    def entries(self) -> dict[str, dict]:
        """``{dimension: {"points", "comment"}}``: what was sent and can be read."""
        found: dict[str, dict] = {}
        for name, value in self.cleaned_data.items():
            code, _sep, part = name.rpartition("_")
            found.setdefault(code, {})[part] = value
        return found

    def rows(self) -> list[dict]:
        """Each dimension with its two boxes, for the template."""
        return [
            {
                "dimension": dimension,
                "anchors": dimension["anchors"],
                "points": self[f"{dimension['code']}_points"],
                "comment": self[f"{dimension['code']}_comment"],
                "written": len(str(self[f"{dimension['code']}_comment"].value() or "").strip()),
            }
            for dimension in self.dimensions
        ]


class PanelFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("编号或申报名称"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=PanelState.choices, empty_label=_("全部"))
    overdue = django_filters.ChoiceFilter(
        label=_("时限"), choices=[("yes", _("已逾期"))], method="late", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "code": "code",
            "number": "name",
            "due_on": "due",
            "score": "score",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Panel
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_panels(rows, value.strip())

    def late(self, rows, name, value):
        return selectors.overdue(rows)


class ExpertFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("姓名、专业或单位"), method="search")
    seat = django_filters.ChoiceFilter(label=_("类别"), choices=Seat.choices, empty_label=_("全部"))
    outside = django_filters.ChoiceFilter(
        label=_("本市或外地"),
        choices=[("yes", _("外地")), ("no", _("本市"))],
        method="placed",
        empty_label=_("全部"),
    )
    region = django_filters.CharFilter(label=_("所在地"), lookup_expr="icontains")
    language = django_filters.ChoiceFilter(
        label=_("联系语言"), choices=Language.choices, method="speaking", empty_label=_("全部")
    )
    available = django_filters.ChoiceFilter(
        label=_("可否抽取"),
        choices=[("yes", _("可抽取")), ("no", _("暂不可抽取"))],
        method="drawable",
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={
            "user__name": "name",
            "field": "field",
            "employer": "employer",
            "region": "region",
            "load": "load",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Expert
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_experts(rows, value.strip())

    def placed(self, rows, name, value):
        return rows.filter(outside_city=value == "yes")

    def speaking(self, rows, name, value):
        return rows.filter(languages__contains=[value])

    def drawable(self, rows, name, value):
        return rows.available() if value == "yes" else rows.exclude(pk__in=rows.available().values("pk"))
