"""Follow the figures of boards to the lists that they open, as people do, and compare both."""

import re
from collections import Counter
from decimal import Decimal
from html import unescape

from django.test import Client

DRAWN = re.compile(r'href="([^"]+)"\s+data-figure="([^"]+)"\s+data-value="([^"]+)"')
SUMS = {
    "awards": lambda shown, code: shown["sum"],
    "disbursements": lambda shown, code: shown["sum"],
    "budgets": lambda shown, code: shown["sums"]["total"],
    "county-budgets": lambda shown, code: shown["sums"]["paid" if code == "own-paid" else "amount"],
    "applications": lambda shown, code: shown["promised"],
}
"""What the rows of a list of money come to, by where the list is."""


def differences(user, *addresses: str, each: int | None = None) -> dict[str, tuple]:
    """The figures of these pages that are not what the rows of their lists come to; each list is opened once.

    ``each``: how many figures of one list are followed, for a reader of a board that another one was followed through.
    """
    client, opened, found = Client(), {}, {}
    client.force_login(user)
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, (address, page.status_code)
        figures = figures_of(page)
        assert figures, address
        drawn = {(unescape(url), code): value for url, code, value in DRAWN.findall(page.text)}
        assert {key for key in drawn if key not in figures} == set(), address
        followed = Counter()
        for (url, code), (value, is_money) in figures.items():
            followed[url.partition("?")[0]] += 1
            if each and followed[url.partition("?")[0]] > each:
                continue
            shown = opened.get(url) or opened.setdefault(url, client.get(url))
            rows = total_of(shown, code, is_money) if shown.status_code == 200 else shown.status_code
            if rows != value:
                found[f"{address} {code} {url}"] = (value, rows)
            if (url, code) in drawn and Decimal(drawn[url, code]) != value:
                found[f"{address} drawn {code}"] = (value, drawn[url, code])
    return found


def figures_of(page) -> dict[tuple[str, str], tuple]:
    """Every figure that leads to rows: its address and code, its value, and whether it is money."""
    board, table = page.context.get("board"), page.context.get("table")
    every = [one for _title, _label, one in board.figures()] if board else []
    if table:  # of all counties, most of which have none, nought is looked at in the first line alone
        every += [one for one in table.lines[0].figures if one] if table.lines else []
        every += [one for line in table.lines for one in line.figures if one and one.value]
    return {(one.url, one.code): (one.value, one.is_money) for one in every if one.url}


def total_of(answer, code: str, is_money: bool):
    """How many rows a list has in all, or what they come to."""
    shown = answer.context
    if is_money:
        return SUMS[answer.request["PATH_INFO"].strip("/")](shown, code)
    return shown["total"] if "total" in shown else shown["page"].paginator.count
