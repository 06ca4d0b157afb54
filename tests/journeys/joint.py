"""What is done with a joint project from its approval to its final acceptance, through the pages of those concerned."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from itertools import count

from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.roles import Role
from portal.demo.accounts import PASSWORD
from projects import selectors, services
from projects.models import Project, ProjectChange, ProjectEnding, ProjectFinal
from projects.policy.changes import Line
from records import clock
from tests.factories.accounts import person
from tests.factories.institutes import a_user
from tests.factories.records import PDF, pdf_upload
from tests.journeys.walk import Walk

MOVES = {
    Project: "approved-move",
    ProjectFinal: "final-move",
    ProjectChange: "project-change-move",
    ProjectEnding: "ending-move",
}
ROLES = (
    Role.ENT_FILLER,
    Role.ENT_ADMIN,
    Role.COUNTY_STAFF,
    Role.COUNTY_LEAD,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
)


class JointWalk:
    """One browser for each role; ``take`` presses a button, ``send`` fills a form, each at its ``moment``."""

    def __init__(
        self,
        project: Project,
        browsers: Mapping[str, Client] | None = None,
        moment: Callable[[], AbstractContextManager] = nullcontext,
    ):
        self.project, self.browsers, self.moment = project, browsers or browsers_of(project), moment

    def send(self, role: str, name: str, *args, expect: int = 302, **data) -> None:
        url = reverse(f"projects:{name}", args=args)
        with self.moment():
            answer = self.browsers[role].post(url, data)
        assert answer.status_code == expect, (name, data, answer.content.decode()[:2000])

    def take(self, role: str, action: str, case=None, *, expect: int = 302, **data) -> None:
        case = case or self.project
        self.send(role, MOVES[type(case)], case.pk, action, expect=expect, **data)
        case.refresh_from_db()


def browsers_of(project: Project) -> dict[str, Client]:
    """Somebody in each role who has to do with this project."""
    found = {}
    for role in ROLES:
        home = project.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
        found[role] = Client()
        found[role].force_login(person(role, organisation=home, division=project.division.code))
    return found


def through(unit: Walk, project: Project) -> JointWalk:
    """The people of the city who have to do with this project of ``unit``, each step a minute after the one before."""
    people = {
        Role.ENT_FILLER: unit.filler,
        Role.ENT_ADMIN: unit.admin,
        Role.COUNTY_STAFF: unit[unit.county.staff.username],
        Role.COUNTY_LEAD: unit[unit.county.lead.username],
        Role.BUREAU_CLERK: unit["bureau_clerk"],
        Role.BUREAU_APPROVER: unit["bureau_approver"],
    }
    minutes = count(1)
    browsers = {role: one.client for role, one in people.items()}
    return JointWalk(project, browsers, lambda: unit.hour(10, next(minutes)))


def sign_the_contract(walk: JointWalk) -> None:
    unit, admin, clerk = Role.ENT_FILLER, Role.ENT_ADMIN, Role.BUREAU_CLERK
    project = walk.project
    changed = {"text": "各方按协议共有成果。", "reason": "与联合协议一致", "seen": 0}
    walk.send(unit, "approved-clause", project.pk, "results", **changed)
    walk.take(unit, "hand_over", expect=403)
    walk.take(admin, "hand_over")
    walk.send(
        clerk, "approved-clause", project.pk, "effect", text="签字盖章后生效。", reason="统一表述", seen=0
    )
    walk.take(clerk, "agree", expect=409)
    walk.take(clerk, "hand_back", reason="请核对生效条款")
    walk.take(admin, "hand_over")
    walk.take(clerk, "agree")
    signed = {"signatory": "示例法人", "signed_on": clock.today().isoformat()}
    walk.take(admin, "hand_in_copies", expect=409)
    for party in project.parties.exclude(role="bureau"):
        walk.send(unit, "approved-copies", project.pk, party=party.pk, copy=pdf_upload(), **signed)
    walk.take(admin, "hand_in_copies")
    own = project.parties.get(role="bureau")
    walk.send(clerk, "approved-copies", project.pk, party=own.pk, copy=pdf_upload(), **signed)
    walk.take(clerk, "check_copies")
    walk.take(Role.BUREAU_APPROVER, "confirm_contract")


def work(walk: JointWalk) -> None:
    project = walk.project
    for n, stage in enumerate(project.stages.all()):
        proof = pdf_upload(f"证明{n}.pdf", PDF + b"s%d" % n)
        walk.send(
            Role.ENT_FILLER, "approved-stage-report", project.pk, stage.pk, report="已完成。", uploads=[proof]
        )
        walk.send(Role.BUREAU_CLERK, "approved-stage-check", project.pk, stage.pk, result="confirm")
    for line in project.lines.all():
        walk.send(
            Role.ENT_FILLER,
            "approved-expense-new",
            project.pk,
            line=line.pk,
            source="grant",
            number=f"FP-{line.code}",
            paid_on=clock.today().isoformat(),
            payee="示例供应商",
            purpose="示例用途",
            amount=str(line.grant),
        )


def apply_for_the_end(walk: JointWalk, final: ProjectFinal) -> None:
    unit = Role.ENT_FILLER
    texts = {f"text_{part['code']}": "示例内容。" for part in final.edition.terms["final_parts"]}
    orders = [str(one.order) for one in walk.project.targets.all()]
    rows = {"reached_item": orders, "reached_reached": ["达到"] * len(orders)}
    rows |= {"reached_met": ["yes"] * len(orders), "reached_said": ["检测报告"] * len(orders)}
    walk.send(unit, "final-edit", final.pk, **texts, **rows)
    walk.take(unit, "hand_up", final, expect=409)
    for n, kind in enumerate(("final_report", "final_accounts", "final_evidence")):
        upload = pdf_upload(f"结题{n}.pdf", PDF + b"f%d" % n)
        walk.send(unit, "final-files", final.pk, kind=kind, uploads=[upload])
    walk.take(unit, "hand_up", final)
    walk.take(Role.ENT_ADMIN, "hand_in", final)


def judge_the_end(walk: JointWalk, final: ProjectFinal, agency: Organisation) -> None:
    """County, bureau, experts (as the conclusion of their panel records it), and two people of the bureau."""
    walk.take(Role.COUNTY_STAFF, "give_opinion", final, position="agrees", opinion="经核实，情况属实。")
    walk.take(Role.COUNTY_LEAD, "sign", final)
    walk.take(Role.BUREAU_CLERK, "entrust", final, agency=agency.pk)
    services.record_final_review(
        final=final, score=Decimal("86.50"), passed=True, opinion="建议通过。", by=a_user("agency-manager")
    )
    said = {"outcome": "passed", "minute_number": "示例纪要〔2026〕9 号", "grounds": "完成任务书约定。"}
    walk.take(Role.BUREAU_CLERK, "propose", final, **said)
    walk.take(Role.BUREAU_CLERK, "pass", final, expect=403)
    walk.take(Role.BUREAU_APPROVER, "pass", final)
    walk.project.refresh_from_db()


# --- what else may happen to a project that runs ----------------------------------------------------------------------


def shift_the_budget(walk: JointWalk, source: str, target: str, amount: Decimal) -> None:
    """Asked for by the unit, opined upon by its county, proposed and approved by two people of the bureau."""
    rows = selectors.lines_now(walk.project)
    declared = [one["code"] for one in walk.project.edition.terms["budget_lines"]]
    moved = {source: -amount, target: amount}
    lines = {code: rows.get(code, Line()) for code in declared}
    walk.send(
        Role.ENT_FILLER,
        "project-change-new",
        project=walk.project.pk,
        kind="budget",
        lines_item=declared,
        lines_grant=[str(line.grant + moved.get(code, 0)) for code, line in lines.items()],
        lines_own=[str(line.own) for line in lines.values()],
        grounds="检测设备改为租用，材料批次增加。",
    )
    change = ProjectChange.objects.get(project=walk.project)
    walk.take(Role.ENT_FILLER, "hand_up", change)
    walk.take(Role.ENT_ADMIN, "hand_in", change)
    walk.take(Role.COUNTY_STAFF, "give_opinion", change, position="agrees", opinion="情况属实。")
    walk.take(Role.BUREAU_CLERK, "propose", change, finding="approve", opinion="不影响考核指标完成。")
    walk.take(Role.BUREAU_CLERK, "approve", change, expect=403)
    walk.take(Role.BUREAU_APPROVER, "approve", change)
    assert walk.project.lines.get(code=source).grant == lines[source].grant - amount


def end_early(walk: JointWalk, spent: Decimal) -> ProjectEnding:
    """One invoice is listed; proposed with facts, the unit heard, the money settled, decided by another person."""
    line, clerk, approver = walk.project.lines.first(), Role.BUREAU_CLERK, Role.BUREAU_APPROVER
    walk.send(
        Role.ENT_FILLER,
        "approved-expense-new",
        walk.project.pk,
        line=line.pk,
        source="grant",
        number=f"FP-{walk.project.pk}-1",
        paid_on=clock.today().isoformat(),
        payee="示例供应商",
        purpose="示例用途",
        amount=str(spent),
    )
    facts = {"kind": "terminate", "ground": "infeasible", "facts": "中试结果表明技术路线不可行。"}
    walk.send(clerk, "approved-end", walk.project.pk, **facts, files=[pdf_upload()])
    ending = ProjectEnding.objects.get(project=walk.project)
    walk.take(approver, "notify", ending)
    walk.take(Role.ENT_ADMIN, "state", ending, statement="无异议。")
    rows = selectors.execution_of(walk.project)
    settled = {"lines_item": [row.code for row in rows], "lines_note": [""] * len(rows)}
    settled |= {"lines_recognised": [str(row.grant_spent) for row in rows]}
    walk.take(clerk, "settle", ending, finding="支出属实，结余应退回。", **settled)
    walk.take(approver, "terminate", ending, minute_number="示例纪要〔2026〕21号", proof=PASSWORD)
    walk.project.refresh_from_db()
    assert walk.project.state == "terminated"
    return ending
