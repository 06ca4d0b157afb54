"""A call of the joint research programme, from the guide to the decision, through the pages of those concerned."""

from datetime import timedelta
from decimal import Decimal

from evaluation.models import Panel
from evaluation.tasks import sweep_packages
from institutes.models import IndustryChain
from portal.demo.books import sample_pdf
from portal.demo.programme import APPROVED, answers_of, identity
from projects import book
from projects.models import ProjectCall, ProjectDecision, Proposal
from tests.journeys.units import Unit, Year
from tests.journeys.walk import COMMENT, OPINION, as_typed, name_of
from tests.projects.texts import SUBJECTS, at_length

FINANCE_EXPERT = "示例财务专家（示例会计师事务所）"


class Programme(Year):
    """The city's offices, the units that propose, and the one call they propose in."""

    kinds = ("joint_project",)
    call_url = panel_url = ""

    @property
    def call(self) -> ProjectCall:
        return ProjectCall.objects.select_related("edition", "guide").get()

    def unit_of(self, proposal: Proposal) -> Unit:
        return next(one for one in self.units if one.firm.organisation.pk == proposal.host_id)

    def proposals(self) -> list[Proposal]:
        """In the order in which they were handed in."""
        rows = Proposal.objects.select_related(
            "call__edition", "call__guide", "host", "division", "institute"
        )
        return list(rows.order_by("handed_in_at", "pk"))

    # --- guide, call, engagement ------------------------------------------------------------------------------------

    def call_for_proposals(self, budget: Decimal) -> None:
        """A guide with a topic for every chain, a call by it, and an agency engaged for its reviews."""
        clerk, approver = self["bureau_clerk"], self["bureau_approver"]
        with self.hour(8):
            clerk.send(clerk.open("/projects/guides/new/"), **guide_typed())
            page = clerk.open("/projects/calls/new/")
            self.call_url = clerk.send(
                page,
                guide=next(value for value in page.form().options["guide"] if value),
                title="关于申报2026年产业技术研究院联合攻关专项的通知",
                number="石科专〔2026〕1号",
                opens_at=f"{self.day}T08:00",
                closes_at=f"{self.day + timedelta(days=30)}T17:00",
                budget=str(budget),
                text="请各依托单位对照年度指南组织申报，申报数量不限。",
            ).path
        with self.hour(8, 30):
            approver.send(approver.open(self.call_url), "/publish/")
        with self.hour(8, 40):
            page = clerk.open("/engagements/new/")
            engagement = clerk.send(
                page,
                agency=page.form().choice("agency", self.world.agency.name),
                title="联合攻关项目评审",
                number="示例委托合同〔2026〕攻关1号",
                begins_on=self.day.isoformat(),
                ends_on=(self.day + timedelta(days=1200)).isoformat(),
                kinds=["joint_project", "project_final"],
                contract=sample_pdf("评审委托合同"),
            ).path
        with self.hour(8, 50):
            approver.take(engagement, "approve")

    # --- the unit ---------------------------------------------------------------------------------------------------

    def propose(self, unit: Unit, n: int, *, like: int | None = None) -> str:
        """Section by section, the leader, the annexes; handed up and handed in. The address of the case."""
        with self.hour(9, 30):
            filler, admin = unit.filler, unit.admin
            page = filler.open(filler.open(self.call_url).link("/propose/"))
            url = filler.send(page).path.partition("sections/")[0]
        with self.hour(10):
            declared = book.of_edition("2022")
            topic = self.call.guide.topics.get(chain=unit.firm.segment.chain)
            whole = written(n, topic.pk, like=like)
            whole["content"]["route"] += (
                f"由{'·'.join(unit.firm.organisation.short_name)}牵头。"  # as people give away
            )
            for code, typed in whole.items():
                page = filler.open(f"{url}sections/{code}/")
                filler.send(page, go="stay", **as_typed(declared.section(code), typed))
            filler.send(filler.open(f"{url}leader/"), id_number=identity(n))
            for kind in ("agreement", "commitment", "funds"):
                page = filler.open(f"{url}files/")
                filler.send(page, kind=kind, uploads=[sample_pdf(f"{kind}{n}")])
        with self.hour(14):
            filler.send(filler.open(url), "/hand_up/")
        with self.hour(15):
            admin.send(admin.open(url), "/hand_in/")
        return url

    # --- county and bureau ------------------------------------------------------------------------------------------

    def opine(self, proposal: Proposal, *, stand: str = "recommend", same: bool = False) -> None:
        """The county looks the unit up, answers what reads alike, and its leader signs."""
        county, url = self.unit_of(proposal).county, proposal.get_absolute_url()
        staff, lead = self[county.staff.username], self[county.lead.username]
        with self.hour(9):
            for item in proposal.call.edition.terms["lookups"] if stand == "recommend" else ():
                staff.send(
                    staff.open(f"{url}lookups/"),
                    item=item["code"],
                    result="clear",
                    checked_on=self.day.isoformat(),
                    source="示例信用查询平台",
                    evidence=sample_pdf(f"{item['label']}查询{proposal.pk}"),
                )
            page = staff.open(url)
            hints = dict.fromkeys(names_of(page, "hint_"), "same" if same else "different")
            hints |= dict.fromkeys(names_of(page, "note_"), "逐段对照技术路线和考核指标得出。")
            staff.send(page, "/give_opinion/", stand=stand, opinion=OPINION, **hints)
        with self.hour(11):
            lead.send(lead.open(url), "/sign/" if stand == "recommend" else "/refuse/")

    def examine(self, proposal: Proposal) -> None:
        """The clerk finds everything in order, another person confirms and hands it to the agency."""
        clerk, approver, url = self["bureau_clerk"], self["bureau_approver"], proposal.get_absolute_url()
        with self.hour(10):
            items = proposal.call.edition.terms["checklist"]
            page = clerk.open(url)
            clerk.send(
                page, "/propose_formal/", marks_mark=["met"] * len(items), finding="pass", opinion="齐全。"
            )
        with self.hour(15):
            page = approver.open(url)
            agency = page.form("/confirm_pass/").choice("agency", self.world.agency.name)
            approver.send(page, "/confirm_pass/", agency=agency)

    # --- experts ----------------------------------------------------------------------------------------------------

    def open_project_panel(self, proposal: Proposal) -> Panel:
        """Opened by the agency; the bureau masks what the portal found and freezes the blinded package."""
        agency, clerk = self["agency"], self["bureau_clerk2"]
        with self.hour(9):
            self.panel_url = agency.send(agency.open("/panels/"), f"/panels/open/{proposal.pk}/").path
            sweep_packages()
        panel = Panel.objects.select_related("package", "edition").get(
            kind="joint_project", case_id=proposal.pk
        )
        with self.hour(9, 30):
            url = panel.package.get_absolute_url()
            masks = [link for link in clerk.open(url).links if "/moves/mask/" in link]
            assert masks, "nothing that tells whose it is was found"
            for link in masks:
                clerk.send(clerk.open(link), "/moves/mask/", replacement="某处")
            clerk.take(url, "freeze")
        return panel

    def judge(self, panel: Panel, share: str = "0.90") -> None:
        """Drawn by lot; every expert signs, reads, scores and locks; the agency puts it together."""
        agency = self["agency"]
        with self.hour(10):
            agency.take(self.panel_url, "pledge")
        with self.hour(11):
            agency.take(self.panel_url, "draw")
        for username in panel.assignments.live().values_list("expert__user__username", flat=True):
            self.score_project(panel, username, share)
        self.pass_days()
        with self.hour(9):
            agency.take(self.panel_url, "conclude", opinion=COMMENT)

    def score_project(self, panel: Panel, username: str, share: str) -> None:
        expert = self[username]
        with self.hour(12):
            url = expert.open("/assignments/").link(r"/assignments/\d+/$")
            expert.take(url, "commit", confidential="on", no_conflict="on", signature=name_of(username))
            typed = {}
            for item in panel.edition.sheet:
                points = (Decimal(str(item["full_mark"])) * Decimal(share)).quantize(Decimal("0.1"))
                typed |= {f"{item['code']}_points": str(points), f"{item['code']}_comment": COMMENT}
            page = expert.send(expert.open(url), "/sheet/", then="lock", **typed)
        with self.hour(15):
            expert.send(page, "/moves/lock/")

    def review_budget(self, proposal: Proposal, accepted: dict[str, Decimal]) -> None:
        """The agency enters line by line what the finance expert justifies; ``accepted`` names the lines that lose."""
        agency = self["agency"]
        with self.hour(10):
            page = agency.open(proposal.get_absolute_url())
            lines = list(proposal.budget_lines.all())
            agency.send(
                page,
                "/review_budget/",
                lines_accepted=[str(accepted.get(line.code, line.grant)) for line in lines],
                lines_reason=["测算依据不足，核减。" if line.code in accepted else "" for line in lines],
                reviewer=FINANCE_EXPERT,
                opinion="预算与任务相称，科目合规，自筹资金有证明。",
                evidence=sample_pdf(f"预算评审意见{proposal.pk}"),
            )

    # --- the decision -----------------------------------------------------------------------------------------------

    def decide(self, places: int) -> ProjectDecision:
        """The first of the ranking are supported with what the budget review accepted, the others refused."""
        clerk, approver = self["bureau_clerk"], self["bureau_approver"]
        with self.hour(10):
            page = clerk.open(clerk.open(f"{self.call_url}ranking/").link("/projects/decisions/new/"))
            waiting = len(page.form("/projects/decisions/new/").values["items_item"])
            done = clerk.send(
                page,
                "/projects/decisions/new/",
                minute_number="石科局务会纪要〔2026〕攻关1号",
                meeting_on=self.day.isoformat(),
                items_outcome=["shortlist"] * places + ["reject"] * (waiting - places),
                items_reason=[""] * places + ["额度所限，按专家得分未列入。"] * (waiting - places),
            )
        with self.hour(15):
            approver.send(approver.open(done.path), "/release/")
        return ProjectDecision.objects.get()


