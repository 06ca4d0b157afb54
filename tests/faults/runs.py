"""Many histories, one seed after the other, in the database that Django has at hand."""

import time
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from celery import Task
from django.test import override_settings

from funding.models import Budget
from tests.factories.funding import a_budget, load_terms
from tests.faults.history import History
from tests.faults.planted import planted

PLENTY = Decimal("900000000.00")


@dataclass
class Done:
    """How many histories were lived, how often processes were hit, and what was found under which seed."""

    histories: int = 0
    kills: int = 0
    cuts: int = 0
    findings: list[tuple[int, list[str]]] = field(default_factory=list)

    def __str__(self):
        hit = f"{self.kills} kill -9, {self.cuts} killed connections planned"
        return f"{self.histories} histories, {hit}, {len(self.findings)} with findings"


def run(
    *, histories: int, seed: int, plant: str = "", stop_at_first: bool = False, seconds: float = 0
) -> Done:
    """Live ``histories`` from ``seed`` on, or as many as begin within ``seconds``."""
    done, until = Done(), time.monotonic() + seconds if seconds else None
    with override_settings(TREASURY_GATEWAY="tests.faults.bank.Bank"), _deaf(), planted(plant):
        load_terms()
        budget = Budget.objects.filter(year=date.today().year).first() or a_budget(PLENTY)
        for each in range(seed, seed + histories):
            if until and time.monotonic() > until:
                break
            history = History(each, early_ack=plant == "early ack")
            history.live(budget)
            done.histories += 1
            done.kills, done.cuts = done.kills + history.kills, done.cuts + history.cuts
            if history.found:
                done.findings.append((each, history.found))
                if stop_at_first:
                    break
    return done


def _deaf():
    """No doorbell rings: what the tasks would do, the histories do themselves."""
    return patch.object(Task, "delay", lambda self, *_ids: None)
