"""What money says of itself in different places, read as its readers read it: it has to be the same, to the fen."""

import csv
import io
import re
from collections import defaultdict
from decimal import Decimal

from funding.models import AllocationPlan, Disbursement
from records import integrity
from records.models import Document
from tests.journeys.papers import content_of, words_of
from tests.journeys.walk import Walk

D = Decimal
ENDED = ("已退汇", "已作废")
SUMS = ("安排", "已批准", "已列支", "已到企", "可用")


def rows_of(walk: Walk, url: str, *, by: str = "finance") -> list[dict[str, str]]:
    """An export as a person opens it."""
    answer = walk[by].client.get(url)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def agree(walk: Walk, rooms: tuple[str, ...] = ("funding",), **expected: D) -> None:
    """Trial balance, budget page, the counties' sums and the papers, each as it is read, against each other; and what
    the nightly check of these rooms finds is nothing."""
    with walk.hour(21):
        held: dict[str, D] = defaultdict(D)
        for row in rows_of(walk, "/ledger/balance/export/"):
            held[row["账户"]] += D(row["余额（元）"])
        budgets = rows_of(walk, "/budgets/export/?year=2026")
        counties: dict[str, D] = defaultdict(D)
        for row in rows_of(walk, "/disbursements/export/"):
            if row["状态"] not in ENDED:
                counties[row["县（市、区）"]] += D(row["金额（元）"])
        page = walk["finance"].open("/budgets/").text
    ordered = held["已下达在途"] + held["县级待拨"] + held["已到企"]
    assert sum(held.values()) == 0
    assert {name: sum((D(row[f"{name}（元）"]) for row in budgets), D(0)) for name in SUMS} == {
        "安排": -held["预算安排"],
        "已批准": held["已批准待下达"] + ordered,
        "已列支": ordered,
        "已到企": held["已到企"],
        "可用": held["可用"],
    }
    assert sum(counties.values(), D(0)) == ordered
    assert all(f"{D(row['可用（元）']):,.2f}" in page for row in budgets)
    assert {name: held[name] for name in expected} == expected
    papers_say(walk, counties)
    with walk.hour(22):
        checks = [one for one in integrity.run() if one[0].findings.__module__.startswith(rooms)]
    found = [finding for _invariant, findings in checks for finding in findings]
    assert found == [], found


def papers_say(walk: Walk, counties: dict[str, D]) -> None:
    """Every notice of issue names the sum of its orders, and of each county, whatever became of them later."""
    with walk.hour(21):
        for paper in Document.objects.filter(kind="issue_notice"):
            words = words_of(content_of(paper))
            orders = Disbursement.objects.filter(plan=paper.subject_id).select_related("division")
            assert f"{sum((order.amount for order in orders), D(0)):,.2f}" in words
            by_county: dict[str, list[D]] = defaultdict(list)
            for order in orders:
                by_county[order.division.name].append(order.amount)
            for name, amounts in by_county.items():
                line = rf"{name}(市财政直接拨付)?\D*{len(amounts)}\D*?{sum(amounts):,.2f}"
                assert re.search(line, words), f"{AllocationPlan.objects.get(pk=paper.subject_id)}：{name}"
        issued = sum((order.amount for order in Disbursement.objects.live()), D(0))
    assert issued == sum(counties.values(), D(0))
