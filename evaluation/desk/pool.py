"""What may be changed of an expert: who may, by which form and service. Pages and programs read this one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation import permissions, services
from evaluation.forms import pool as forms_of
from evaluation.models import Expert
from records import audit
from records.desk import Line, with_actors

PROFILE = (
    "field", "other_fields", "title", "employer", "employer_code", "employed_since", "region", "outside_city",
    "languages",
)  # fmt: skip


def never(expert: Expert) -> str:
    """Nothing stands in the way."""
    return ""


def is_suspended(expert: Expert) -> str:
    return str(_("该专家已暂停参加抽取。")) if expert.suspended_at else ""


def is_not_suspended(expert: Expert) -> str:
    return "" if expert.suspended_at else str(_("该专家没有被暂停。"))


@dataclass(frozen=True)
class Change:
    """Something that is changed of an expert. ``stored`` are the columns that the form begins with."""

    title: str
    may: Callable
    form: type[forms.Form]
    service: Callable
    stored: tuple[str, ...] = ()
    bar: Callable[[Expert], str] = never
    consequence: str = ""

    def values(self, expert: Expert) -> dict:
        """What the form begins with."""
        return {name: getattr(expert, name) for name in self.stored}


CHANGES = {
    "profile": Change(
        _("修改专家信息"),
        permissions.may_keep_expert,
        forms_of.ProfileForm,
        services.update_expert,
        PROFILE,
        consequence=_("立即用于以后的抽取，已在评的席位不变\n工作单位变更的，原单位自动记为曾任职单位"),
    ),
    "tie": Change(
        _("登记回避事项"),
        permissions.may_keep_expert,
        forms_of.TieForm,
        services.declare_tie,
        consequence=_("以后的抽取自动回避该单位或人员\n已在评的项目请另行申报回避"),
    ),
    "absence": Change(
        _("登记请假"),
        permissions.may_set_availability,
        forms_of.AbsenceForm,
        services.enter_absence,
        consequence=_("评审期与请假重叠的抽取不会抽到您"),
    ),
    "suspend": Change(
        _("暂停参加抽取"),
        permissions.may_suspend,
        forms_of.WhyForm,
        services.suspend_expert,
        bar=is_suspended,
        consequence=_("以后的抽取不再抽到该专家，恢复前一直有效\n已在评的席位不变"),
    ),
    "reinstate": Change(
        _("恢复参加抽取"),
        permissions.may_suspend,
        forms_of.WhyForm,
        services.reinstate_expert,
        bar=is_not_suspended,
        consequence=_("以后的抽取可以抽到该专家"),
    ),
    "availability": Change(
        _("登记可否参加抽取"),
        permissions.may_set_availability,
        forms_of.AvailabilityForm,
        services.set_availability,
    ),
    "qualification": Change(
        _("上传资格证明"),
        permissions.may_keep_expert,
        forms_of.QualificationForm,
        services.attach_qualification,
    ),
}

TOLD = {
    "enter": _("入库"),
    "update": _("修改专家信息"),
    "declare_tie": _("登记回避事项"),
    "withdraw_tie": _("撤回回避事项"),
    "absence": _("登记请假"),
    "absence_cancelled": _("取消请假"),
    "availability": _("登记可否参加抽取"),
    "suspend": _("暂停参加抽取"),
    "reinstate": _("恢复参加抽取"),
    "reveal_phone": _("查看完整手机号码"),
}
"""What the register says of an expert, in words."""


def lines_of(expert: Expert, *, reader) -> Iterator[Line]:
    """The register about an expert, oldest first; who did it in the words for this reader."""
    events = audit.history(expert).filter(verb__in=[f"evaluation.expert.{name}" for name in TOLD])
    for event, actor in with_actors(reader, expert, events):
        name = event.verb.rpartition(".")[2]
        yield Line(event.at, name, str(TOLD[name]), actor, "", "", event.reason)
