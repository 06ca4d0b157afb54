"""Statements as the bank would write them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.services.statement_files import HEAD
from records import clock
from tests.factories.funding import a_budget, a_disbursement, an_approved_award, terms_of
from tests.factories.institutes import a_user

SERIAL = count(1)


def line_of(order, **changes) -> list[str]:
    """A line that pays ``order`` as it should be."""
    cells = {
        "serial": f"示例{next(SERIAL):06d}",
        "booked_on": clock.today().isoformat(),
        "direction": "付",
        "amount": f"{order.amount:.2f}",
        "payee": order.account.account_name,
        "account": "6222021234567890123",
        "reference": order.number,
        "summary": "拨款",
    }
    return list((cells | changes).values())


def lines_text(
    *,
    lines,
    account="",
    opening="0.00",
    closing="",
    until="",
    count="",
    paid="",
    head="",
    title="对账单",
    cut=0,
) -> str:
    """A statement of ``lines`` that adds up, unless told otherwise; ``cut`` leaves out that many rows at the end."""
    account = account or terms_of("disbursement")["bank"]["account"]
    today = clock.today()
    since, until = (today - timedelta(days=40)).isoformat(), until or today.isoformat()
    out = sum((_yuan(line[3]) for line in lines if line[2] == "付"), Decimal("0.00"))
    back = sum((_yuan(line[3]) for line in lines if line[2] == "收"), Decimal("0.00"))
    closing = closing or str(Decimal(opening) + back - out)
    rows = [
        [title, "账号", account, "起止", since, until, "期初余额", opening],
        head.split(",") if head else list(HEAD),
        *lines,
        ["合计", count or str(len(lines)), "付出", paid or str(out), "收入", str(back), "期末余额", closing],
    ]
    return "\r\n".join(",".join(row) for row in rows[: len(rows) - cut]) + "\r\n"


def _yuan(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("0.00")


def orders(*states: str) -> list:
    """Orders out of one budget, each walked to its state."""
    budget = a_budget()
    return [a_disbursement(state, an_approved_award(budget)) for state in states]


def a_statement(**terms) -> SimpleUploadedFile:
    return SimpleUploadedFile(
        "statement.csv", lines_text(**terms).encode("utf-8-sig"), content_type="text/csv"
    )


def taken_in(*lines, at=None, **terms):
    """A statement of these lines, imported."""
    upload = a_statement(lines=list(lines), **terms)
    return services.import_statement(upload=upload, by=a_user("the-finance"), at=at)
