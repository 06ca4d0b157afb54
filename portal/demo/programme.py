"""The joint research programme in the demo: a call that was decided, one that is open, proposals in between."""

from datetime import timedelta
from decimal import Decimal

from accounts.policy import check_character
from evaluation import services as evaluation
from institutes.models import Institute
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import Firm, World
from projects import services
from projects.models import ProjectCall, Proposal
from projects.selectors import hints_to_answer
from projects.services.drafting import identity_fault
from records import clock

APPROVED, REFUSED, IN_BUDGET, AT_COUNTY, DRAFTED = 7, 9, 10, 3, 2
COUNTY = "经核实，单位证照齐全，联合协议真实有效，自筹资金已落实，同意推荐申报联合攻关专项。"
CHECKLIST = (
    "leader_unit", "partners", "agreement", "topic", "leader", "content", "budget", "integrity", "annexes",
)  # fmt: skip
SUBJECTS = {
    APPROVED: ("关键材料高纯制备", "痕量金属离子的深度去除", "批次之间纯度波动"),
    REFUSED: ("整机可靠性提升", "高低温循环下的焊点疲劳", "现场故障难以复现"),
    IN_BUDGET: ("核心工艺在线检测", "透射光谱与含水率的对应", "生产节拍下的误判"),
    DRAFTED: ("装备国产化替代", "关键部件的动态补偿", "长期运行的精度保持"),
}
SUBJECTS[AT_COUNTY] = SUBJECTS[IN_BUDGET]
"""Two firms propose nearly the same: county and bureau have to say whether it is one content."""


def texts(n: int) -> dict[str, str]:
    what, first, second = SUBJECTS[n]
    return {
        "background": f"我市产业链在{what}方面长期依赖外部供应，交货周期不稳。用户反映最集中的是{second}，直接影响"
        f"下游扩产。围绕{first}开展联合攻关，已列入本地龙头企业的年度技术需求清单，具备中试条件和应用场景。",
        "problems": f"一是{first}的机理尚不清楚，缺少可以在线获取的过程数据；二是{second}没有统一的评价办法，不同企业"
        f"各自为战；三是{what}从小试到中试放大后稳定性明显下降，需要联合上下游单位共同解决。",
        "route": f"第一阶段建立{first}的测试平台，取得三批以上完整数据；第二阶段据此修正模型，给出{second}"
        f"的控制上限；第三阶段在联合单位的产线上验证{what}方案，连续运行三个月后由第三方检测。",
        "innovation": f"把{first}由经验判断改为可以测量的指标，并与{second}直接关联；在{what}中首次采用前馈和反馈结合"
        "的控制办法，避免逐项试错，形成可以向同类企业推广的工艺窗口和检验规程，并对成员单位开放。",
        "outcome": f"形成{what}成套工艺一套、检测规程一项，申请发明专利两件，在不少于两家企业应用；{second}较现有水平"
        "改善三成以上，带动产业链上下游相关企业新增营业收入，并开放数据供研究院成员单位使用，培养工程技术人员。",
    }


