"""Changes of running projects for tests: a lawful row for any state; every name is plainly invented."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from projects.models import ProjectChange
from projects.models.change import CARRIED_OUT, DECIDED, HANDED_IN, PROPOSED
from records import clock
from records.crypto import blind_index
from tests.factories.institutes import a_user
from tests.factories.running import RunningFactory

NEW_LEADER = "110101198502020022"


class ProjectChangeFactory(DjangoModelFactory):
    """``ProjectChangeFactory(state=…)`` is lawful for every state; of money between lines unless it says otherwise."""

    class Meta:
        model = ProjectChange

    state = "draft"
    kind = "budget"
    project = factory.LazyFunction(lambda: RunningFactory(state="running"))
    host = factory.SelfAttribute("project.host")
    division = factory.SelfAttribute("project.division")
    asked = factory.LazyAttribute(lambda row: asked_of(row.kind, row.project))
    leader_id = factory.LazyAttribute(lambda row: NEW_LEADER if row.kind == "leader" else "")
    leader_mark = factory.LazyAttribute(lambda row: blind_index(NEW_LEADER) if row.kind == "leader" else "")
    shifted = factory.LazyAttribute(lambda row: Decimal("200000.00") if row.kind == "budget" else Decimal(0))
    months = factory.LazyAttribute(lambda row: 6 if row.kind == "term" else 0)
    grounds = "示例理由。"
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("project-filler"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps_of(kwargs["state"], kwargs["drafted_at"]) | kwargs


def asked_of(kind: str, project) -> dict:
    """A lawful request of each kind for a project of ``RunningFactory``."""
    if kind == "leader":
        return {"name": "示例新负责人", "unit": project.host.name, "title": "研究员"}
    if kind == "partner":
        return {"leaving": [], "joining": [newcomer()], "division": "示例分工。"}
    if kind == "budget":
        return lines("300000.00", "700000.00")
    stages = project.stages.filter(reported_at__isnull=True)
    return {"months": 6, "stages": {str(one.pk): one.due_on.isoformat() for one in stages}}


def newcomer(name: str = "示例新伙伴公司", uscc: str = "91130100MA0EXMPL0T") -> dict:
    """A partner that joins, as its row is typed."""
    day = clock.today().isoformat()
    return {"name": name, "uscc": uscc, "task": "示例任务。", "signatory": "示例法人", "signed_on": day}


def lines(equipment: str, materials: str, own: str = "500000.00") -> dict:
    """A budget of two lines."""
    return {
        "lines": {
            "equipment": {"grant": equipment, "own": own},
            "materials": {"grant": materials, "own": own},
        }
    }


def _stamps_of(state: str, at) -> dict:
    made, by = {}, a_user
    if state in HANDED_IN:
        number = f"SJZ-LHBG-2026-{ProjectChange.objects.count() + 1:03d}"
        made |= {"handed_in_at": at, "handed_in_by": by("project-admin"), "number": number}
    if state in ("checking", *PROPOSED):
        made |= {"opined_at": at, "opined_by": by("project-staff")}
        made |= {"county_position": "agrees", "county_opinion": "示例县级意见。"}
    if state in PROPOSED:
        made |= {"finding": "refuse" if state == "refused" else "approve", "opinion": "示例核查意见。"}
        made |= {"proposed_at": at, "proposed_by": by("project-clerk")}
    if state in DECIDED:
        made |= {"decided_at": at, "decided_by": by("project-approver")}
    if state in CARRIED_OUT:
        made |= {"contract_version": 1}
    if state in (*DECIDED, "noted", "withdrawn"):
        made |= {
            "comparison": [{"item": "设备费（财政资金）", "before": "500,000 元", "after": "300,000 元"}]
        }
    return made
