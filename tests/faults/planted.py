"""Bugs planted for a run of the harness, by patches of its own: each must be found, or the harness is blind."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from django.db import transaction
from django.db.models import QuerySet

from funding import gateway
from funding.services import exports
from tests.faults.bank import Bank

KEYED = (
    "awards",
    "plans",
    "disbursements",
    "endings",
    "reconciliation",
    "clawbacks",
    "repayments",
    "recovery",
)


def _no_key(stack: ExitStack) -> None:
    """No key is remembered: the second press is another request."""
    for module in KEYED:
        stack.enter_context(patch(f"funding.services.{module}.was_done", lambda *_args, **_terms: False))


def _no_lock(stack: ExitStack) -> None:
    """Rows are read, and decided on, without their lock."""
    stack.enter_context(patch.object(QuerySet, "select_for_update", lambda self, **_options: self.all()))


def _call_before_commit(stack: ExitStack) -> None:
    """The bank is called inside the transaction that claims the orders."""
    claim, record = exports._claim.__wrapped__, exports._record.__wrapped__

    def export_plan(*, plan_id, at=None):
        at, issued = at or exports.clock.now(), []
        with transaction.atomic():
            for reference in claim(plan_id, at):
                content = gateway.content_of(exports._orders(reference))
                issued += record(reference, gateway.treasury().send(reference, content), at)
        return issued

    stack.enter_context(patch("funding.services.exports.export_plan", export_plan))
    stack.enter_context(patch("funding.services.export_plan", export_plan))


def _early_ack(stack: ExitStack) -> None:
    """What was not committed yet is told as done: the processes themselves do it."""


def _retry_around_call(stack: ExitStack) -> None:
    """Whoever gets no answer from the bank sends once more."""
    send = Bank.send

    def again(self, reference, content):
        try:
            return send(self, reference, content)
        except OSError:
            return send(self, reference, content)

    stack.enter_context(patch.object(Bank, "send", again))


PLANTS = {
    "no unique key": _no_key,
    "no lock": _no_lock,
    "call before commit": _call_before_commit,
    "early ack": _early_ack,
    "retry around the call": _retry_around_call,
}
EARLY_ACK = "early ack"
SHOWN_BY = {
    "no unique key": "the same key was not the same request",
    "no lock": "IntegrityError|of two people did it|paid .* times|should be|the same key was not the same request",
    "call before commit": "paid .* times|the bank paid .*, which is",
    EARLY_ACK: "what was told as done is not there|[02] of two people did it",
    "retry around the call": "paid .* times",
}
"""By which words each is found: what else came up would be another bug."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The bug ``name`` for the time of the block; none for the empty name."""
    with ExitStack() as stack:
        if name:
            PLANTS[name](stack)
        yield
