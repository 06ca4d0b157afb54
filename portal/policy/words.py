"""How a number of the policy is said to people. Pure."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.words import in_wan, in_yuan
from records.amounts import WAN

TOLD = {
    "holder": gettext_lazy("办理人"),
    "deputy": gettext_lazy("代办人"),
    "superior": gettext_lazy("上一级"),
}
Value = bool | int | str | list


def value_words(value: Value, unit: str = "") -> str:
    """A value with its unit: ``20 万元``, ``70%``, ``5、2、0 工作日``, ``是``."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _with_unit("、".join(str(item) for item in value), unit)
    if unit == "元":
        whole = Decimal(value) % WAN == 0
        return f"{in_wan(value)} 万元" if whole else f"{in_yuan(value)} 元"
    return _with_unit(_trimmed(value), unit)


def record_words(record: dict) -> str:
    """What a record demands or weighs; empty where being in the list is all it says."""
    if tests := record.get("any_of"):
        need = _("必备") if record["kind"] == "hard" else _("提示")
        return f"{need}：" + _(" 或 ").join(_test_words(test) for test in tests)
    if "before" in record:
        return _reminder_words(record)
    if "weight" in record:
        full = value_words(record["full_mark"], record["unit"])
        words = _("权重 %(weight)s，满分值 %(full)s") % {"weight": _trimmed(record["weight"]), "full": full}
        return words + "".join(_step_words(step, record["unit"]) for step in record.get("steps", ()))
    if "full_mark" in record:
        return value_words(record["full_mark"], _("分"))
    if "share" in record:
        return value_words(record["share"], "%")
    if "from" in record:
        return "≥ " + value_words(record["from"], _("分"))
    if "at_least" in record:
        return _("至少 %(n)s 方") % {"n": record["at_least"]}
    return ""


def _step_words(step: dict, unit: str) -> str:
    return _("；达到 %(least)s 得 %(points)s 分") % {
        "least": value_words(step["from"], unit),
        "points": _trimmed(step["points"]),
    }


def _reminder_words(rule: dict) -> str:
    when = [
        _("%(when)s %(days)s 个工作日") % {"when": when, "days": "、".join(str(day) for day in days)}
        for when, days in ((_("到期前"), rule["before"]), (_("逾期后"), rule["after"]))
        if days
    ]
    whom = TOLD[rule["to"]]
    how = _("站内消息和邮件") if rule["mail"] else _("站内消息")
    if rule.get("sms"):
        how = _("%(how)s，到期当日另发短信给申报单位") % {"how": how}
    return _("%(when)s，告知%(whom)s（%(how)s）") % {"when": "，".join(when), "whom": whom, "how": how}


def _test_words(test: dict) -> str:
    if test["op"] == "is":
        return _("须满足")
    return "≥ " + value_words(test["value"], test["unit"])


def _with_unit(text: str, unit: str) -> str:
    return f"{text}%" if unit == "%" else f"{text} {unit}".rstrip()


def _trimmed(value: int | str) -> str:
    """Without needless zeros behind the point; texts that are no numbers stay as they are."""
    text = str(value)
    digits = text.replace(".", "", 1)
    return text.rstrip("0").rstrip(".") if "." in text and digits.isdigit() else text
