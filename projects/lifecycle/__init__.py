"""The tables of moves of the room: calls, proposals (domain B6), decisions of a meeting."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums import DecisionState as D
from projects.enums import ProjectCallState as C
from projects.lifecycle.change import PROJECT_CHANGE
from projects.lifecycle.ending import ENDING
from projects.lifecycle.final import FINAL
from projects.lifecycle.midterm import MIDTERM
from projects.lifecycle.project import PROJECT
from projects.lifecycle.proposal import PROPOSAL
from records.lifecycle import Lifecycle, Move, State

__all__ = [
    "ENDING",
    "FINAL",
    "MIDTERM",
    "PROJECT",
    "PROJECT_CALL",
    "PROJECT_CHANGE",
    "PROJECT_DECISION",
    "PROPOSAL",
]

PROJECT_CALL = Lifecycle(
    name="project call",
    states={
        C.DRAFT: State(C.DRAFT.label, role=Role.BUREAU_APPROVER),
        C.PUBLISHED: State(C.PUBLISHED.label),
        C.WITHDRAWN: State(C.WITHDRAWN.label, final=True),
    },
    moves={
        "publish": Move(_("发布指南和通知"), frozenset({C.DRAFT}), C.PUBLISHED, unlike=("drafted_by",)),
        "discard": Move(_("撤回草稿"), frozenset({C.DRAFT}), C.WITHDRAWN, reason=True),
        "propose_extension": Move(_("拟写延期"), frozenset({C.PUBLISHED})),
        "publish_extension": Move(_("发布延期"), frozenset({C.PUBLISHED}), unlike=("extension_proposed_by",)),
        "drop_extension": Move(_("不予延期"), frozenset({C.PUBLISHED}), reason=True),
    },
)

PROJECT_DECISION = Lifecycle(
    name="project decision",
    states={
        D.DRAFT: State(D.DRAFT.label, role=Role.BUREAU_APPROVER, todo=_("审定立项决定")),
        D.RELEASED: State(D.RELEASED.label, final=True),
        D.DISCARDED: State(D.DISCARDED.label, final=True),
    },
    moves={
        "release": Move(_("审定并发布"), frozenset({D.DRAFT}), D.RELEASED, unlike=("drafted_by",)),
        "discard": Move(_("作废重拟"), frozenset({D.DRAFT}), D.DISCARDED, reason=True),
    },
)
