"""A panel too far apart: flagged with its last sheet, talked over, scored again, concluded."""

from decimal import Decimal

import pytest

from evaluation.models import Panel, Sheet
from notices.models import Notice
from records import audit
from tests.evaluation.test_rounds import INTEGRITY
from tests.journeys.walk import COMMENT, Walk, marks

pytestmark = pytest.mark.usefixtures("no_worker")
FAR = ("0.90", "0.84", "0.80", "0.76", "0.64")


def score_again(walk: Walk, username: str, share: str) -> None:
    """The expert changes every dimension of the sheet that is open again, and locks it."""
    expert = walk[username]
    url = expert.open("/assignments/").link(r"/assignments/\d+/$")
    page = expert.open(url)
    sheet = page.form("/sheet/")
    page = expert.send(page, "/sheet/", then="lock", **marks(sheet, walk.application, Decimal(share)))
    expert.send(page, "/moves/lock/")


def test_a_panel_too_far_apart_talks_scores_again_and_concludes(applied):
    walk = applied
    walk.pass_days()
    walk.to_the_bureau()
    walk.propose_formal()
    walk.confirm_pass()
    walk.pass_days()
    walk.open_panel()
    experts = walk.draw()
    for username, share in zip(experts, FAR, strict=True):
        walk.score(username, share)
    agency, panel = walk["agency"], Panel.objects.get()
    page = agency.open(walk.panel_url)
    assert ("discuss" in page.offers(), "conclude" in page.offers()) == (True, False)

    walk.pass_days()
    with walk.hour(9):
        agency.take(
            walk.panel_url,
            "discuss",
            held_at=f"{walk.day.isoformat()}T08:30",
            participants=[str(seat) for seat in panel.assignments.live()][:4],
            text=COMMENT,
        )
    walk.pass_days()
    with walk.hour(10):
        score_again(walk, experts[0], "0.88")
        for username in experts[1:]:
            expert = walk[username]
            expert.take(expert.open("/assignments/").link(r"/assignments/\d+/$"), "keep")
    walk.conclude()

    panel.refresh_from_db()
    # (88 + 84 + 80 + 76 + 64) / 5
    assert (panel.state, panel.round, panel.score) == ("concluded", 2, Decimal("78.40"))
    totals = Sheet.objects.filter(assignment__panel=panel, round=1).values_list("total", flat=True)
    assert sorted(totals) == [Decimal(n) for n in (64, 76, 80, 84, 90)]
    steps = [line.verb.rpartition(".")[2] for line in audit.history(panel).exclude(to_state="")]
    assert steps[-3:] == ["flag", "discuss", "conclude"]
    assert Notice.objects.filter(event="evaluation.assignment.rescoring").count() == 5
    assert [check() for check in INTEGRITY] == [[]] * len(INTEGRITY)
