"""What a paper of this room says, as plain data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from notices.models import Objection, PublicityExtension, PublicNotice
from records import calendar
from records.words import paragraphs_of

ISSUER = "石家庄市科学技术局"
CORRECTED_TITLE = "关于{name}更正内容并重新公示的公告"
CORRECTED_BASIS = (
    "《{title}》（{number}）公示期间，收到对“{name}”的异议。经核实，异议部分成立，"
    "现将该事项更正后重新公示，公示期重新计算。"
)
CORRECTED_BODY = "更正的内容如下："


def in_words(day: date | datetime) -> str:
    """``2026年11月23日``, as papers write a day."""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return f"{day.year}年{day.month}月{day.day}日"


def objection_words() -> str:
    """How to object: what a public notice always says (domain B1b)."""
    return (
        "公示期内，任何单位或个人对公示内容有异议的，可以书面形式提出。以单位名义提出的，"
        "须加盖单位公章；以个人名义提出的，须由本人签署真实姓名，并写明联系方式。"
        "异议须写明事实与依据，并附证据材料。匿名异议、逾期提出的异议不予受理。"
        "我们对异议人的身份予以保密。"
    )


def public_notice(notice: PublicNotice, extension: PublicityExtension | None = None) -> dict:
    """Everything the paper of a public notice shows: as posted, or with the last day that ``extension`` gave it."""
    last_day = extension.ends_to if extension else notice.first_last_day
    return {
        "issuer": ISSUER,
        "title": notice.title,
        "number": notice.number,
        "basis": notice.basis,
        "body": [line for line in notice.body.splitlines() if line.strip()],
        "items": [
            {
                "place": item.place,
                "name": item.name,
                "host": item.host_name,
                "co_builders": item.co_builder_names,
                "county": item.county,
            }
            for item in notice.items.all()
        ],
        "first_day": in_words(notice.first_day),
        "last_day": in_words(last_day),
        "working_days": notice.working_days + calendar.working_days_between(notice.first_last_day, last_day),
        "provisional": calendar.is_provisional(last_day) if extension else notice.provisional,
        "extension": {
            "from": in_words(extension.ends_from),
            "reason": extension.reason,
        }
        if extension
        else None,
        "objection_words": notice.objection_words,
        "contact": {
            "office": notice.contact_office,
            "phone": notice.contact_phone,
            "address": notice.contact_address,
            "email": notice.contact_email,
        },
        "posted_on": in_words(extension.published_at if extension else notice.posted_at),
    }


# --- letters about an objection: none of them names its author --------------------------------------------------------

OBJECTOR = "异议人"
ADVICE = "如对本函有疑问，可凭回执编号通过本平台或者书面向本局反映。"


def _letter(objection: Objection, number: str, at: datetime) -> dict:
    item = objection.item
    return {
        "issuer": ISSUER,
        "addressee": OBJECTOR,
        "number": number,
        "issued_on": in_words(at),
        "objection": objection.number,
        "filed_on": in_words(objection.filed_at),
        "item": item.name,
        "host": item.host_name,
        "notice": item.notice.title,
        "notice_number": item.notice.number,
    }


def acceptance_letter(objection: Objection, number: str, at: datetime) -> dict:
    """That the objection was taken up, and within how many days it will be answered."""
    return _letter(objection, number, at) | {"working_days": objection.time_limit("finding")}


def refusal_letter(objection: Objection, number: str, at: datetime) -> dict:
    """That the objection was not taken up, and why."""
    return _letter(objection, number, at) | {"reasons": paragraphs_of(objection.reply), "advice": ADVICE}


def reply_letter(objection: Objection, number: str, at: datetime) -> dict:
    """What was found, on which ground, and what follows."""
    return _letter(objection, number, at) | {
        "finding": objection.get_finding_display(),
        "basis": paragraphs_of(objection.reply),
        "corrections": paragraphs_of(objection.correction),
        "consequence": CONSEQUENCES[objection.finding],
        "advice": ADVICE,
    }


CONSEQUENCES = {
    "dismiss": "该事项恢复公示，公示期按剩余工作日继续计算。",
    "partly": "该事项更正后重新公示，公示期重新计算。",
    "uphold": "该事项从公示中撤下，本次不予认定。",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """How a kind of letter is made."""

    title: str
    template: str
    context: Callable[[Objection, str, datetime], dict]


LETTERS = {
    "objection_acceptance": Letter(
        "异议受理通知书", "notices/print/objection_acceptance.html", acceptance_letter
    ),
    "objection_refusal": Letter("异议不予受理通知书", "notices/print/objection_refusal.html", refusal_letter),
    "objection_reply": Letter("异议答复函", "notices/print/objection_reply.html", reply_letter),
}
