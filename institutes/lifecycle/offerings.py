"""The table of moves of what institutes offer: from the unit's draft by the county's check to the public."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums.offerings import OfferingState as S
from records.lifecycle import Lifecycle, Move, State

OFFERING = Lifecycle(
    name="service offering",
    states={
        S.DRAFT: State(S.DRAFT.label, role=Role.ENT_FILLER),
        S.CHECKING: State(
            S.CHECKING.label,
            role=Role.COUNTY_STAFF,
            limit="offering_check",
            applicant_label=_("县级核对中"),
        ),
        S.PUBLISHED: State(S.PUBLISHED.label),
        S.WITHDRAWN: State(S.WITHDRAWN.label, final=True),
    },
    moves={
        "hand_in": Move(_("报送县级核对"), frozenset({S.DRAFT}), S.CHECKING),
        "return": Move(_("退回修改"), frozenset({S.CHECKING}), S.DRAFT, reason=True),
        "publish": Move(_("核对无误，公开"), frozenset({S.CHECKING}), S.PUBLISHED, unlike=("handed_in_by",)),
        "reopen": Move(_("修改内容"), frozenset({S.PUBLISHED}), S.DRAFT),
        "take_down": Move(
            _("下架，退回修改"), frozenset({S.DRAFT, S.CHECKING, S.PUBLISHED}), S.DRAFT, reason=True
        ),
        "withdraw": Move(
            _("停止服务"), frozenset({S.DRAFT, S.CHECKING, S.PUBLISHED}), S.WITHDRAWN, reason=True
        ),
        "lapse": Move(
            _("研究院资格终止，服务停止"),
            frozenset({S.DRAFT, S.CHECKING, S.PUBLISHED}),
            S.WITHDRAWN,
            reason=True,
            system=True,
        ),
    },
)
