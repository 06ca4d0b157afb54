"""A believable year: three calls, every state of recognition and of money. Lived by calling services only."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from evaluation import services as evaluation
from funding import services as funding
from institutes import services as institutes
from institutes.models import Application, Call
from institutes.selectors import recognitions_without_notice
from notices.models import Objection, PublicNoticeItem
from portal.demo.afterwards import Afterwards
from portal.demo.books import fill, sample_pdf
from portal.demo.clawbacks import Clawbacks
from portal.demo.halfway import Halfway
from portal.demo.histories import give_histories
from portal.demo.lanes import Lanes, Step
from portal.demo.payments import PAID_AND_LAPSED as LAST_YEAR
from portal.demo.payments import Payments
from portal.demo.policies import Policies
from portal.demo.pool import Pool
from portal.demo.proposals import Proposals
from portal.demo.publicity import extend_a_publicity, first_day_of_publicity
from portal.demo.rounds import Rounds
from portal.demo.steps import ZONE, Days, Steps, after
from portal.demo.substance import GUIDE
from portal.demo.visits import Visits
from portal.demo.world import FIRMS, Firm, Founding
from records import calendar, clock

# Which firm stands where at the end. Numbers are places in the table of firms.
FIRST_BATCH = (7, 8, 9, 10, 11, 12, 13)
EARLY_IN_SECOND = (2, 3, 4, 5, 6, 35)
REFUSED = {"county": 16, "review": 18, "decision": 19, "objection": 20, "withdrawn": 21}
BROUGHT_ITS_SUPPLEMENT, FAILED_FORMAL = 36, (17, 25)
LONGER_IN_PUBLIC = 37
WAITS_FOR_ITS_COUNTY = 38


class Year:
    """Lives the year step by step; ``say`` hears how far it is."""

    def __init__(self, *, today: date, say) -> None:
        self.days, self.today, self.say = Days(today), today, say
        self.founding = Founding()
        self.firms: dict[int, Firm] = {}
        self.applications: dict[int, Application] = {}

    def live(self) -> None:
        with clock.at(self.days.went_live()):
            self.world = self.founding.found()
        self.steps, self.visits = Steps(self.world), Visits(self.world, self.days)
        self.payments = Payments(self.steps, self.firms, self.days)
        self._register_firms()
        self.lanes = Lanes(self.steps, self.firms)
        give_histories(self.world, self.days)
        self.say("offices, counties, experts and firms")
        self._year_before()
        self.say("last year's call")
        self._first_call()
        self.say("this year's first call")
        self.payments.of_the_first_batch()
        self.say("money")
        self._running_call()
        self.money.result()
        self.lanes.close()
        self.say("the running call")
        for each in (Afterwards, Clawbacks, Rounds, Halfway):
            each(self.world, self.firms, self.days).live()
        self.say("changes, stops, revocations, money claimed back, rounds of evaluation")
        for office in (Proposals, Pool, Policies):
            office(self.world, self.days).live()
        self.say("proposals for the map of chains, cultivation pools and policies of the counties")
        self.founding.own_their_passwords()

    def _register_firms(self) -> None:
        for n in range(1, len(FIRMS)):
            month, day = (2, 10 + n % 15) if n in LAST_YEAR else (3, 1 + n % 25)
            with after(self.days.last_year(month, day), n):
                self.firms[n] = self.founding.register_firm(n)
        with clock.at(self.days.ago(2)):
            self.founding.firm_that_waits(WAITS_FOR_ITS_COUNTY)

    # --- calls --------------------------------------------------------------------------------------------------

    def _call(self, title: str, number: str, *, opens: datetime, closes: datetime) -> Call:
        with clock.at(opens - timedelta(days=2)):
            call = institutes.draft_call(
                title=title,
                number=number,
                year=opens.year,
                opens_at=opens,
                closes_at=closes,
                guide=GUIDE,
                by=self.world["bureau_clerk"],
            )
            self._attach_guide(call)
        with clock.at(opens - timedelta(days=1)):
            institutes.publish_call(call=call, by=self.world["bureau_approver"])
        return call

    def _engage(self, call: Call, n: int, *, until: date) -> None:
        """Engage the agency for the call, a week after it opened."""
        with clock.at(call.opens_at + timedelta(hours=3)):
            self.steps.engage(call, f"石科委托〔{call.year}〕{n}号", until=until)

    def _give_up_an_engagement(self, call: Call) -> None:
        """Another agency was engaged for the first call, and its engagement ended before its time."""
        agency, year = self.world.former_agency, call.year
        with clock.at(call.opens_at + timedelta(hours=4)):
            until = date(year, 12, 31)
            engagement = self.steps.engage(call, f"石科委托〔{year}〕2号", until=until, agency=agency)
        reason = "该机构承担的其他评审与申报单位存在业务往来，不宜继续承担本批次评审。"
        with clock.at(call.opens_at + timedelta(days=20)):
            evaluation.end_engagement(engagement=engagement, reason=reason, by=self.world["bureau_approver2"])

    def _attach_guide(self, call: Call) -> None:
        """The files of the guide, one of them in its second version."""
        clerk, form = self.world["bureau_clerk"], "示例申报书样表及填写说明"
        first = institutes.attach_guide_file(call=call, file=sample_pdf(form), by=clerk)
        institutes.attach_guide_file(call=call, file=sample_pdf("示例承诺书格式"), by=clerk)
        institutes.attach_guide_file(call=call, file=sample_pdf(f"{form}（修订）"), by=clerk, replaces=first)

    def _call_in_preparation(self) -> None:
        """The next call waits for its approver, who can look at the preview."""
        year, opens = self.today.year + 1, self.today + timedelta(days=40)
        with clock.at(self.days.ago(1, 10)):
            call = institutes.draft_call(
                title=f"关于组织申报{year}年度第一批市级产业技术研究院的通知",
                number=f"石科函〔{self.today.year}〕19号",
                year=year,
                opens_at=datetime.combine(opens, time(8), ZONE),
                closes_at=datetime.combine(opens + timedelta(days=45), time(17), ZONE),
                guide=GUIDE,
                by=self.world["bureau_clerk"],
            )
            self._attach_guide(call)

    def _each(self, numbers, moment: datetime, step) -> None:
        """Take ``step`` for each firm, a few minutes apart."""
        for order, n in enumerate(numbers):
            self._take(step, n, moment, 7 * order)

    def _beside(self, numbers, moment: datetime, step: str, more=lambda n: ()) -> list:
        """The same for steps that ask nothing of one another, and so need not wait for one another."""
        return self.lanes.take(
            Step(step, moment + timedelta(minutes=7 * order), n, self.applications.get(n), more(n))
            for order, n in enumerate(numbers)
        )

    def _take(self, step, n: int, moment: datetime, minutes: int) -> None:
        with after(moment, minutes):
            application = self.applications.get(n)
            if application is not None:
                application.refresh_from_db()
            step(n, application, self.firms[n])

    def _apply(self, numbers, call: Call, moment: datetime) -> None:
        applied = self._beside(numbers, moment, "apply", lambda n: (call,))
        self.applications |= dict(zip(numbers, applied, strict=True))
        self._each(numbers, moment + timedelta(hours=5), lambda n, a, f: self.steps.report(a, f))

    def _to_decision(self, numbers, moments, *, share=lambda n: f"0.{78 + n % 14}") -> None:
        """From the county's desk to the decision: recommendation, formal review, experts, visit."""
        county, formal, review, visit = moments
        self._beside(numbers, county, "recommend")
        self._beside(numbers, formal, "pass_formal")
        self._beside(numbers, review, "review", lambda n: (share(n),))
        self._each(numbers, visit, lambda n, a, f: self.steps.visit(a))

    def _shortlist(self, numbers, minute: str, moment: datetime) -> None:
        chosen = [self.applications[n] for n in numbers]
        with clock.at(moment):
            self.steps.decide(chosen[0].call, minute, chosen)

    def _recognise(self, moment: datetime) -> None:
        """What the clock does once a notice has run its days."""
        with clock.at(moment):
            institutes.recognise_what_has_run()
        with after(moment, 5):
            funding.propose_awards()

    def _hand_out(self, number: str, moment: datetime) -> None:
        """Name whoever was recognised on a joint notice; those of the running call still wait for theirs."""
        with clock.at(moment):
            institutes.order_certificates(
                recognitions=list(recognitions_without_notice()),
                number=number,
                by=self.world["bureau_approver"],
            )

    # --- the year before ----------------------------------------------------------------------------------------

    def _year_before(self) -> None:
        year = self.today.year - 1
        call = self._call(
            f"关于组织申报{year}年度市级产业技术研究院的通知",
            f"石科函〔{year}〕1号",
            opens=self.days.last_year(4, 1, 8),
            closes=self.days.last_year(5, 15, 17),
        )
        self._engage(call, 1, until=date(year, 12, 31))
        self._apply(LAST_YEAR, call, self.days.last_year(4, 20))
        moments = (
            self.days.last_year(5, 6),
            self.days.last_year(5, 19),
            self.days.last_year(6, 4),
            self.days.last_year(6, 16),
        )
        self._to_decision(LAST_YEAR, moments)
        self.visits.report(call, self.days.last_year(6, 18), accepted=True)
        self._shortlist(LAST_YEAR, f"石科党组纪要〔{year}〕9号", self.days.last_year(6, 23))
        self._recognise(self.days.last_year(7, 3, 0))
        self._hand_out(f"石科〔{year}〕28号", self.days.last_year(7, 8))
        self.payments.of_the_year_before()

    # --- this year's first call ---------------------------------------------------------------------------------

    def _first_call(self) -> None:
        ago, year = self.days.ago, self.today.year
        self.call = self._call(
            f"关于组织申报{year}年度第一批市级产业技术研究院的通知",
            f"石科函〔{year}〕1号",
            opens=ago(230, 8, 0),
            closes=ago(190, 17, 0),
        )
        with clock.at(ago(229)):
            evaluation.expire_engagements()
        self._engage(self.call, 1, until=self.today + timedelta(days=40))
        self._give_up_an_engagement(self.call)
        everybody = (*FIRST_BATCH, *REFUSED.values(), *FAILED_FORMAL)
        self._apply(everybody, self.call, ago(205, 8, 40))
        self._leave_at_the_county()
        onward = [n for n in everybody if n not in (REFUSED["county"], REFUSED["withdrawn"])]
        self._beside(onward, ago(192, 8, 40), "recommend")
        self._each(FAILED_FORMAL, ago(182), lambda n, a, f: self.steps.fail_formal(a))
        onward = [n for n in onward if n not in FAILED_FORMAL]
        self._beside(onward, ago(181, 8, 40), "pass_formal")
        share = {REFUSED["review"]: "0.52", REFUSED["decision"]: "0.64"}
        self._beside(onward, ago(160, 8, 40), "review", lambda n: (share.get(n, f"0.{75 + n}"),))
        onward.remove(REFUSED["review"])
        self._each(onward, ago(145, 8, 40), lambda n, a, f: self.steps.visit(a))
        onward.remove(REFUSED["decision"])
        self._decide(onward, ago(135))

    def _leave_at_the_county(self) -> None:
        self._each([REFUSED["county"]], self.days.ago(196), lambda n, a, f: self.steps.refuse_at_county(a, f))
        self._each([REFUSED["withdrawn"]], self.days.ago(195), lambda n, a, f: self.steps.withdraw(a, f))

    def _decide(self, shortlisted: list[int], moment: datetime) -> None:
        year, rejected = self.today.year, self.applications[REFUSED["decision"]]
        reason = "与已认定研究院方向重复，产业带动作用不足。"
        with clock.at(moment):
            self.steps.decide(
                self.call,
                f"石科党组纪要〔{year}〕7号",
                [self.applications[n] for n in shortlisted],
                [(rejected, "overlap", reason)],
            )
        self._object(REFUSED["objection"], moment + timedelta(days=2), upheld=True)
        self._recognise(moment + timedelta(days=15))
        self._hand_out(f"石科〔{year}〕31号", moment + timedelta(days=18))

    def _object(self, n: int, moment: datetime, *, upheld: bool | None) -> None:
        """Somebody objects; with ``upheld`` None the finding is still open."""
        with clock.at(moment):
            objection = self.steps.object_to(self.applications[n])
        with clock.at(moment + timedelta(hours=3)):
            institutes.take_up_objection(objection=objection, by=self.world["bureau_clerk"])
        if upheld is not None:
            with clock.at(moment + timedelta(days=5)):
                self.steps.find_on(objection, upheld=upheld)
            with clock.at(moment + timedelta(days=5, hours=4)):
                self.steps.decide_on(objection, upheld=upheld)

    # --- the running call ---------------------------------------------------------------------------------------

    def _running_call(self) -> None:
        ago, year, steps = self.days.ago, self.today.year, self.steps
        self.visits.report(self.call, ago(2, 9), accepted=False)
        self.call = self._call(
            f"关于组织申报{year}年度第二批市级产业技术研究院的通知",
            f"石科函〔{year}〕14号",
            opens=ago(60, 8, 0),
            closes=datetime.combine(calendar.add_working_days(self.today, 9), time(17), ZONE),
        )
        with clock.at(ago(58, 8)):
            evaluation.expire_engagements()
        self._engage(self.call, 3, until=self.today + timedelta(days=150))
        self._early_birds()
        far = (28, 29, 30, 31, 32, 34)
        self._apply((*far, LONGER_IN_PUBLIC), self.call, ago(52, 8, 40))
        self._to_decision([LONGER_IN_PUBLIC], (ago(42, 12), ago(33, 12), ago(29), ago(24)))
        self._beside(far, ago(42, 8, 40), "recommend")
        self._each(far, ago(42, 11), lambda n, a, f: steps.rank(a, f))
        self._beside((29, 30, 31, 32), ago(33, 8, 40), "pass_formal")
        self._beside((28, 34), ago(31, 8, 40), "find")
        reviews = {30: steps.review_apart, 31: steps.review_with_changes, 32: steps.review}
        self._each((32, 30, 31), ago(22, 8, 40), lambda n, a, f: reviews[n](a))
        self._beside((28, 34), ago(20, 8, 40), "confirm_formal")
        self._each((31, 32), ago(14, 8, 40), lambda n, a, f: steps.visit(a))
        self.visits.recorded(self.applications[30], 14)
        self._apply((24, 25, 26, 27), self.call, ago(13, 8, 40))
        self._each([29], ago(10, 8, 40), lambda n, a, f: steps.review(a, "0.79"))
        self.visits.planned(self.applications[29])
        self._beside((25, 26, 27), ago(8, 8, 40), "recommend")
        self._panel_under_way(28)
        with clock.at(ago(1, 16)):
            self.applications[34].refresh_from_db()
            steps.open_panel(self.applications[34])
        shown = first_day_of_publicity(self.call, last=ago(1).date())
        self._shortlist([LONGER_IN_PUBLIC], f"石科党组纪要〔{year}〕20号", shown)
        self._shortlist([31, 32], f"石科党组纪要〔{year}〕21号", ago(3))
        self._object(32, ago(2), upheld=None)
        with clock.at(ago(1, 11)):
            steps.draft_decisions(self.call, f"石科党组纪要〔{year}〕22号", [self.applications[30]])
        self._objections_of_every_kind(31, 32)
        self._desks_of_officers()
        until = datetime.combine(self.today + timedelta(days=20), time(17), ZONE)
        self.steps.extend(
            self.call, until=until, drafted=self.days.ago(6, 10), published=self.days.ago(4, 16)
        )
        self._drafts()
        self._call_in_preparation()
        extend_a_publicity(self.applications[LONGER_IN_PUBLIC], self.world, today=self.today)

    def _objections_of_every_kind(self, corrected: int, asked: int) -> None:
        """One published again as corrected, one that waits for an original; one asked of its unit, one refused."""
        ago, steps = self.days.ago, self.steps
        with clock.at(ago(2, 13)):
            partly, answered, beside = (
                steps.object_to(self.applications[n]) for n in (corrected, asked, asked)
            )
        with clock.at(ago(2, 15)):
            for objection in (partly, answered):
                institutes.take_up_objection(objection=objection, by=self.world["bureau_clerk"])
            steps.refuse(beside)
            steps.ask_unit(answered)
        with clock.at(ago(1, 9)):
            steps.answer_for_unit(answered, self.firms[asked])
            steps.find_on(answered, upheld=False)
            steps.correct(partly)
        with clock.at(ago(1, 15)):
            steps.decide_on(answered, upheld=False)
            steps.decide_partly(partly)
            self._ask_again(asked)
            steps.ask_for_original(steps.object_to(self.applications[corrected]))

    def _ask_again(self, n: int) -> None:
        """The objection that is still open: its unit has been asked and has not answered yet."""
        items = PublicNoticeItem.objects.about(self.applications[n])
        for objection in Objection.objects.filter(item__in=items).handled():
            self.steps.ask_unit(objection)

    def _early_birds(self) -> None:
        """Who applied at once is recognised already; their money is on the officers' desks."""
        ago = self.days.ago
        self._apply(EARLY_IN_SECOND, self.call, ago(59, 8, 40))
        self._to_decision(EARLY_IN_SECOND, (ago(56, 8, 40), ago(51, 8, 40), ago(46, 8, 40), ago(41, 8, 40)))
        self._shortlist(EARLY_IN_SECOND, f"石科党组纪要〔{self.today.year}〕18号", ago(38))
        self._recognise(ago(24, 1, 0))
        self.money = self.lanes.begin(self.payments.early_birds)

    def _panel_under_way(self, n: int) -> None:
        """Experts at work: two have locked, one is writing, one has accepted, one was not heard of yet."""
        with clock.at(self.days.ago(2)):
            self.applications[n].refresh_from_db()
            panel = self.steps.draw(self.applications[n])
        seats = list(panel.assignments.select_related("expert__user", "panel__edition"))
        seats.sort(
            key=lambda seat: seat.expert.user.username == "expert"
        )  # whose desk shall show what comes first
        for order, seat in enumerate(seats[:3]):
            with after(self.days.ago(1, 14), 11 * order):
                self.steps.score(seat, Decimal("0.80") + Decimal(order) / 50, lock=order < 2)
        with after(self.days.ago(1, 14), 60):
            evaluation.accept_assignment(assignment=seats[-1], by=seats[-1].expert.user)

    def _desks_of_officers(self) -> None:
        ago, steps = self.days.ago, self.steps
        again = [BROUGHT_ITS_SUPPLEMENT]
        self._apply(again, self.call, ago(30, 8, 40))
        self._each(again, ago(25), lambda n, a, f: steps.recommend(a, f))
        self._each(again, ago(13), lambda n, a, f: steps.ask_for_supplement(a))
        self._each(again, ago(9), lambda n, a, f: steps.bring_supplement(a, f))
        self._each([27], ago(4), lambda n, a, f: steps.ask_for_supplement(a))
        self._each([26], ago(3), lambda n, a, f: steps.find(a))
        self._each([24], ago(2), lambda n, a, f: steps.propose(a, f))
        self._apply([23, 33], self.call, ago(9))
        self._each([23], ago(5), lambda n, a, f: steps.look_up(a, f, first=2))
        self._each([33], ago(6), lambda n, a, f: steps.send_back(a, f))

    def _drafts(self) -> None:
        """One is with its unit's administrator, one is half filled in."""
        with clock.at(self.days.ago(1)):
            self.applications[22] = self.steps.apply(self.call, self.firms[22], 22)
        with clock.at(self.days.ago(1, 14)):
            draft = self.applications[1] = self.steps.begin(self.call, self.firms[1])
            left = frozenset({"base", "plan", "budget", "services", "commitment"})
            fill(draft, self.firms[1], 1, today=clock.today(), but=left)
