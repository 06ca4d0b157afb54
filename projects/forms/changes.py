"""What a unit asks for about its running project, what county and bureau say to it. Shape only; the services decide."""

from decimal import Decimal, InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.policy import normalised_uscc
from accounts.selectors import recommending_divisions
from institutes.enums import CountyPosition
from institutes.forms.chains import PAPERS
from institutes.forms.rows import Column, RowsField
from projects import selectors
from projects.enums.changes import (
    ProjectChangeFile,
    ProjectChangeFinding,
    ProjectChangeKind,
    ProjectChangeState,
)
from projects.forms import TEXT
from projects.models import Project, ProjectChange
from projects.policy.changes import Line
from projects.services.changes import EVIDENCE
from records.desk import MoveForm

K, F = ProjectChangeKind, ProjectChangeFile
BOXES: dict[K, tuple[str, ...]] = {
    K.LEADER: ("leader_name", "leader_unit", "leader_title", "id_number"),
    K.PARTNER: ("leaving", "joining", "division"),
    K.BUDGET: ("lines",),
    K.TERM: ("months", "stages"),
}
"""The boxes that each kind asks for."""


def _file_field(kind: ProjectChangeFile) -> forms.FileField:
    return forms.FileField(label=kind.label, required=False, widget=forms.ClearableFileInput(attrs=PAPERS))


