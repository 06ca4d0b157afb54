"""What the page of a panel shows to one reader. Reads only; scores are in it once the panel has concluded."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import holders
from evaluation import permissions, selectors
from evaluation.desk import PANEL_DESK
from evaluation.enums import LIVE_ASSIGNMENTS, AssignmentState, PanelState
from evaluation.lifecycle import PANEL
from evaluation.models import BlindPackage, Discussion, Panel
from records import calendar, clock, deadlines
from records.models import Document

P = PanelState


def of(panel: Panel, offers: list, *, reader) -> dict:
    """The whole panel for this reader: agency, bureau or auditor."""
    seats = list(selectors.seats_of(panel))
    live = [seat for seat in seats if seat.state in LIVE_ASSIGNMENTS]
    locked = [seat for seat in live if seat.state == AssignmentState.LOCKED]
    return {
        **_clock(panel),
        "blind": BlindPackage.objects.filter(panel=panel).first(),
        "next_step": _next_step(panel, offers, sitting=len(live), locked=len(locked)),
        "steps": _steps(panel, done=len(locked)),
        "seats": _seats(panel, seats, reader),
        "sitting": len(live),
        "locked": len(locked),
        "draws": [
            _draw(panel, draw) for draw in panel.draws.select_related("pledged_by", "drawn_by", "panel")
        ],
        "left_out": selectors.exclusions_by_name(panel) if permissions.may_read_exclusions(reader) else [],
        **_result(panel, live),
        **_discussion(panel),
        "analysed": selectors.round_read_by(reader, panel) is not None,
        "events": _timeline(panel, reader),
        "papers": [paper_row(paper) for paper in selectors.papers_of(panel)],
    }


def _clock(panel: Panel) -> dict:
    deadline = deadlines.current(panel)
    due_on = deadline.due_on if deadline else None
    return {
        "deadline": deadline,
        "holder": holders.of_case(panel, PANEL),
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
    }


def _next_step(panel: Panel, offers: list, *, sitting: int, locked: int) -> str:
    """The move that is this person's, or what everybody waits for."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    if panel.state == P.DISCUSSING and not primary:
        return _("等待第三方机构组织合议")
    if panel.state == P.FORMING and not selectors.is_frozen(panel):
        return _("等待市科技局核对盲审包")
    if primary or panel.state != P.SCORING:
        return primary[0] if primary else ""
    return _("等待专家评分，{locked}/{sitting} 已锁定").format(locked=locked, sitting=sitting)


def _steps(panel: Panel, *, done: int) -> list[dict]:
    """The way of a panel, and where it stands."""
    labels = [_("组建"), _("承诺和抽取"), _("专家评分"), _("汇总")]
    if panel.round > 1 or panel.state == P.DISCUSSING:
        return _steps_of_discussed(panel, [*labels[:3], _("合议"), _("重新评分"), labels[3]])
    here = {
        P.FORMING: 1,
        P.PLEDGED: 1,
        P.SCORING: 3 if done and selectors.is_complete(panel) else 2,
        P.CONCLUDED: 4,
    }
    at = here.get(P(panel.state), 2 if panel.drawn_at else 1)
    return _drawn_up(panel, labels, at)


def _steps_of_discussed(panel: Panel, labels: list[str]) -> list[dict]:
    """The way of a panel that was too far apart: through its discussion and a second round."""
    rescoring = 5 if selectors.is_complete(panel) else 4
    at = {P.DISCUSSING: 3, P.CONCLUDED: 6}.get(P(panel.state), rescoring if panel.round > 1 else 3)
    return _drawn_up(panel, labels, at)


def _drawn_up(panel: Panel, labels: list[str], at: int) -> list[dict]:
    stopped = "refused" if panel.state == P.CANCELLED else "now"
    return [
        {"label": label, "state": "done" if n < at else stopped if n == at else "next"}
        for n, label in enumerate(labels)
    ]


def _discussion(panel: Panel) -> dict:
    """What was talked over; sums of both rounds by seat once the panel has concluded."""
    discussion = Discussion.objects.filter(panel=panel).first()
    spread_flag = panel.edition.terms["scoring"]["spread_flag"]
    rounds = _rounds(panel) if discussion and selectors.scores_are_open(panel) else []
    return {"discussion": discussion, "rounds": rounds, "spread_flag": spread_flag}


def _rounds(panel: Panel) -> list[dict]:
    """By seat: what it gave before the discussion and after it."""
    first = {sheet.assignment: sheet.total for sheet in selectors.sheets_of(panel, 1)}
    second = {sheet.assignment: sheet for sheet in selectors.sheets_of(panel, panel.round)}
    rows = []
    for seat in sorted(first.keys() | second.keys(), key=lambda one: one.position):
        sheet = second.get(seat)
        how = _("已离开评审组") if sheet is None else _("维持原评分") if sheet.kept else _("重新评分")
        rows.append(
            {"seat": str(seat), "first": first.get(seat), "second": sheet and sheet.total, "how": how}
        )
    return rows


def _seats(panel: Panel, seats: list, reader) -> list[dict]:
    """Who sits there, without any score. The bureau does not read who was drawn before they have accepted."""
    hides = selectors.hides_invited(reader)
    replaces = permissions.works_for_agency(reader, panel) and panel.state == P.SCORING
    due = deadlines.current_of(seats)
    replaceable = selectors.grounds_on(panel, seats) if replaces else {}
    return [
        {
            "subject": seat,
            "known": not hides or seat.committed_at is not None,
            "due": due.get((selectors.ASSIGNMENT_TYPE, seat.pk)),
            "replaceable": seat.pk in replaceable,
        }
        for seat in seats
    ]


def _draw(panel: Panel, draw) -> dict:
    """A draw as the public reads it: balls, no names."""
    return {
        "record": draw,
        "waits": clock.now() < draw.draws_after,
        "excluded": selectors.exclusions_in_words(panel, draw),
        "replayed": draw.result is not None and selectors.is_replayed(draw),
    }


def _result(panel: Panel, live: list) -> dict:
    """Scores by position of the expert, once the panel has concluded; nothing before."""
    if not selectors.scores_are_open(panel):
        return {"open_scores": False}
    scoring = panel.edition.terms["scoring"]
    return {
        "open_scores": True,
        "columns": [{"position": n, "seat": seat} for n, seat in enumerate(live, start=1)],
        "table": selectors.score_table(panel),
        "pass_mark": scoring["pass_mark"],
        "flagged": selectors.is_flagged(panel),
        "trimmed": len(live) >= int(scoring["trim_from"]),
    }


def _timeline(panel: Panel, reader) -> list[dict]:
    """The past from the register, and the present."""
    found: list[dict] = [
        {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}
        for line in PANEL_DESK.lines(reader, panel)
    ]
    if not PANEL.states[panel.state].final:
        who = holders.of_case(panel, PANEL)
        found.append({"what": PANEL.label(panel.state), "who": who, "at": None, "state": "now"})
    return found


def paper_row(paper: Document) -> dict:
    """A paper as lists of files show it."""
    return {
        "name": paper.title,
        "url": reverse("records:document", args=[paper.pk]),
        "size": paper.size,
        "at": paper.issued_at,
        "note": paper.number,
    }