def names_of(page, start: str) -> list[str]:
    """The boxes about likenesses that the county's form has."""
    return sorted(
        name for form in page.forms_to("/give_opinion/") for name in form.names if name.startswith(start)
    )


def guide_typed() -> dict[str, object]:
    chains = list(IndustryChain.objects.filter(code__in=CHAINS).order_by("pk"))
    return {
        "year": "2026",
        "title": "2026年产业技术研究院联合攻关专项指南",
        "number": "石科指〔2026〕1号",
        "foreword": "围绕产业链共性关键技术开展联合攻关。",
        "topics_chain": [str(one.pk) for one in chains],
        "topics_code": [f"1.{n}" for n, _one in enumerate(chains, 1)],
        "topics_title": [f"{one.name}共性关键技术" for one in chains],
        "topics_need": ["产业链上企业反映集中的共性技术难题。"] * len(chains),
        "topics_targets": ["形成可以量产的工艺或装备。"] * len(chains),
    }


CHAINS = ("electronic_information", "biomedicine", "equipment", "food")


def written(n: int, topic: int, *, like: int | None = None) -> dict[str, dict[str, object]]:
    """The boxes of a whole proposal by path: a subject of its own, or (``like``) what another one says."""
    found = answers_of(APPROVED, topic)
    found["basics"] |= {"title": f"{SUBJECTS[n][0]}联合攻关"}
    found["leader"] |= {"leader_name": f"示例负责人{n}"}
    return found | {"content": at_length(n if like is None else like)}