class ProjectChangeForm(forms.Form):
    """What is asked for. Of the boxes a page shows those that the kind asks for; the service says what is missing."""

    project = forms.ModelChoiceField(Project.objects.none(), label=_("项目"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("变更事项"), choices=K.choices, widget=forms.RadioSelect)
    leader_name = forms.CharField(label=_("新负责人姓名"), max_length=40, required=False)
    leader_unit = forms.ChoiceField(
        label=_("所在单位"), required=False, help_text=_("须是牵头单位或者现有联合单位。")
    )
    leader_title = forms.CharField(label=_("职称、职务"), max_length=60, required=False)
    id_number = forms.CharField(
        label=_("居民身份证号码"),
        max_length=30,
        required=False,
        help_text=_("加密保存，只用来核对是否有逾期未结的项目；修改草稿时不改可以留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    leaving = forms.MultipleChoiceField(
        label=_("退出的联合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    joining = RowsField(
        label=_("加入的联合单位"),
        help_text=_("名称与营业执照或者法人证书完全一致；签订日期写作 2026-11-27。"),
        required=False,
        least=0,
        columns=(
            Column("name", _("名称"), longest=100),
            Column("uscc", _("统一社会信用代码"), longest=40),
            Column("task", _("承担的任务"), longest=500),
            Column("signatory", _("签字人"), longest=40),
            Column("signed_on", _("签订日期"), longest=10),
        ),
    )
    division = forms.CharField(
        label=_("变更后的分工"),
        max_length=2000,
        required=False,
        widget=TEXT,
        help_text=_("退出单位的任务由谁接替，新单位承担什么。"),
    )
    lines = RowsField(
        label=_("调剂后的预算（元）"),
        help_text=_("财政资金合计不变；任何科目不得低于已列支金额。不变的科目保留原数。"),
        required=False,
        least=0,
        columns=(
            Column("grant", _("财政资金"), required=False, longest=20),
            Column("own", _("自筹资金"), required=False, longest=20),
        ),
    )
    months = forms.IntegerField(label=_("延长几个月"), min_value=1, max_value=60, required=False)
    stages = RowsField(
        label=_("阶段目标的完成日期"),
        help_text=_("还没有报告的阶段目标逐项填写，写作 2026-11-27；不变的保留原日期。"),
        required=False,
        least=0,
        columns=(Column("due_on", _("完成日期"), required=False, longest=10),),
    )
    grounds = forms.CharField(label=_("理由"), max_length=2000, widget=TEXT)
    file_project_change_consent = _file_field(F.CONSENT)
    file_project_change_agreement = _file_field(F.AGREEMENT)
    file_project_change_basis = _file_field(F.BASIS)

    def __init__(self, *args, user=None, kind="", change: ProjectChange | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.change = change
        self.fields["project"].queryset = (
            selectors.projects_to_change(user) if user else Project.objects.none()
        )
        if change is not None:
            del self.fields["project"]
            kind = change.kind
        self._choose_from(self._project())
        if kind in K.values:
            self._ask_for(K(kind))
        if change is not None:
            del self.fields["kind"]

    def _project(self) -> Project | None:
        """The project that it is about, where that is known before the form is filled in."""
        if self.change is not None:
            return self.change.project
        named = str(self.data.get("project") or self.initial.get("project") or "")
        return self.fields["project"].queryset.filter(pk=named).first() if named.isdigit() else None

    def _choose_from(self, project: Project | None) -> None:
        """Units, partners, lines and stages to choose from are those of the project."""
        if project is None:
            return
        units = [(name, name) for name in selectors.units_taking_part(project)]
        self.fields["leader_unit"].choices = [("", _("请选择")), *units]
        self.fields["leaving"].choices = [
            (str(party.pk), party.name) for party in selectors.partners_of(project)
        ]
        lines = selectors.lines_now(project)
        declared = project.edition.terms["budget_lines"]
        self.fields["lines"].set_fixed([(one["code"], one["label"]) for one in declared])
        self.initial.setdefault(
            "lines", [_as_row(one["code"], lines.get(one["code"], Line())) for one in declared]
        )
        stages = list(selectors.stages_to_move(project))
        self.fields["stages"].set_fixed([(str(stage.pk), stage.title) for stage in stages])
        days = [{"item": str(stage.pk), "due_on": stage.due_on.isoformat()} for stage in stages]
        self.initial.setdefault("stages", days)
        if self.change is not None:
            self.initial |= stored(self.change)

    def _ask_for(self, kind: ProjectChangeKind) -> None:
        """On a page the kind is chosen first, and only its boxes are shown."""
        self.initial["kind"], self.fields["kind"].widget = kind, forms.HiddenInput()
        files = {f"file_{one.value}" for one in (*EVIDENCE[kind], F.BASIS)}
        must = {f"file_{one.value}" for one in EVIDENCE[kind]}
        for name in list(self.fields):
            is_box = any(name in boxes for boxes in BOXES.values())
            if (is_box and name not in BOXES[kind]) or (name.startswith("file_") and name not in files):
                del self.fields[name]
            elif name in must:
                self.fields[name].help_text = _("送单位管理员之前须上传；再次上传的替换前一份。")

    def clean(self):
        found = super().clean()
        kind = self.change.kind if self.change is not None else found.get("kind", "")
        files = {name: found.pop(name) for name in list(found) if name.startswith("file_")}
        boxes = {name: found.pop(name) for names in BOXES.values() for name in names if name in found}
        found["files"] = {name.removeprefix("file_"): file for name, file in files.items() if file}
        found["id_number"] = boxes.get("id_number", "")
        found["asked"] = self._asked(kind, boxes) if kind in K.values else {}
        return found

    def _asked(self, kind: str, boxes: dict) -> dict:
        """What was typed, in the shape that the kind keeps."""
        if kind == K.LEADER:
            said = {name: boxes.get(f"leader_{name}", "") for name in ("name", "unit", "title")}
            return {name: text.strip() for name, text in said.items()}
        if kind == K.PARTNER:
            joining = [row | {"uscc": normalised_uscc(row["uscc"])} for row in boxes.get("joining") or []]
            leaving = [int(pk) for pk in boxes.get("leaving") or []]
            return {"leaving": leaving, "joining": joining, "division": boxes.get("division", "").strip()}
        if kind == K.BUDGET:
            return {"lines": self._amounts(boxes.get("lines") or [])}
        days = {row["item"]: row["due_on"] for row in boxes.get("stages") or []}
        for day in days.values():
            if day and not _is_day(day):
                self.add_error("stages", _("日期写作 2026-11-27。"))
                return {"months": 0, "stages": {}}
        return {"months": boxes.get("months") or 0, "stages": days}

    def _amounts(self, rows: list[dict]) -> dict[str, dict[str, str]]:
        found = {}
        for row in rows:
            values = [_amount(row[name]) for name in ("grant", "own")]
            if None in values:
                self.add_error("lines", _("金额写作数字，最多两位小数，例如 120000.00。"))
                return {}
            found[row["item"]] = {"grant": str(values[0]), "own": str(values[1])}
        return found


def stored(change: ProjectChange) -> dict:
    """What a draft asks for, as its boxes show it."""
    asked, kind = change.asked, K(change.kind)
    if kind == K.LEADER:
        return {f"leader_{name}": asked.get(name, "") for name in ("name", "unit", "title")}
    if kind == K.PARTNER:
        leaving = [str(pk) for pk in asked.get("leaving", [])]
        return {
            "leaving": leaving,
            "joining": asked.get("joining", []),
            "division": asked.get("division", ""),
        }
    if kind == K.BUDGET:
        return {"lines": [_as_row(code, line) for code, line in selectors.lines_asked(change).items()]}
    days = [{"item": pk, "due_on": day} for pk, day in asked.get("stages", {}).items()]
    return {"months": change.months, "stages": days}


def _as_row(code: str, line: Line) -> dict[str, str]:
    return {"item": code, "grant": f"{line.grant:.2f}", "own": f"{line.own:.2f}"}


def _amount(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").replace("，", "") or "0")
    except InvalidOperation:
        return None
    fits = found.is_finite() and abs(found) < 10**12 and found == found.quantize(Decimal("0.01"))
    return found.quantize(Decimal("0.01")) if fits else None


def _is_day(text: str) -> bool:
    try:
        forms.DateField(input_formats=["%Y-%m-%d"]).to_python(text)
    except forms.ValidationError:
        return False
    return len(text) == len("2026-11-27")


class ProjectChangeOpinionForm(MoveForm):
    position = forms.ChoiceField(
        label=_("县级意见"), choices=CountyPosition.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("依据"), max_length=1000, widget=TEXT, help_text=_("核实了哪些情况；单位和市科技局可以看到。")
    )


class ProposeProjectChangeForm(MoveForm):
    finding = forms.ChoiceField(
        label=_("核查意见"), choices=ProjectChangeFinding.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("依据"), max_length=1000, widget=TEXT, help_text=_("核对了哪些材料，是否影响考核指标完成。")
    )


class ProjectChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、单位或编号"), method="search")
    kind = django_filters.ChoiceFilter(label=_("变更事项"), choices=K.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=ProjectChangeState.choices, empty_label=_("全部")
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "project__title": "title",
            "division__code": "division",
            "drafted_at": "drafted",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProjectChange
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_project_changes(rows, value.strip())
