"""Papers on the way to the province: the notice of an inspection, and the opinion that came of it."""

from datetime import date

from institutes.documents import ISSUER, in_words
from institutes.documents.standing import Letter
from institutes.enums.provincial import InspectionConclusion as C
from institutes.models import ProvincialFiling
from records.models import AuditEvent
from records.words import paragraphs_of

NOTICE = "institutes/print/inspection_notice.html"
OPINION = "institutes/print/inspection_opinion.html"
FOLLOWS = {
    C.SUPPORT: "我局将按程序向省级主管部门推荐。",
    C.IMPROVE: "请你单位按照意见完善，由单位管理员在本平台报告后，再次组织考察论证。",
    C.NOT_SUPPORT: "本次申报终止，条件具备后可以重新报备。",
}


def _about(filing: ProvincialFiling, event: AuditEvent, heading: str) -> dict:
    return {
        "issuer": ISSUER,
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "heading": heading,
        "institute": filing.institute.name,
        "certificate": filing.institute.recognition.certificate_number,
        "host": filing.host.name,
        "division": filing.division.name,
        "filing": filing.number,
        "filed_on": in_words(filing.filed_on),
        "proposed_name": filing.proposed_name,
        "host_government": filing.host_government,
    }


def inspection_notice(filing: ProvincialFiling, event: AuditEvent) -> dict:
    """When and where, and who is asked in which part, as the move that it comes of says."""
    people = event.data["people"]
    offices = [organisation for _part, organisation, _name, _post in people]
    return _about(filing, event, "关于组织考察论证的通知") | {
        "addressee": "、".join(dict.fromkeys([*offices, filing.host.name])),
        "day": in_words(date.fromisoformat(event.data["inspects_on"])),
        "starts": event.data["starts"],
        "place": event.data["place"],
        "people": people,
        "changed": event.reason,
    }


def inspection_opinion(filing: ProvincialFiling, event: AuditEvent) -> dict:
    """Who was present in which part, and what the inspection came to."""
    inspection = filing.inspections.get(round=event.data["round"])
    people = inspection.participants.all()
    return _about(filing, event, "考察论证意见") | {
        "held_on": in_words(inspection.held_on),
        "place": inspection.place,
        "round": inspection.round,
        "people": [
            [row.role_label, row.organisation, row.name, row.post, "到场" if row.present else "缺席"]
            for row in people
        ],
        "conclusion": str(inspection.get_conclusion_display()),
        "opinion": paragraphs_of(inspection.opinion),
        "follows": FOLLOWS[C(inspection.conclusion)],
    }


SPECS = {
    "inspection_notice": Letter("考察论证通知", inspection_notice, template=NOTICE),
    "inspection_opinion": Letter("考察论证意见", inspection_opinion, template=OPINION),
}
