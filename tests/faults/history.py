"""One history: an award from its approval to what the bank, the unit and the ledger say of it in the end.

Whatever is drawn is drawn from the seed, so that a seed lives its history again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.enums import DisbursementState as D
from funding.models import Award, BankStatement, Clawback, Disbursement, Repayment
from projects.models import Project
from records import clock
from tests.factories.funding import a_scan
from tests.faults import books
from tests.faults.bank import ANSWERS, MOODS, Bank
from tests.faults.workers import CALLS, CUT, POINTS, Click, Crew, Fault, Outcome
from tests.faults.world import World, person
from tests.funding.services.bank import line_of, lines_text

FAULTS = 0.2  # of the clicks
PROJECTS, ENDED = 0.2, 0.6  # of the awards, and of the projects those that end early
LATER = 30  # days after which a statement tells what was never paid


@dataclass
class History:
    """What happened in one history, and what was found."""

    seed: int
    world: World
    crew: Crew
    found: list[str] = field(default_factory=list)
    struck: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.draw, self.budget = Random(self.seed), self.world.budget

    def live(self) -> None:
        """Approve, issue, at times take the order back, pay it out, at times claim it back; then compare.

        Of a joint project that ends early before or after its order, what was not ordered is given back.
        """
        world, is_joint = self.world, self.draw.random() < PROJECTS
        ends = is_joint and self.draw.random() < ENDED
        is_at_once = ends and self.draw.random() < 0.3
        self.budget = world.joint if is_joint else world.budget
        before = books.sums_of(self.budget)
        award = world.a_pending_award_of_a_project() if is_joint else world.a_pending_award()
        self._approve(award)
        award.refresh_from_db()
        order = None if self.found or is_at_once else self._ordered(award)
        if order is not None and not self.found:
            self._pay_out(order)
        if ends and not self.found:
            self._end_early(award)
        if not self.found:
            self.found += books.differences(award, before, self.budget)

    def _pay_out(self, order: Disbursement) -> None:
        self._export(order)
        self._reconcile(order)
        if (
            order.state == D.VOIDED
            and order.unpaid_statement_id
            and self.draw.random() < 0.5
            and not self.found
        ):
            self._answer_after_void(order)
        if order.state != D.ISSUED or self.found:
            return
        if not order.settled and self.draw.random() < 0.15:
            self._tell_twice(order)
        luck = self.draw.random()
        if luck < 0.1:
            self._press(self._clicks("tell_of_return", "the-county-fin", order=order.pk), order, D.ISSUED)
            self._press(self._clicks("give_back", "finance-2", order=order.pk), order, D.RETURNED)
        elif luck < 0.3:
            self._press(self._clicks("receive", "the-county-fin", order=order.pk), order, D.COUNTY_RECEIVED)
            self._press(self._clicks("pay", "the-county-fin", order=order.pk), order, D.PAID)
            if self.budget == self.world.budget and self.draw.random() < 0.25 and not self.found:
                self._claim_back(order)

    def _end_early(self, award: Award) -> None:
        """The project is terminated; the rest is freed by one sweep or two at once, and by the next one."""
        stamps = {"state": "terminated", "ended_at": clock.now(), "ended_by": person("the-approver")}
        Project.objects.filter(pk=award.project_id).update(**stamps)
        clicks = [Click("free", {"award": award.pk}, fault=self._fault()) for _worker in range(2)]
        self._do(*clicks[: 1 if self.draw.random() < 0.5 else 2])
        self._do(Click("free", {"award": award.pk}))

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _approve(self, award: Award) -> None:
        terms = {"award": award.pk, "budget": self.budget.pk}
        rival = "approver-2" if self.draw.random() < 0.3 else ""
        clicks = self._clicks("approve", "the-approver", rival=rival, **terms)
        self._press(clicks, award, "approved")

    def _ordered(self, award: Award) -> Disbursement | None:
        """The order of the plan; at times it is voided, and now and then the instalment is planned anew."""
        order = self._issue(award)
        if order is None or self.draw.random() >= 0.2:
            return order
        self._press(self._clicks("propose_void", "the-finance", order=order.pk), order, D.ORDERED)
        self._withdraw(order)
        return self._issue(award) if self.draw.random() < 0.5 and not self.found else None

    def _withdraw(self, order: Disbursement) -> None:
        """Another of finance confirms what was proposed."""
        self._press(self._clicks("void", "finance-2", order=order.pk), order, D.VOIDED)

    def _issue(self, award: Award) -> Disbursement | None:
        plan = self.world.a_plan_ready(award, self._key())
        number = f"示故〔{self.seed}〕{plan.pk}号"
        self._press(
            self._clicks("issue", "the-finance", plan=plan.pk, document_number=number), plan, "issued"
        )
        order = Disbursement.objects.filter(plan=plan).first()
        if order is None:
            self.found.append("the plan was issued without an order")
        return order

    def _export(self, order: Disbursement) -> None:
        """One worker or two at once, or one and who would void it; a bank in some mood; then sweeps until it answers.

        What is to be voided and was not sent stays here, and is voided.
        """
        work = Click("export", {"plan": order.plan_id}, self.draw.choice(MOODS), self._fault(CALLS))
        other, luck = Click("export", work.terms, work.mood, self._fault(CALLS)), self.draw.random()
        if luck < 0.15:
            terms = {"order": order.pk, "by": "the-finance", "key": self._key()}
            other = Click("propose_void", terms, fault=self._fault())
        self._do(work, other) if luck < 0.5 else self._do(work)
        for turn in (1, 2, 3):
            mood, fault = (self.draw.choice(MOODS), self._fault(CALLS)) if turn == 1 else (ANSWERS, Fault())
            order.refresh_from_db()
            if order.ending_words:
                return self._withdraw(order)
            if order.state in (D.ORDERED, D.SENDING):
                later = clock.now() + timedelta(minutes=6 * turn)
                self._do(Click("sweep", {"plan": order.plan_id, "at": later}, mood, fault))
        order.refresh_from_db()

    def _reconcile(self, order: Disbursement) -> None:
        """Of what nobody knows, the bank's statement tells; two people settle it."""
        is_paid, key = order.number in self._paid(order), self._key()
        if order.state != D.UNKNOWN:
            return
        at = clock.now() + timedelta(days=LATER)
        statement = self._statement(order, is_paid, at)
        if is_paid:
            services.propose_matches(statement=statement, by=person("the-finance"), at=at)
            clicks = self._clicks("settle", "finance-2", key=key, statement=statement.pk)
            self._press(clicks, order, D.ISSUED)
        else:
            services.propose_unpaid(disbursement=order, statement=statement, by=person("the-finance"), at=at)
            clicks = self._clicks("confirm_unpaid", "finance-2", key=key, order=order.pk, at=at)
            self._press(clicks, order, D.VOIDED)

    def _paid(self, order: Disbursement) -> list[str]:
        return [order.number for _amount in Bank().payments(order.number)]

    def _statement(self, order: Disbursement, is_paid: bool, at: Any) -> BankStatement:
        serial, until = f"故障{self.seed}-{order.pk}", clock.today() + timedelta(days=LATER)
        other = {} if is_paid else {"reference": f"其他{order.pk}", "payee": "示例其他单位"}
        text = lines_text(lines=[line_of(order, serial=serial, **other)], until=until.isoformat())
        upload = SimpleUploadedFile(f"{serial}.csv", text.encode(), content_type="text/csv")
        return services.import_statement(upload=upload, by=person("the-finance"), at=at)

    def _tell_twice(self, order: Disbursement) -> None:
        """The bank tells of one payment under two serial numbers, and of the first once more in another file."""
        lines = [line_of(order, serial=f"双付{self.seed}-{order.pk}-{n}") for n in (1, 2)]
        statement = self._told(lines)
        services.propose_matches(statement=statement, by=person("the-finance"))
        self._press(self._clicks("settle", "finance-2", statement=statement.pk))
        again = self._told(lines[:1], opening="0.01")
        order.refresh_from_db()
        found = [line.finding for each in (statement, again) for line in each.lines.order_by("row")]
        if (found, order.settled) != (["matched", "paid_before", "repeated"], order.amount):
            self.found.append(f"a payment told twice: {found}, settled {order.settled}")

    def _answer_after_void(self, order: Disbursement) -> None:
        """The bank speaks of an order found unpaid: that is no payment, and stops the award until it is settled."""
        at = clock.now() + timedelta(days=LATER)
        statement = self._told([line_of(order, serial=f"迟付{self.seed}-{order.pk}")], at=at)
        line, award = statement.lines.get(), Award.objects.get(pk=order.award_id)
        done = services.propose_matches(statement=statement, by=person("the-finance"), at=at).done
        if (line.finding, done, bool(award.barrier)) != ("voided", 0, True):
            self.found.append(
                f"an answer after the void: {line.finding}, {done} proposed, barrier “{award.barrier}”"
            )
        services.propose_line(
            line=line, treatment="not_ours", note="示例：误付", by=person("the-finance"), at=at
        )
        services.confirm_line(line=line, key=self._key(), by=person("finance-2"), at=at)
        if award.barrier:
            self.found.append(f"what two people settled still stops the award: {award.barrier}")

    def _told(self, lines: list, *, opening: str = "0.00", at: Any = None) -> BankStatement:
        until = clock.today() + timedelta(days=LATER if at else 0)
        text = lines_text(lines=lines, opening=opening, until=until.isoformat())
        upload = SimpleUploadedFile("statement.csv", text.encode(), content_type="text/csv")
        return services.import_statement(upload=upload, by=person("the-finance"), at=at)

    def _claim_back(self, order: Disbursement) -> None:
        """Decided by one of two, repaid in two parts to the fen, closed by two."""
        case = self.world.a_clawback_heard(Award.objects.get(pk=order.award_id))
        amount = Decimal(self.draw.randrange(2, int(case.amount * 100) + 1)) / 100
        first = Decimal(self.draw.randrange(1, int(amount * 100))) / 100
        rival = "approver-2" if self.draw.random() < 0.3 else ""
        terms = {"clawback": case.pk, "amount": amount}
        self._press(self._clicks("decide", "the-approver", rival=rival, **terms), case, "decided")
        if self.found:
            return
        services.serve_clawback(
            clawback=case, served_on=clock.today(), proof=a_scan(f"{case.pk}.pdf"), by=person("the-clerk")
        )
        self._repay(case, 1, first, "partially_repaid")
        self._repay(case, 2, amount - first, "repaid")
        if not self.found:
            services.sign_closing(clawback=case, note="全额退还。", by=person("the-approver"))
            self._press(self._clicks("close", "finance-2", clawback=case.pk), case, "closed")

    def _repay(self, case: Clawback, number: int, amount: Decimal, state: str) -> None:
        key = self._key()
        terms = {"clawback": case.pk, "amount": amount, "number": number}
        self._press(self._clicks("report", "the-ent-admin", key=key, **terms))
        part = Repayment.objects.filter(key=key).first()
        if part is None:
            self.found.append("the repayment that was reported is not there")
            return
        self._press(self._clicks("confirm_repayment", "finance-2", repayment=part.pk), case, state)

    # --- pressing -----------------------------------------------------------------------------------------------------

    def _clicks(
        self, command: str, by: str, *, rival: str = "", key: UUID | None = None, **terms
    ) -> list[Click]:
        """One click, a double click with one key, or the clicks of two people with a key each."""
        first = {**terms, "by": by, "key": key or self._key()}
        other = {**first, "by": rival, "key": self._key()} if rival else first
        is_double = self.draw.random() < 0.4 or bool(rival)
        clicks = [Click(command, first, fault=self._fault()), Click(command, other, fault=self._fault())]
        return clicks if is_double else clicks[:1]

    def _press(self, clicks: list[Click], subject: Any = None, state: str = "") -> None:
        """Press at once; who heard nothing presses again. All of one key must hear that it is done, of two one."""
        if self.found:
            return
        told = self._do(*clicks)
        if subject is not None and any(one.is_done for one in told) and not _is_now(subject, state):
            self.found.append(f"{clicks[0].command}: what was told as done is not there")
        for n, (click, one) in enumerate(zip(clicks, told, strict=True)):
            if one.is_silent:
                told[n] = self._do(Click(click.command, click.terms))[0]
        self._judge(clicks, told)
        if subject is not None and not _is_now(subject, state) and not self.found:
            self.found.append(f"{clicks[0].command}: nothing came of it")

    def _judge(self, clicks: list[Click], told: list[Outcome]) -> None:
        keys, done = {click.terms["key"] for click in clicks}, sum(one.is_done for one in told)
        said = "；".join(one.told for one in told if not one.is_done)
        if len(keys) == 1 and done < len(clicks):
            self.found.append(f"{clicks[0].command}: the same key was not the same request: {said}")
        if len(keys) == 2 and done != 1:
            self.found.append(f"{clicks[0].command}: {done} of two people did it: {said}")

    def _do(self, *clicks: Click) -> list[Outcome]:
        told = self.crew.do(*clicks)
        self.struck.update(one.struck for one in told if one.struck)
        self.found += [f"{clicks[0].command}: {one.told}" for one in told if one.told.startswith("error")]
        return told

    def _fault(self, points: tuple[str, ...] = POINTS[:3]) -> Fault:
        point, nth = self.draw.choice((*points, CUT)), self.draw.choice((1, 1, 2))
        fault = Fault(point, 1 if point.endswith("call") else nth)
        return fault if self.draw.random() < FAULTS else Fault()

    def _key(self) -> UUID:
        return UUID(int=self.draw.getrandbits(128), version=4)


def _is_now(subject: Any, state: str) -> bool:
    subject.refresh_from_db()
    return subject.state == state
