"""What the tests of commands lean on: sums and verbs of a case, two calls at once, the steps of the money's way."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from django.db import connection

from funding import services
from funding.models import AllocationPlan
from records import audit, clock
from records.errors import Refusal
from tests.factories.funding import GRANT, a_disbursement, a_scan, withdrawn
from tests.factories.institutes import a_user


def verbs(subject):
    return [event.verb.rpartition(".")[2] for event in audit.history(subject)]


def sums(row):
    row.refresh_from_db()
    names = [name for name in ("total", "amount", "committed", "ordered", "paid") if hasattr(row, name)]
    return {name: getattr(row, name) for name in names}


def race(first, second=None):
    """Both calls, each on a connection of its own that is open before either begins; results or refusals."""
    start, calls = Barrier(2), [first, second or first]

    def run(call):
        try:
            return call(start)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, calls))


def an_open_order():
    """An award whose order was voided, with its issued plan: ready to be ordered by hand."""
    disbursement = a_disbursement("ordered")
    withdrawn(disbursement, "重新列支")
    return {"award": disbursement.award, "plan": AllocationPlan.objects.get(pk=disbursement.plan_id)}


def receive(disbursement, **changes):
    terms = {
        "received_on": clock.today(),
        "amount": GRANT,
        "slip": a_scan("arrival.pdf"),
        "key": uuid4(),
        "by": a_user("the-county-fin"),
    } | changes
    return services.county_receive(disbursement=disbursement, **terms)


def pay(disbursement, **changes):
    terms = {
        "paid_on": clock.today(),
        "amount": GRANT,
        "bank_reference": "示例回单9",
        "voucher": a_scan("voucher.pdf"),
        "key": uuid4(),
        "by": a_user("the-county-fin"),
    } | changes
    return services.pay_unit(disbursement=disbursement, **terms)


def receipt(disbursement, **changes):
    terms = {
        "receipted_on": clock.today(),
        "amount": GRANT,
        "receipt": a_scan(),
        "by": a_user("the-ent-admin"),
    }
    return services.confirm_receipt(disbursement=disbursement, **terms | changes)
