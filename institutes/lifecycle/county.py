"""The tables of moves of what a county keeps of its own (五(三)): its cultivation pool, its supporting policies."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums import CountyPolicyState as C
from institutes.enums import PoolState as P
from records.lifecycle import Lifecycle, Move, State

IN_POOL = frozenset({P.CULTIVATING, P.PREPARING, P.LEAVING})
"""Let in by the leader, and not gone on yet: from here an application carries an entry along."""

CULTIVATION = Lifecycle(
    name="cultivation entry",
    states={
        P.SURVEYED: State(P.SURVEYED.label, role=Role.COUNTY_STAFF, limit="pool_survey"),
        P.ENTERING: State(P.ENTERING.label, role=Role.COUNTY_LEAD, limit="pool_confirmation"),
        P.CULTIVATING: State(P.CULTIVATING.label, role=Role.COUNTY_STAFF, limit="pool_measure"),
        P.PREPARING: State(P.PREPARING.label, role=Role.COUNTY_STAFF, limit="pool_measure"),
        P.LEAVING: State(P.LEAVING.label, role=Role.COUNTY_LEAD, limit="pool_confirmation"),
        P.APPLIED: State(P.APPLIED.label),
        P.RECOGNISED: State(P.RECOGNISED.label, final=True),
        P.LEFT: State(P.LEFT.label, final=True),
    },
    moves={
        "propose_entry": Move(_("提请入库"), frozenset({P.SURVEYED}), P.ENTERING),
        "return_entry": Move(_("退回继续摸底"), frozenset({P.ENTERING}), P.SURVEYED, reason=True),
        "confirm_entry": Move(_("确认入库"), frozenset({P.ENTERING}), P.CULTIVATING, unlike=("proposed_by",)),
        "drop": Move(_("不列入培育库"), frozenset({P.SURVEYED}), P.LEFT, reason=True),
        "prepare": Move(_("列为拟申报"), frozenset({P.CULTIVATING}), P.PREPARING),
        "resume": Move(_("转回培育"), frozenset({P.PREPARING}), P.CULTIVATING, reason=True),
        "propose_exit": Move(_("提请退出"), frozenset({P.CULTIVATING, P.PREPARING}), P.LEAVING, reason=True),
        "refuse_exit": Move(_("不同意退出"), frozenset({P.LEAVING}), P.CULTIVATING, reason=True),
        "confirm_exit": Move(_("确认退出"), frozenset({P.LEAVING}), P.LEFT, unlike=("leaving_by",)),
        "apply": Move(_("已报送申报"), IN_POOL, P.APPLIED, system=True),
        "fall_back": Move(
            _("未获认定，继续培育"), frozenset({P.APPLIED}), P.CULTIVATING, reason=True, system=True
        ),
        "recognise": Move(_("获得认定"), frozenset({P.APPLIED}), P.RECOGNISED, system=True),
    },
)

COUNTY_POLICY = Lifecycle(
    name="county policy",
    states={
        C.DRAFT: State(C.DRAFT.label, role=Role.COUNTY_STAFF),
        C.SIGNING: State(C.SIGNING.label, role=Role.COUNTY_LEAD, limit="county_policy_signing"),
        C.PUBLISHED: State(C.PUBLISHED.label),
        C.SUPERSEDED: State(C.SUPERSEDED.label, final=True),
        C.REPEALED: State(C.REPEALED.label, final=True),
        C.DISCARDED: State(C.DISCARDED.label, final=True),
    },
    moves={
        "hand_up": Move(_("送领导审签"), frozenset({C.DRAFT}), C.SIGNING),
        "send_back": Move(_("退回经办修改"), frozenset({C.SIGNING}), C.DRAFT, reason=True),
        "publish": Move(_("公开发布"), frozenset({C.SIGNING}), C.PUBLISHED, unlike=("drafted_by",)),
        "discard": Move(_("作废草稿"), frozenset({C.DRAFT, C.SIGNING}), C.DISCARDED, reason=True),
        "supersede": Move(_("由新版本替代"), frozenset({C.PUBLISHED}), C.SUPERSEDED, system=True),
        "repeal": Move(_("废止"), frozenset({C.PUBLISHED}), C.REPEALED, reason=True),
    },
)
