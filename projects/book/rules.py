"""What must add up in the book of a proposal, by the numbers of the edition."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from institutes.book.kinds import YES
from institutes.book.values import Answers, Fault, Setting
from institutes.policy import age_on, total
from projects import policy
from projects.book.content import TEXTS, budget_of, figures_of, stages_of
from records.amounts import in_wan

_GRANT = "四(六)"


def term_within_limits(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The term is no shorter and no longer than the edition allows."""
    months = answers.get("basics", {}).get("months")
    least, most = setting.limits["months_min"], setting.terms["programme"]["months_max"]
    if months is not None and not least <= months <= most:
        text = _("应为 %(a)d 至 %(b)d 个月（系统默认，待确认），现填 %(n)d 个月。")
        yield Fault("basics", "months", _("实施期限"), text % {"a": least, "b": most, "n": months})


def title_not_too_long(answers: Answers, setting: Setting) -> Iterator[Fault]:
    title, most = answers.get("basics", {}).get("title") or "", setting.limits["title_max_chars"]
    if len(title) > most:
        yield Fault(
            "basics",
            "title",
            _("项目名称"),
            _("最多 %(n)d 字，现有 %(m)d 字。") % {"n": most, "m": len(title)},
        )


def leader_of_age(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The leader is not older than the edition allows on the closing day."""
    born, most = answers.get("leader", {}).get("leader_birth"), setting.limits["age_max"]
    if born and (age := age_on(date.fromisoformat(born), setting.closes_on)) > most:
        text = _("至申报截止日 %(n)d 岁，超过 %(m)d 岁（系统默认，待确认）。") % {"n": age, "m": most}
        yield Fault("leader", "leader_birth", _("出生日期"), text)


def _partners(answers: Answers) -> list[dict]:
    return list(answers.get("partners", {}).get("partners") or ())


def partners_are_others(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """No partner is the leading unit, and none stands there twice."""
    seen: set[str] = set()
    for row in _partners(answers):
        code, path = row.get("uscc"), f"partners-{row['key']}-uscc"
        if code and code == setting.host.uscc:
            yield Fault(
                "partners", path, _("统一社会信用代码"), _("是牵头单位自身，不能列为联合单位。"), _GRANT
            )
        if code and code in seen:
            yield Fault("partners", path, _("统一社会信用代码"), _("与前面的联合单位重复。"))
        seen.add(code or "")


def agreements_signed(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """An agreement is signed when the proposal goes out, not afterwards."""
    for row in _partners(answers):
        signed = row.get("signed_on")
        if signed and date.fromisoformat(signed) > setting.latest:
            path = f"partners-{row['key']}-signed_on"
            yield Fault("partners", path, _("协议签订日期"), _("不能晚于今天和申报截止日。"))


def texts_say_enough(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Each text that says what is to be done has some substance."""
    content, least = answers.get("content", {}), setting.limits["text_min_chars"]
    for code, label in TEXTS.items():
        text = content.get(code) or ""
        if text and len(text.strip()) < least:
            said = _("不少于 %(n)d 字，现有 %(m)d 字。") % {"n": least, "m": len(text.strip())}
            yield Fault("content", code, label, said)


def stages_within_term(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """No milestone lies behind the end of the term."""
    months = answers.get("basics", {}).get("months")
    for row in stages_of(answers):
        if months and row.get("month") and row["month"] > months:
            text = _("第 %(n)d 个月超过实施期限 %(m)d 个月。") % {"n": row["month"], "m": months}
            yield Fault("targets", f"milestones-{row['key']}-month", _("第几个月完成"), text)


def one_midterm(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """One milestone, and no more, is that of the mid-term check, and it is not the last one."""
    rows = stages_of(answers)
    chosen = [row for row in rows if row.get("midterm") == YES]
    if rows and len(chosen) != 1:
        text = _("须有且只有一个中期检查节点，现有 %(n)d 个。") % {"n": len(chosen)}
        yield Fault("targets", "milestones", _("阶段目标"), text)
    elif chosen and chosen[0] is rows[-1]:
        yield Fault("targets", "milestones", _("阶段目标"), _("中期检查节点须早于最后一个阶段。"))


def grant_in_band(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """About a million: within the band, and where it is not the usual amount, with a reason."""
    terms = setting.terms["grant"]
    usual, least, most = (Decimal(terms[key]) for key in ("amount", "amount_min", "amount_max"))
    asked = figures_of(answers, setting.terms).grant
    if not answers.get("budget", {}).get("lines"):
        return
    if not policy.is_in_band(asked, least, most):
        said = {"a": in_wan(least), "b": in_wan(most), "n": in_wan(asked)}
        text = _("财政资金合计应为 %(a)s 至 %(b)s 万元（系统默认，待确认），现为 %(n)s 万元。") % said
        yield Fault("budget", "lines", _("预算"), text, _GRANT)
    elif asked != usual and not answers.get("basics", {}).get("grant_reason"):
        said = {"a": in_wan(usual), "n": in_wan(asked)}
        text = _("申请 %(n)s 万元，不同于通常标准 %(a)s 万元，须在第一部分写明理由。") % said
        yield Fault("basics", "grant_reason", _("申请金额不同于通常标准的理由"), text, _GRANT)


def own_funds_enough(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The unit brings at least as much of its own as the edition asks for."""
    if not answers.get("budget", {}).get("lines"):
        return
    figures = figures_of(answers, setting.terms)
    ratio = Decimal(setting.terms["grant"]["own_funds_ratio_min"])
    needed = policy.own_funds_needed(figures.grant, ratio)
    if figures.own < needed:
        said = {"n": in_wan(figures.own), "a": in_wan(needed), "b": in_wan(needed - figures.own)}
        text = _("自筹资金 %(n)s 万元，须不低于 %(a)s 万元（系统默认，待确认），差 %(b)s 万元。") % said
        yield Fault("budget", "lines", _("预算"), text)


def labour_share(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Of the grant no more goes into labour than the edition allows."""
    lines = {line.code: line for line in budget_of(answers, setting.terms)}
    whole = sum((line.grant for line in lines.values()), Decimal(0))
    share, most = policy.share_of(lines["labour"].grant, whole), Decimal(setting.limits["labour_share_max"])
    if share > most:
        text = _("劳务费占财政资金 %(n)s%%，不得超过 %(m)s%%（系统默认，待确认）。")
        yield Fault("budget", "lines-labour-grant", _("劳务费"), text % {"n": share, "m": most})


def partners_money_is_own(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """What partners bring is part of the own funds, and so no more than these."""
    brought = total(row.get("money") for row in _partners(answers))
    own = figures_of(answers, setting.terms).own
    if answers.get("budget", {}).get("lines") and brought > own:
        said = {"n": in_wan(brought), "m": in_wan(own)}
        text = _("联合单位投入合计 %(n)s 万元，超过自筹资金 %(m)s 万元，请核对。") % said
        yield Fault("budget", "lines", _("预算"), text)


def everything_promised(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """All promises are made, not some."""
    promised = answers.get("commitment", {}).get("promises")
    missing = [one["label"] for one in setting.terms["commitments"] if one["code"] not in (promised or ())]
    if promised and missing:
        text = _("还须承诺：%(what)s。") % {"what": "；".join(missing)}
        yield Fault("commitment", "promises", _("本单位承诺"), text)