class Programme:
    """The way of each proposal, at the moments when its people took the steps."""

    numbers: tuple[int, ...] = (APPROVED, REFUSED, IN_BUDGET, AT_COUNTY, DRAFTED)
    """Who proposes; firms go by their place in the table."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days

    def live(self) -> None:
        closed = self._call(3, 90, closes_in=30)
        for n in (APPROVED, REFUSED, IN_BUDGET):
            self._hand_in(self._fill(closed, n, 80), 76)
            self._recommend(n, 70)
            self._examine(n, 60)
        for n, score in ((APPROVED, "88.60"), (REFUSED, "71.20"), (IN_BUDGET, "83.40")):
            self._review(n, 45, Decimal(score))
        self._budget(APPROVED, 40)
        self._budget(REFUSED, 40)
        self._decide(closed, 30)
        with clock.at(self.days.ago(20, 9)):
            services.settle_publicities()
        now_open = self._call(4, 20, closes_in=45)
        self._hand_in(self._fill(now_open, AT_COUNTY, 6), 3)
        self._fill(now_open, DRAFTED, 2)

    def _engage(self, n: int) -> None:
        """Before the first call: for proposals and for final acceptances."""
        with clock.at(self.days.ago(114)):
            engagement = evaluation.draft_engagement(
                agency=self.world.agency,
                number=f"石科委托〔{clock.today().year}〕攻关{n + 1}号",
                title="产业技术研究院联合攻关项目评审和结题验收",
                begins_on=clock.today(),
                ends_on=self.days.today + timedelta(days=400),
                calls=[],
                kinds=["joint_project", "project_final"],
                scope="抽取专家，组织联合攻关项目立项评审、预算评审和结题验收。",
                contract=sample_pdf("联合攻关评审委托合同"),
                by=self.world["bureau_clerk"],
            )
            evaluation.approve_engagement(engagement=engagement, by=self.world["bureau_approver"])

    def _call(self, n: int, ago: int, *, closes_in: int) -> ProjectCall:
        """A guide with a topic for the chain of every firm that proposes, and the call that goes out by it."""
        moment = self.days.ago(ago)
        chains = {one.segment.chain_id: one.segment.chain for one in (self.firms[k] for k in self.numbers)}
        with clock.at(moment):
            year = clock.today().year
            guide = services.draft_guide(
                year=year,
                title=f"{year}年产业技术研究院联合攻关专项指南（第{n}批）",
                number=f"石科指〔{year}〕{n}号",
                foreword="围绕产业链共性关键技术，支持依托单位联合链上优势企业、高校和科研院所开展攻关。",
                topics=[
                    {
                        "chain": chain,
                        "code": f"{n}.{place}",
                        "title": f"{chain.name}共性关键技术",
                        "need": f"{chain.name}产业链上企业反映集中的共性技术难题。",
                        "targets": "形成可以量产的工艺或装备，在两家以上企业应用。",
                    }
                    for place, chain in enumerate(chains.values(), 1)
                ],
                by=self.world["bureau_clerk"],
            )
            call = services.draft_project_call(
                guide=guide,
                title=f"关于申报{year}年产业技术研究院联合攻关专项的通知（第{n}批）",
                number=f"石科专〔{year}〕{n}号",
                opens_at=moment,
                closes_at=moment + timedelta(days=closes_in),
                budget=Decimal("12000000.00"),
                text="请各依托单位对照年度指南组织申报，申报数量不限；一项研究内容只能申报一次。",
                by=self.world["bureau_clerk"],
            )
            return services.publish_project_call(project_call=call, by=self.world["bureau_approver"])

    def _of(self, n: int) -> Proposal:
        rows = Proposal.objects.select_related(
            "call__edition", "call__guide", "host", "division", "institute"
        )
        return rows.filter(host=self.firms[n].organisation).latest("pk")

    def _fill(self, call: ProjectCall, n: int, ago: int) -> Proposal:
        """Everything written and brought; of a draft the texts alone."""
        firm = self.firms[n]
        with clock.at(self.days.ago(ago, 10)):
            institute = Institute.objects.select_related("recognition").get(host=firm.organisation)
            proposal = services.begin_proposal(call=call, institute=institute, by=firm.filler)
            proposal = Proposal.objects.select_related("call__edition", "call__guide", "host").get(
                pk=proposal.pk
            )
            topic = call.guide.topics.get(chain=firm.segment.chain)
            for code, answers in self._answers(n, topic.pk).items():
                if n != DRAFTED or code in ("basics", "content"):
                    services.save_proposal_section(
                        proposal=proposal, section=code, changes=answers, version=0, by=firm.filler
                    )
            if n != DRAFTED:
                services.name_leader(proposal=proposal, id_number=identity(n), by=firm.filler)
                for kind in ("agreement", "commitment", "funds"):
                    services.attach_proposal_files(
                        proposal=proposal, kind=kind, uploads=[sample_pdf(f"{kind}{n}")], by=firm.filler
                    )
        return proposal

    def _answers(self, n: int, topic: int) -> dict[str, dict[str, object]]:
        return answers_of(n, topic)

    def _hand_in(self, proposal: Proposal, ago: int) -> None:
        firm = next(one for one in self.firms.values() if one.organisation.pk == proposal.host_id)
        with clock.at(self.days.ago(ago, 10)):
            services.hand_up_proposal(project_proposal=proposal, by=firm.filler)
        with clock.at(self.days.ago(ago, 15)):
            services.hand_in_proposal(project_proposal=proposal, by=firm.admin)

    def _recommend(self, n: int, ago: int) -> None:
        county, proposal = self.world.county_of(self.firms[n]), self._of(n)
        with clock.at(self.days.ago(ago, 10)):
            for item in proposal.call.edition.terms["lookups"]:
                services.record_project_lookup(
                    proposal=proposal,
                    item=item["code"],
                    result="clear",
                    checked_on=clock.today(),
                    source="示例信用查询平台",
                    evidence=sample_pdf(f"{item['label']}查询攻关{n}"),
                    by=county.staff,
                )
            services.give_project_opinion(
                project_proposal=proposal,
                stand="recommend",
                opinion=COUNTY,
                hints=answered(proposal),
                by=county.staff,
            )
            services.sign_project_opinion(project_proposal=proposal, by=county.lead)

    def _examine(self, n: int, ago: int) -> None:
        marks = dict.fromkeys(CHECKLIST, ("met", ""))
        with clock.at(self.days.ago(ago, 10)):
            proposal = self._of(n)
            services.propose_project_formal(
                project_proposal=proposal,
                marks=marks,
                finding="pass",
                hints=answered(proposal),
                by=self.world["bureau_clerk"],
            )
            services.confirm_project_pass(
                project_proposal=proposal, agency=self.world.agency, by=self.world["bureau_approver"]
            )

    def _review(self, n: int, ago: int, score: Decimal) -> None:
        with clock.at(self.days.ago(ago, 15)):
            services.record_project_review(
                proposal=self._of(n),
                score=score,
                passed=True,
                opinion="选题符合指南，技术路线可行，联合单位分工明确，指标可以考核。",
                tie_break=Decimal("20.00"),
                by=self.world["agency"],
            )

    def _budget(self, n: int, ago: int) -> None:
        with clock.at(self.days.ago(ago, 15)):
            proposal = self._of(n)
            services.review_budget(
                project_proposal=proposal,
                lines={line.code: (line.grant, "") for line in proposal.budget_lines.all()},
                reviewer="示例财务专家（示例会计师事务所）",
                opinion="预算与任务相称，科目合规，自筹资金有证明。",
                by=self.world["agency"],
            )

    def _decide(self, call: ProjectCall, ago: int) -> None:
        found = ProjectCall.objects.select_related("edition").get(pk=call.pk)
        grant = found.edition.money("amount")
        with clock.at(self.days.ago(ago, 10)):
            decision = services.draft_project_decision(
                call=found,
                minute_number=f"石科局务会纪要〔{clock.today().year}〕攻关3号",
                meeting_on=clock.today(),
                items=[
                    {"proposal": self._of(APPROVED), "outcome": "shortlist", "grant": grant, "reason": ""},
                    {
                        "proposal": self._of(REFUSED),
                        "outcome": "reject",
                        "reason": "与产业链共性需求结合不够，建议充实应用单位后另行申报。",
                    },
                ],
                by=self.world["bureau_clerk"],
            )
            services.release_project_decision(project_decision=decision, by=self.world["bureau_approver"])


def answered(proposal: Proposal) -> dict[int, tuple[str, str]]:
    """What reads alike is the form of words: the subjects differ."""
    ground = "研究对象、机理和考核指标均不同，相同的是通用表述。"
    return {hint.pk: ("different", ground) for hint in hints_to_answer(proposal)}


def identity(n: int) -> str:
    """An identity number that is well formed and nobody's."""
    body = f"13010219800101{n:03d}"
    return next(body + last for last in "0123456789X" if not identity_fault(body + last))


