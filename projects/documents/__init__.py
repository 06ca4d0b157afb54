"""What each paper of this room says, as plain data; ``templates/projects/print/`` lays it out."""

from decimal import Decimal

from institutes import book as institute_book
from institutes.book.setting import with_frozen_names
from institutes.documents import ADVICE, ISSUER, POLICY, in_words
from notices.selectors import item_of
from projects import book, policy
from projects.models import Proposal
from records.amounts import grouped, in_capitals, in_wan
from records.models import AuditEvent
from records.papers import Spec, promised
from records.words import paragraphs_of

BOOK, NOTICE, REFUSAL = "project_book", "project_notice", "project_refusal"
RESULTS = {
    "refuse": "经{division}科技管理部门审核，对你单位申报的“{name}”不予推荐。",
    "confirm_fail": "经形式审查，你单位申报的“{name}”未通过形式审查。",
    "lapse_supplement": "你单位申报的“{name}”未在规定期限内提交补正材料，按规定视为放弃本次申报。",
    "fail_review": "经第三方机构组织专家评审，你单位申报的“{name}”未达到评审合格线。",
    "reject": "经局务会审议，你单位申报的“{name}”本次不予立项。",
    "uphold_objection": "公示期间收到对“{name}”的异议，经核实异议成立，本次不予立项。",
    "bar": "你单位申报的“{name}”不再具备申报条件，本次申报终止。",
}


def _common(proposal: Proposal, event: AuditEvent) -> dict:
    return {
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "policy": POLICY,
        "title": proposal.title,
        "host": proposal.host.name,
        "institute": proposal.institute.name,
        "division": proposal.division.name,
        "application": proposal.number,
        "call": proposal.call.title,
        "call_number": proposal.call.number,
        "leader": proposal.leader_name,
    }


def proposal_book(proposal: Proposal, event: AuditEvent) -> dict:
    """The proposal as it was handed in, chapter by chapter, with the list of its annexes."""
    number = event.data["paper"]["version"]
    version = proposal.versions.get(number=number)
    declared = book.of_edition(proposal.call.form_edition)
    setting = with_frozen_names(book.setting_of(proposal), version.answers)
    labels = {annex.code: str(annex.label) for annex in declared.annexes}
    chapters = institute_book.read(declared, version.answers, setting, discreet=True)
    return _common(proposal, event) | {
        "issuer": proposal.host.name,
        "version": number,
        "digest": version.digest,
        "chapters": [
            {
                "number": chapter.number,
                "title": str(chapter.title),
                "items": [_item(item) for item in chapter.items],
            }
            for chapter in chapters
        ],
        "files": [
            {
                "kind": labels.get(file["kind"], file["kind"]),
                "name": file["name"],
                "sha256": file["sha256"][:16],
            }
            for file in version.attachments
        ],
    }


def _item(item) -> dict:
    return {
        "label": str(item.label),
        "lines": paragraphs_of(item.text),
        "is_long": item.is_long,
        "head": [str(label) for label, _is_number in item.head],
        "rows": [[cell.text for cell in row] for row in item.rows],
    }


def approval_notice(proposal: Proposal, event: AuditEvent) -> dict:
    """The notice of approval (立项通知): number, amount, term, instalments, and what comes next."""
    published, terms = item_of(proposal), proposal.call.edition.terms
    grant = proposal.grant or Decimal(0)
    parts = policy.instalments(grant, [Decimal(str(one["share"])) for one in terms["instalments"]])
    starts_on = event.at
    return _common(proposal, event) | {
        "issuer": ISSUER,
        "addressee": proposal.host.name,
        "project_number": proposal.project_number,
        "topic": str(proposal.topic),
        "minute": proposal.minute_number,
        "publicity": published.notice.number if published else "",
        "grant": grouped(grant),
        "grant_in_capitals": in_capitals(grant),
        "own": in_wan(proposal.own or Decimal(0)),
        "months": proposal.months,
        "starts_on": in_words(starts_on),
        "instalments": [
            {"label": one["label"], "share": str(one["share"]), "amount": grouped(amount)}
            for one, amount in zip(terms["instalments"], parts, strict=True)
        ],
    }


def refusal(proposal: Proposal, event: AuditEvent) -> dict:
    """Why a proposal goes no further, and where the unit can turn."""
    action = event.verb.rpartition(".")[2]
    words = RESULTS[action].format(division=proposal.division.name, name=proposal.title)
    return _common(proposal, event) | {
        "issuer": f"{proposal.division.name}科技管理部门" if action == "refuse" else ISSUER,
        "addressee": proposal.host.name,
        "result": words,
        "reasons": paragraphs_of(event.reason),
        "advice": ADVICE,
    }


PAPERS = {
    BOOK: Spec("联合攻关项目申报书", "projects/print/proposal_book.html", proposal_book),
    NOTICE: Spec("联合攻关项目立项通知", "projects/print/approval_notice.html", approval_notice),
    REFUSAL: Spec("联合攻关项目申报结果告知书", "projects/print/refusal.html", refusal),
}


def paper_of(proposal: Proposal, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued; a later version of the book is one like the first."""
    return promised(PAPERS, proposal, event, about=proposal.title)
