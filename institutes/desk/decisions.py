"""The desk of the decisions of a meeting."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.forms import officers as forms
from institutes.forms.decisions import ReleaseForm
from institutes.lifecycle import DECISION_BATCH
from institutes.models import DecisionBatch
from institutes.selectors.decision import carried_by_batches
from records.desk import Desk, Step, register

DECISION_DESK = register(
    Desk(
        name="batch",
        model=DecisionBatch,
        lifecycle=DECISION_BATCH,
        who=permissions.BATCH_WHO,
        visible=selectors.batches_visible_to,
        page="institutes:decision-batch",
        move_page="institutes:decision-batch-move",
        resource="decisions",
        begun=_("拟定审议决定"),
        carries=(carried_by_batches,),
        steps={
            "release": Step(
                services.release_decisions,
                ReleaseForm,
                primary=True,
                keyed=True,
                consequence=_(
                    "列入名单的各项即日公示，公示期满无异议的自动认定\n不予认定的各项结束，出具结果告知书\n通知同时发给各申报单位，不可撤回"
                ),
            ),
            "discard": Step(
                services.discard_decisions,
                forms.ReasonForm,
                danger=True,
                consequence=_("本份决定作废，所列申报可另行拟定\n申报单位不会收到任何通知"),
            ),
        },
    )
)
