"""What people bring to the moves of a review. Shape only; the services decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.desk import MoveForm


class CommitForm(MoveForm):
    """The expert's commitment, tick by tick."""

    confidential = forms.BooleanField(
        label=_("我承诺对评审材料、评审过程和评审结果严格保密，不复制、不外传。"), required=True
    )
    no_conflict = forms.BooleanField(
        label=_("我与申报单位、共建单位及其人员不存在任职、持股、合作、亲属等利益关系。"), required=True
    )


class ReasonForm(MoveForm):
    """A move that must be explained."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("写入登记簿。")
    )


class ConcludeForm(MoveForm):
    """The panel's opinion, as the agency puts it together."""

    opinion = forms.CharField(
        label=_("专家组意见"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("概括优势、不足和建议；不写专家姓名。结果告知时会一并反馈申报单位。"),
    )


class SheetForm(forms.Form):
    """The scoring sheet of one assignment: points and words for each dimension of its edition."""

    def __init__(self, *args, assignment, **kwargs):
        self.dimensions = assignment.panel.edition.terms["dimensions"]
        kept = {score.dimension: score for score in assignment.scores.all()}
        super().__init__(*args, **kwargs)
        for dimension in self.dimensions:
            self._add(dimension, kept.get(dimension["code"]))

    def _add(self, dimension, score) -> None:
        code, full = dimension["code"], dimension["full_mark"]
        self.fields[f"{code}_points"] = forms.DecimalField(
            label=dimension["label"],
            required=False,
            min_value=0,
            max_value=full,
            max_digits=5,
            decimal_places=2,
            initial=score.points if score else None,
            help_text=dimension.get("guide", ""),
        )
        self.fields[f"{code}_comment"] = forms.CharField(
            label=_("评语"),
            required=False,
            max_length=2000,
            initial=score.comment if score else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def entries(self, only=None) -> dict[str, dict]:
        """``{dimension: {"points", "comment"}}``, of the fields named in ``only`` where it is given."""
        given = set(only) if only is not None else set(self.fields)
        found: dict[str, dict] = {}
        for dimension in self.dimensions:
            code = dimension["code"]
            if given & {f"{code}_points", f"{code}_comment"}:
                found[code] = {
                    "points": self.cleaned_data.get(f"{code}_points"),
                    "comment": self.cleaned_data.get(f"{code}_comment", ""),
                }
        return found

    def rows(self) -> list[dict]:
        """Each dimension with its two boxes, for the template."""
        return [
            {
                "dimension": dimension,
                "points": self[f"{dimension['code']}_points"],
                "comment": self[f"{dimension['code']}_comment"],
            }
            for dimension in self.dimensions
        ]
