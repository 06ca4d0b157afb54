"""What officers bring to a move. Shape only: whether it is lawful the service says."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from institutes import book, selectors
from institutes.enums import CountyProposal
from institutes.forms.files import ManyFilesField, ManyFilesInput
from institutes.forms.rows import Column, RowsField
from notices.enums import Finding
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
PICTURES = {"accept": ".pdf,.jpg,.jpeg,.png"}


class ReasonForm(MoveForm):
    reason = forms.CharField(label=_("理由"), max_length=1000, widget=TEXT)


class ReturnForm(MoveForm):
    """Reasons of a return: each points to a section of the book, or to one field of it."""

    reasons = RowsField(
        label=_("退回理由"),
        help_text=_("逐条写明，并指明对应的栏目；申报单位会在该栏目旁看到。"),
        columns=(
            Column("where", _("栏目")),
            Column("text", _("需要修改的内容"), longest=500, wide=True),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].set_choices("where", places_of_book(self.subject))

    def clean_reasons(self):
        return [reason_of(row) for row in self.cleaned_data["reasons"]]


def places_of_book(application) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections of the book and their fields, as grouped choices ``section`` and ``section.field``; the annexes last."""
    declared = book.of_edition(application.call.form_edition)
    annexes = [(f"{book.ANNEXES}.annex-{annex.code}", str(annex.label)) for annex in declared.annexes]
    sections = [
        (
            f"{section.number} {section.title}",
            [
                (section.code, str(_("本节整体"))),
                *((f"{section.code}.{entry.code}", str(entry.label)) for entry in section.entries),
            ],
        )
        for section in declared.sections
    ]
    return [*sections, (str(_("附件")), annexes)]


def reason_of(row: dict[str, str]) -> dict[str, str]:
    section, _dot, field = row["where"].partition(".")
    return {"section": section, "field": field, "text": row["text"]}


class RecommendationForm(MoveForm):
    proposal = forms.ChoiceField(
        label=_("拟办意见"), choices=CountyProposal.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(label=_("推荐意见"), max_length=2000, widget=TEXT)
    support = forms.CharField(
        label=_("县级支持措施"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("推荐时必填：本级在资金、场地、人才等方面的支持安排。"),
    )
    support_amount = forms.DecimalField(
        label=_("其中资金支持"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        help_text=_("本级财政安排的资金；没有资金支持的留空。"),
    )
    support_document = forms.CharField(
        label=_("支持文件文号"),
        required=False,
        max_length=120,
        help_text=_("安排资金的，须填文号或上传文件。"),
    )
    support_file = forms.FileField(
        label=_("支持文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs=PICTURES),
        help_text=_("PDF、JPG 或 PNG。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        least = self.subject.call.edition.terms["county"]["opinion_min_chars"]
        self.fields["support_amount"].unit = _("元")
        self.fields["opinion"].help_text = _("不少于 {n} 字，将写入推荐函。").format(n=least)


class EngageForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托批次包含本次申报通知的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_engaged_for([self.subject.call_id], clock.today())


class ReplyForm(MoveForm):
    reply = forms.CharField(label=_("答复全文"), max_length=5000, required=False, widget=TEXT)


class PartlyForm(ReplyForm):
    correction = forms.CharField(
        label=_("更正的内容"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("留空则按经办提出的内容；随重新公示一并公布。"),
    )
    field_order = ("correction", "reply")


class RequiredReplyForm(MoveForm):
    reply = forms.CharField(label=_("答复全文"), max_length=5000, widget=TEXT)


class OriginalForm(MoveForm):
    wanted = forms.CharField(
        label=_("需补交的原件和送达地点"),
        max_length=500,
        widget=TEXT,
        help_text=_("异议人在回执页面看到这段文字；请同时电话告知。"),
    )


class QuestionForm(MoveForm):
    question = forms.CharField(
        label=_("请单位说明的事项"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("由经办人归纳异议的事实与依据后重新写成，单位只看到这段文字；不得写入异议人信息。"),
    )


class AnswerForm(MoveForm):
    answer = forms.CharField(label=_("情况说明"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    files = ManyFilesField(
        label=_("证明材料"),
        required=False,
        widget=ManyFilesInput(attrs={**PICTURES}),
        help_text=_("可一次选择多份，PDF、JPG 或 PNG。"),
    )


class FindingForm(RequiredReplyForm):
    finding = forms.ChoiceField(
        label=_("处理意见"),
        choices=Finding.choices,
        widget=forms.RadioSelect,
    )
    correction = forms.CharField(
        label=_("更正的内容"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("异议部分成立的必填，随重新公示一并公布；不得写入异议人信息。"),
    )
    field_order = ("finding", "correction", "reply")
