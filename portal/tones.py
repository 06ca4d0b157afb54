"""Which tone, icon and words a state, a step or a due date has on the page. Data, and the few lines that read it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from records.desk import desk_for

APPLICANTS = frozenset({Role.ENT_FILLER, Role.ENT_ADMIN})
SOON = 2  # working days left from which a due date is shown in amber

ICONS = {
    "neutral": "circle",
    "info": "info",
    "progress": "dot",
    "wait": "hourglass",
    "done": "done",
    "soon": "clock",
    "refused": "refused",
    "overdue": "alert",
}
STEPS = {
    "done": {"tone": "done", "icon": "check", "said": gettext_lazy("已完成")},
    "now": {"tone": "now", "icon": "dot", "said": gettext_lazy("进行中")},
    "next": {"tone": "next", "icon": "circle", "said": gettext_lazy("未开始")},
    "refused": {"tone": "refused", "icon": "close", "said": gettext_lazy("未通过")},
}
# Green only for what is done or paid, red only for refusals. A state that is not named here is in progress.
STATES = {
    "neutral": {
        "draft",
        "withdrawn",
        "retired",
        "waived",
        "lapsed",
        "voided",
        "forming",
        "declined",
        "recused",
        "ended",
        "replaced",
        "released",
        "cancelled",
        "discarded",
    },
    "wait": {
        "supplement_requested",
        "invited",
        "account_check",
        "publicity",
        "suspended",
        "proposed",
        "pending",
    },
    "done": {
        "done",
        "recognised",
        "paid",
        "receipted",
        "closed",
        "concluded",
        "locked",
        "verified",
        "confirmed",
        "issued",
        "active",
        "approved",
        "passed",
        "in_force",
        "entered",
        "settled",
    },
    "refused": {
        "closed_not_recommended",
        "closed_formal",
        "closed_review",
        "closed_decision",
        "closed_objection",
        "rejected",
        "returned",
        "refused",
        "failed",
        "revoked",
        "annulled",
    },
}
TONE_OF_STATE = {state: tone for tone, states in STATES.items() for state in states}


def tone_of(subject) -> str:
    """The tone of a subject's state; a model may say it itself by ``state_tone``."""
    return getattr(subject, "state_tone", "") or TONE_OF_STATE.get(subject.state, "progress")


def words_of(subject, *, for_applicant: bool) -> str:
    """The state in words: from the lifecycle of its desk, or its choices where it has none."""
    meta = getattr(subject, "_meta", None)
    desk = desk_for(meta.label_lower) if meta else None
    if desk:
        return desk.lifecycle.label(subject.state, for_applicant=for_applicant)
    return str(subject.get_state_display())


def due_words(days_left: int | None, *, paused: bool = False) -> dict[str, str]:
    """The words and the tone of a number of working days."""
    if paused:
        label, tone = _("计时已暂停"), "wait"
    elif days_left is None:
        label, tone = _("无办理时限"), "neutral"
    elif days_left < 0:
        label, tone = _("已逾期 {days} 个工作日").format(days=-days_left), "overdue"
    elif days_left == 0:
        label, tone = _("今日到期"), "soon"
    else:
        label = _("还剩 {days} 个工作日").format(days=days_left)
        tone = "soon" if days_left <= SOON else "neutral"
    return {"label": label, "tone": tone, "icon": "clock" if tone == "neutral" else ICONS[tone]}
