"""What two counties of the demo propose for the map of chains: one in every state. Every enterprise is invented."""

from datetime import timedelta

from institutes import services
from institutes.models import ChainProposal, ChainSegment, IndustryChain
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import World, sample_uscc
from records import clock


class Proposals:
    """What two counties propose, one in every state."""

    def __init__(self, world: World, days: Days) -> None:
        self.world, self.days, self.n = world, days, 0

    def live(self) -> None:
        """From the oldest, long decided, to a draft of today."""
        chang_an, yuhua = "", "4"
        accepted = self.reported(chang_an, 40, "biomedicine", "医疗器械", "石家庄市示例康复辅具有限公司")
        self.decided(accepted, 30, adopt=True)
        refused = self.reported(yuhua, 36, "new_materials", "前驱体", "石家庄市示例前驱材料商贸有限公司")
        self.decided(refused, 27, adopt=False)
        withdrawn = self.reported(yuhua, 25, "food", "食品加工", "石家庄市示例休闲食品有限公司")
        with clock.at(self.days.ago(22)):
            reason = "企业迁出本辖区，撤回建议。"
            services.withdraw_proposal(proposal=withdrawn, reason=reason, by=self.lead(yuhua))
        checked = self.reported(chang_an, 9, "equipment", "系统集成", "石家庄市示例智造集成有限公司")
        self.checked(checked, 5, adopt=True)
        self.reported(yuhua, 4, "electronic_information", "半导体与集成电路", "石家庄市示例硅谷封测有限公司")
        self.new_segment(chang_an, 3)
        self.draft(chang_an, 1, "new_energy", "综合能源服务", "石家庄市示例智慧能源有限公司")

    def staff(self, county: str):
        return self.world[f"county_staff{county}"]

    def lead(self, county: str):
        return self.world[f"county_lead{county}"]

    def draft(self, county: str, ago: int, code: str, segment: str, name: str) -> ChainProposal:
        self.n += 1
        place = ChainSegment.objects.select_related("chain").get(chain__code=code, name=segment)
        division = self.staff(county).memberships_active[0].organisation.division
        with clock.at(self.days.ago(ago, 10)):
            return services.draft_proposal(
                division=division,
                chain=place.chain,
                kind="add_member",
                segment=place,
                name=name,
                uscc=sample_uscc(600 + self.n, "130100"),
                role="backbone",
                effective_on=clock.today() - timedelta(days=5),
                grounds="示例理由：企业为该环节本地主要供应商，与链主企业有长期配套关系，研发投入连续三年增长。",
                file=sample_pdf("产业链地位佐证材料"),
                by=self.staff(county),
            )

    def reported(self, county: str, ago: int, code: str, segment: str, name: str) -> ChainProposal:
        proposal = self.draft(county, ago, code, segment, name)
        with clock.at(self.days.ago(ago, 15)):
            services.hand_up_proposal(proposal=proposal, by=self.staff(county))
        with clock.at(self.days.ago(ago, 17)):
            return services.submit_proposal(proposal=proposal, by=self.lead(county))

    def checked(self, proposal: ChainProposal, ago: int, *, adopt: bool) -> None:
        opinion = (
            "经核对企业年报和名单，材料属实。"
            if adopt
            else "经核对，该企业为贸易企业，不在该环节从事生产研发。"
        )
        with clock.at(self.days.ago(ago)):
            services.check_proposal(
                proposal=proposal,
                finding="adopt" if adopt else "refuse",
                opinion=opinion,
                by=self.world["bureau_clerk"],
            )

    def decided(self, proposal: ChainProposal, ago: int, *, adopt: bool) -> None:
        self.checked(proposal, ago + 2, adopt=adopt)
        with clock.at(self.days.ago(ago)):
            if adopt:
                services.accept_proposal(proposal=proposal, by=self.world["bureau_clerk2"])
                return
            services.refuse_proposal(
                proposal=proposal,
                reason="贸易企业不属于该环节，请待其投产后再行提出。",
                by=self.world["bureau_approver"],
            )

    def new_segment(self, county: str, ago: int) -> None:
        """One waits for the leader's signature."""
        chain = IndustryChain.objects.get(code="equipment")
        with clock.at(self.days.ago(ago)):
            proposal = services.draft_proposal(
                division=self.staff(county).memberships_active[0].organisation.division,
                chain=chain,
                kind="add_segment",
                name="工业设计与检测",
                position="downstream",
                effective_on=clock.today(),
                grounds="示例理由：辖区内已集聚多家检测和设计企业，现有环节未能覆盖。",
                by=self.staff(county),
            )
        with clock.at(self.days.ago(ago, 14)):
            services.hand_up_proposal(proposal=proposal, by=self.staff(county))