def answers_of(n: int, topic: int) -> dict[str, dict[str, object]]:
    """The boxes of a whole proposal by path, as a unit would fill them in."""
    body = f"12130000{n + 980:08d}X"
    rows = {"纯度": "99.99", "良率": "95", "应用企业": "2"}
    lines = {"equipment": ("600000.00", "700000.00"), "materials": ("300000.00", "300000.00")}
    lines |= {"labour": ("100000.00", "0.00")}
    lines |= dict.fromkeys(
        ("testing", "fuel", "travel", "publication", "consulting", "other"), ("0.00", "0.00")
    )
    people = (("示例乙", "示例大学", "教授", "机理和模型"), ("示例丙", "示例企业", "高级工程师", "中试验证"))
    return {
        "basics": {
            "title": f"{SUBJECTS[n][0]}共性技术联合攻关" + ("（二期）" if n == AT_COUNTY else ""),
            "topic": topic,
            "months": 24,
            "summary": f"围绕{SUBJECTS[n][1]}联合攻关，形成成套工艺和检测规程，在两家以上企业应用。",
        },
        "leader": {
            "leader_name": f"示例负责人{n}",
            "leader_birth": "1980-01-01",
            "leader_title": "正高级工程师",
            "leader_field": SUBJECTS[n][0],
            "mobile": f"138000000{n:02d}",
            **{
                f"people-{place}-{name}": value
                for place, row in enumerate(people)
                for name, value in zip(("name", "unit", "title", "task"), row, strict=True)
            },
        },
        "partners": {
            "partners-0-name": "示例大学",
            "partners-0-kind": "university",
            "partners-0-uscc": body + check_character(body),
            "partners-0-task": "承担机理研究、模型和检测方法，提供公共测试平台。",
            "partners-0-signed_on": (clock.today() - timedelta(days=20)).isoformat(),
            "partners-0-money": "200000.00",
            "sharing": "各自独立完成的归各自所有，共同完成的按投入共有，收益按协议分配。",
        },
        "content": dict(texts(n)),
        "targets": {
            f"targets-{place}-{name}": value
            for place, (label, amount) in enumerate(rows.items())
            for name, value in (
                ("kind", "indicator"),
                ("name", label),
                ("value", amount),
                ("unit", "%" if place < 2 else "家"),
                ("proof", "第三方检测报告"),
            )
        }
        | {
            "milestones-0-name": "完成小试和测试平台",
            "milestones-0-month": 12,
            "milestones-0-midterm": "yes",
            "milestones-1-name": "完成中试和产线验证",
            "milestones-1-month": 24,
            "milestones-1-midterm": "no",
        },
        "budget": {
            f"lines-{code}-{source}": amount
            for code, amounts in lines.items()
            for source, amount in zip(("grant", "own"), amounts, strict=True)
        }
        | {"note": "设备费为在线检测设备两台，材料费按三个批次测算；自筹资金来自企业研发准备金。"},
        "commitment": {"promises": ["truthful", "no_duplicate_funding", "own_funds", "data_use"]},
    }
