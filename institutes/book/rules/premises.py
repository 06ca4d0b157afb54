"""6: premises held for the whole build period, equipment that adds up."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.former import AREA, MONEY, box_since_last, rows_since_last
from institutes.book.rules.shared import day_of, has_happened, rows_in
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said
from records.amounts import grouped, in_wan

OWN = "own"
UNIT_ERROR = 1000
"""From which ratio on two sums that should agree look as if one was typed in another unit."""


def equipment_of(answers: Answers) -> list[dict]:
    return rows_in(answers, "premises", "equipment")


def is_leased(premises: dict, setting: Setting) -> bool:
    """Whether some of the premises are another's."""
    return premises.get("tenure") not in (None, OWN)


def pilot_line_within_area(answers: Answers, setting: Setting) -> Iterator[Fault]:
    premises = answers.get("premises", {})
    area, pilot = policy.as_decimal(premises.get("area_m2")), policy.as_decimal(premises.get("pilot_line_m2"))
    if area is not None and pilot is not None and pilot > area:
        text = _("%(n)s 平方米，大于科研场地面积 %(m)s 平方米；中试面积包含在场地面积内，请更正。")
        told = {"n": grouped(pilot), "m": grouped(area)}
        yield Fault("premises", "pilot_line_m2", _("其中中试面积"), text % told)


def lease_covers_build_period(answers: Answers, setting: Setting) -> Iterator[Fault]:
    premises, build_to = answers.get("premises", {}), day_of(answers.get("basics", {}).get("build_to"))
    until = day_of(premises.get("lease_to"))
    if until and build_to and is_leased(dict(premises), setting) and until < build_to:
        text = _("租期须不早于建设期结束日 %(day)s，请续租后填写，或调整建设期。") % {
            "day": day_said(build_to)
        }
        yield Fault("premises", "lease_to", _("租期至"), text)


def equipment_adds_up(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The values of the ledger come to the value declared."""
    declared = policy.as_decimal(answers.get("premises", {}).get("equipment_value"))
    listed = policy.total(row.get("original_value") for row in equipment_of(answers))
    if declared is not None and declared != listed:
        text = _("所填 %(a)s 万元，设备清单合计 %(b)s 万元，相差 %(c)s 万元，应一致。请补全清单或更正总额。")
        if listed and max(declared, listed) >= UNIT_ERROR * min(declared, listed):
            text += _("相差千倍以上，请核对是否把元填成了万元。")
        told = {"a": in_wan(declared), "b": in_wan(listed), "c": in_wan(abs(declared - listed))}
        yield Fault("premises", "equipment_value", _("科研设备原值"), text % told)


bought_already = has_happened(
    "premises", "equipment", "bought_on", gettext_lazy("设备清单"), gettext_lazy("购置日期")
)
area_since_last = box_since_last("premises", "area_m2", gettext_lazy("科研场地面积"), AREA)
pilot_line_since_last = box_since_last("premises", "pilot_line_m2", gettext_lazy("其中中试面积"), AREA)
equipment_since_last = box_since_last("premises", "equipment_value", gettext_lazy("科研设备原值"), MONEY)
devices_since_last = rows_since_last(
    "premises",
    "equipment",
    (("original_value", MONEY),),
    lambda row: row.get("name") and (row["name"], row.get("model"), row.get("bought_on")),
    gettext_lazy("设备清单"),
)
