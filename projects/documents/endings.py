"""The papers of stopping a project or ending it early: that it is intended, that it was done, that it was not."""

from datetime import date
from decimal import Decimal

from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from institutes.documents.standing import REMEDY
from projects.models import ProjectEnding
from records.amounts import grouped, in_capitals
from records.models import AuditEvent
from records.words import paragraphs_of

INTENT, CLOSING = "project_ending_intent", "project_ending_closing"
TERMINATION, SUSPENSION = "project_ending_termination", "project_ending_suspension"
RESUMPTION = "project_ending_resumption"


def _letter(ending: ProjectEnding, event: AuditEvent, paragraphs: list[str], **more: object) -> dict:
    project = ending.project
    return {
        "number": event.data["paper"]["number"],
        "issued_on": day_in_words(event.at),
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": ending.host.name,
        "title": project.title,
        "heading": HEADINGS[event.data["paper"]["kind"]].format(kind=ending.get_kind_display()),
        "paragraphs": [line for text in paragraphs for line in paragraphs_of(text)],
        "money": [],
        "closing": [],
        **more,
    }


def _about(ending: ProjectEnding) -> str:
    project = ending.project
    contract = f"，任务书编号{project.contract_number}" if project.contract_number else ""
    return f"你单位牵头的联合攻关项目“{project.title}”（项目编号{project.number}{contract}）"


def intent(ending: ProjectEnding, event: AuditEvent) -> dict:
    """What is intended, why, and until when the unit may state its case and list what it spent."""
    kind, until = ending.get_kind_display(), day_in_words(date.fromisoformat(event.data["statement_until"]))
    paragraphs = [
        f"{_about(ending)}，存在“{ending.ground_label}”的情形，我局拟{kind}该项目。认定的事实和依据如下：",
        ending.facts,
    ]
    closing = [
        f"你单位有权陈述、申辩。请于{until}24时前在本平台案卷中提交陈述申辩意见和证据，逾期视为放弃。",
    ]
    if ending.is_termination:
        closing.append(
            "尚未登记的支出，请在同一期限内凭发票补列；终止后以审定的支出为准，结余财政资金应当退回。"
        )
    if ending.until:
        closing.append(f"拟中止至{day_in_words(ending.until)}。")
    return _letter(ending, event, paragraphs, closing=closing)


def termination(ending: ProjectEnding, event: AuditEvent) -> dict:
    """That the project has ended, why, what of its money is recognised line by line, and what has to come back."""
    asked = "你单位申请终止" if ending.by_unit else f"存在“{ending.ground_label}”的情形"
    paragraphs = [
        f"{_about(ending)}，{asked}。根据{POLICY}和项目任务书，经核查并经局务会研究（{event.data['minute']}），"
        f"决定自{day_in_words(event.at)}起终止该项目。",
        ending.finding,
    ]
    balance = ending.balance or Decimal(0)
    owed = (
        f"结余财政资金{grouped(balance)}元（大写：{in_capitals(balance)}）应当退回，由市科技局会同市财政局另行办理追回。"
        if balance
        else "没有应当退回的结余财政资金。"
    )
    closing = [owed, "尚未拨付的财政资金不再拨付。请妥善保管项目资料、设备和成果，配合做好后续核查。", REMEDY]
    return _letter(ending, event, paragraphs, money=_money(ending), sums=_sums(ending), closing=closing)


def _money(ending: ProjectEnding) -> list[dict[str, str]]:
    return [
        {
            "label": row["label"],
            "grant": grouped(Decimal(row["grant"])),
            "listed": grouped(Decimal(row["listed"])),
            "recognised": grouped(Decimal(row["recognised"])),
            "note": row["note"],
        }
        for row in ending.lines
        if Decimal(row["grant"])
    ]


def _sums(ending: ProjectEnding) -> dict[str, str]:
    return {
        "received": grouped(ending.received or Decimal(0)),
        "recognised": grouped(ending.recognised or Decimal(0)),
        "balance": grouped(ending.balance or Decimal(0)),
    }


def suspension(ending: ProjectEnding, event: AuditEvent) -> dict:
    """From when until when it is stopped, why, and what the unit has to mend."""
    until = day_in_words(date.fromisoformat(event.data["until"]))
    paragraphs = [
        f"{_about(ending)}，存在“{ending.ground_label}”的情形。经核查并经局务会研究（{event.data['minute']}），"
        f"决定自{day_in_words(event.at)}起至{until}止中止该项目。",
        ending.finding,
    ]
    closing = [
        "中止期间不拨付财政资金，不得列支。期满前请书面报告整改情况，由我局核查后决定恢复实施或者继续中止。"
    ]
    if ending.measures:
        closing = ["整改要求：", *paragraphs_of(ending.measures), *closing]
    return _letter(ending, event, paragraphs, closing=closing)


def resumption(ending: ProjectEnding, event: AuditEvent) -> dict:
    """That it goes on, and until when."""
    days, ends_on = int(event.data["days"]), day_in_words(date.fromisoformat(event.data["ends_on"]))
    counted = f"中止期间不计入实施期限，期满日和未报告的阶段目标顺延{days}日；" if days else ""
    paragraphs = [
        f"{_about(ending)}，经核查整改情况，决定自{day_in_words(event.at)}起恢复实施。",
        ending.checked,
        f"{counted}项目实施期限至{ends_on}。",
    ]
    return _letter(ending, event, paragraphs)


def closing(ending: ProjectEnding, event: AuditEvent) -> dict:
    """That it is neither stopped nor ended, with the reasons."""
    asked = "你单位的终止申请收悉" if ending.by_unit else f"我局此前告知拟{ending.get_kind_display()}"
    paragraphs = [
        f"{_about(ending)}，{asked}。经研究，不予{ending.get_kind_display()}，请按任务书继续实施。理由如下：",
        event.reason,
    ]
    return _letter(ending, event, paragraphs)


HEADINGS = {
    INTENT: "拟{kind}联合攻关项目告知书",
    TERMINATION: "联合攻关项目终止通知书",
    SUSPENSION: "联合攻关项目中止通知书",
    RESUMPTION: "联合攻关项目恢复实施通知书",
    CLOSING: "不予{kind}联合攻关项目告知书",
}
MAKERS = {
    INTENT: intent,
    TERMINATION: termination,
    SUSPENSION: suspension,
    RESUMPTION: resumption,
    CLOSING: closing,
}


def paper_of_ending(ending: ProjectEnding, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued."""
    kind = event.data["paper"]["kind"]
    context = MAKERS[kind](ending, event)
    return {
        "kind": kind,
        "title": f"{context['heading']}：{ending.project.title}",
        "template": "projects/print/ending_letter.html",
        "context": context,
    }
