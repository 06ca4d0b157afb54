"""What a paper of this room says, as plain data."""

from datetime import date, datetime

from django.utils import timezone

from notices.models import PublicNotice

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


def public_notice(notice: PublicNotice) -> dict:
    """Everything the paper of a public notice shows."""
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
        "last_day": in_words(notice.last_day),
        "working_days": notice.working_days,
        "provisional": notice.provisional,
        "objection_words": notice.objection_words,
        "contact": {
            "office": notice.contact_office,
            "phone": notice.contact_phone,
            "address": notice.contact_address,
            "email": notice.contact_email,
        },
        "posted_on": in_words(notice.posted_at),
    }
