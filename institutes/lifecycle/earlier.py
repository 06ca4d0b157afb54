"""The table of moves of an institute from before the portal: entered by a clerk, confirmed by another person."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums.earlier import EarlierState as E
from records.lifecycle import Lifecycle, Move, State

EARLIER = Lifecycle(
    name="earlier recognition",
    states={
        E.DRAFT: State(E.DRAFT.label, role=Role.BUREAU_CLERK),
        E.CONFIRMATION: State(E.CONFIRMATION.label, role=Role.BUREAU_APPROVER),
        E.RECORDED: State(E.RECORDED.label, final=True),
        E.DISCARDED: State(E.DISCARDED.label, final=True),
    },
    moves={
        "hand_up": Move(_("送审批人员确认"), frozenset({E.DRAFT}), E.CONFIRMATION),
        "send_back": Move(_("退回经办修改"), frozenset({E.CONFIRMATION}), E.DRAFT, reason=True),
        "record": Move(_("确认登记"), frozenset({E.CONFIRMATION}), E.RECORDED, unlike=("drafted_by",)),
        "discard": Move(_("作废"), frozenset({E.DRAFT}), E.DISCARDED, reason=True),
    },
)
