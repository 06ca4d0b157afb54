"""1: the chain fits the segment, the build period its limit."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.shared import day_has_come, day_of
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said


def segment_belongs_to_chain(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics = answers.get("basics", {})
    chain, segment = basics.get("chain"), basics.get("segment")
    if chain and segment and setting.parents.get(segment) != chain:
        text = _("所选环节不属于所选产业链，请重新选择。")
        yield Fault("basics", "segment", _("产业链环节"), text, "四(一)")


def build_period_fits(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics = answers.get("basics", {})
    start, end = day_of(basics.get("build_from")), day_of(basics.get("build_to"))
    if not start or not end:
        return
    years = setting.limits["build_years_max"]
    if end <= start:
        yield Fault("basics", "build_to", _("建设期至"), _("应晚于建设期起始日。"))
    elif end > policy.add_years(start, years):
        text = _("建设期不超过 %(n)d 年，最晚为 %(day)s。") % {
            "n": years,
            "day": day_said(policy.add_years(start, years)),
        }
        yield Fault("basics", "build_to", _("建设期至"), text)


established_already = day_has_come("basics", "established_on", gettext_lazy("组建日期"))
