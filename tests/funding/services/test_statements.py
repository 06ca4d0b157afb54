"""The bank's file: a whole one of our account is taken in once; whatever else is refused, in words, as a whole."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.models import BankLine, BankStatement
from records.errors import BadFile, Conflict
from tests.factories.funding import a_disbursement, load_terms, terms_of
from tests.factories.institutes import a_user
from tests.funding.services.bank import a_statement, line_of, lines_text, orders

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(db):
    load_terms()


def taken(**terms):
    return services.import_statement(upload=a_statement(**terms), by=a_user("the-finance"))


def test_lines_are_found_by_reference_amount_and_payee():
    order, other, ordered = orders("issued", "issued", "ordered")
    lines = [
        line_of(order),
        line_of(other, amount="150000.00"),
        line_of(other, payee="别家公司"),
        line_of(other, amount="200000.01"),
        line_of(ordered),
        line_of(order, reference="别的业务"),
        line_of(order, direction="收"),
        line_of(order, direction="收", amount="1.00"),
    ]
    statement = taken(lines=lines)

    assert list(statement.lines.order_by("row").values_list("finding", flat=True)) == [
        "matched",
        "partial",
        "wrong_payee",
        "wrong_amount",
        "no_order",
        "no_order",
        "returned",
        "wrong_amount",
    ]
    assert (statement.line_count, statement.received) == (8, D("200001.00"))


def test_the_countys_finance_is_a_payee_on_the_way_to_the_unit():
    order = a_disbursement("issued")
    statement = taken(lines=[line_of(order, payee=f"{order.division.name}财政局")])

    assert statement.lines.get().finding == "matched"
    assert statement.lines.get().payee_last4 == "0123"


def test_the_same_file_is_taken_in_once_and_the_same_line_is_a_repetition():
    order = a_disbursement("issued")
    first = line_of(order)
    upload = a_statement(lines=[first])
    services.import_statement(upload=upload, by=a_user("the-finance"))

    with pytest.raises(Conflict, match="没有重复导入"):
        services.import_statement(upload=upload, by=a_user("the-reviewer"))
    again = taken(lines=[first, first], opening="5.00")
    told = BankLine.objects.order_by("pk").values_list("finding", "repeats")
    assert list(told)[1:] == [("repeated", again.lines.first().repeats_id)] * 2
    assert BankStatement.objects.count() == 2


def test_a_workbook_is_read_as_a_csv(tmp_path):
    from records import workbooks

    order = a_disbursement("issued")
    rows = [row.split(",") for row in lines_text(lines=[line_of(order)]).splitlines()]
    columns = [workbooks.Column(head) for head in rows[0]]
    content = workbooks.write("对账单", columns, leading=(), rows=rows[1:])
    upload = SimpleUploadedFile("statement.xlsx", content)

    statement = services.import_statement(upload=upload, by=a_user("the-finance"))
    assert statement.lines.get().finding == "matched"


def test_the_template_is_in_the_format_that_is_asked_for():
    upload = SimpleUploadedFile("template.xlsx", services.statement_template())

    assert services.import_statement(upload=upload, by=a_user("the-finance")).line_count == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_banks_write_in_two_encodings(encoding):
    text = lines_text(lines=[line_of(a_disbursement("issued"))])
    upload = SimpleUploadedFile("a.csv", text.encode(encoding))

    assert services.import_statement(upload=upload, by=a_user("the-finance")).lines.get().finding == "matched"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"cut": 1}, "文件可能在传输中被截断"),
        ({"account": "6222999900001111"}, "尾号 1111 账户的对账单"),
        ({"count": "7"}, "合计行写明 7 笔"),
        ({"paid": "1.00"}, "相差 199,999.00 元"),
        ({"closing": "0.00"}, "期末余额应为"),
        ({"head": "流水,日期,收付,金额,户名,账号,参考号,摘要"}, "第 2 行表头"),
        ({"title": "流水"}, "不是“对账单”抬头"),
        ({"amount": "200000.001"}, "不是精确到分的金额"),
        ({"amount": "二十万"}, "不是精确到分的金额"),
        ({"booked_on": "去年"}, "不是日期"),
        ({"booked_on": "2020-01-01"}, "不在对账单期间内"),
        ({"direction": "退"}, "须为“收”或“付”"),
        ({"serial": ""}, "没有填写"),
        ({"until": "2999-01-01"}, "也不能晚于今天"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_keeps_the_whole_file_out(terms, words):
    frame = {"cut", "account", "count", "paid", "closing", "head", "title", "until"}
    order = a_disbursement("issued")
    line = line_of(order, **{name: value for name, value in terms.items() if name not in frame})
    framed = {name: value for name, value in terms.items() if name in frame}

    with pytest.raises(BadFile, match=words):
        taken(lines=[line], **framed)
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.pdf"])
def test_what_is_no_table_is_refused(name):
    upload = SimpleUploadedFile(name, b"\x00\x01\x02\xff\xfe" * 50)

    with pytest.raises(BadFile):
        services.import_statement(upload=upload, by=a_user("the-finance"))


def test_too_many_lines_are_refused(monkeypatch):
    from funding.models import GrantEdition

    terms = terms_of("disbursement")
    narrow = terms | {"bank": terms["bank"] | {"lines_max": 1}}
    monkeypatch.setattr(GrantEdition, "paying_out", classmethod(lambda cls, on: narrow))
    order = a_disbursement("issued")

    with pytest.raises(BadFile, match="超过 1 行"):
        taken(lines=[line_of(order), line_of(order)])
