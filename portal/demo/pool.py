"""The cultivation pools of three counties of the demo: every stage. Whoever is not a firm of the demo is invented."""

from datetime import timedelta

from institutes import services
from institutes.models import Application, ChainSegment, CultivationEntry
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import World, sample_uscc
from records import clock

VISIT = "走访企业，梳理研发需求，指导完善研发费用辅助账。"
MATCH = "组织与高校、科研院所对接，签订共建研究院合作意向书。"


class Pool:
    """What staff and leaders of three counties did for enterprises on their way to an application."""

    def __init__(self, world: World, days: Days) -> None:
        self.world, self.days, self.n = world, days, 0

    def live(self) -> None:
        chang_an, qiao_xi, yuhua = "", "2", "4"
        self.surveyed(
            chang_an, 6, "electronic_information", "半导体与集成电路", "石家庄市示例芯谷封装有限公司"
        )
        self.surveyed(yuhua, 3, "new_energy", "储能材料", "石家庄市示例固态储能有限公司")
        self.proposed(chang_an, 5, "biomedicine", "医疗器械", "石家庄市示例影像医疗有限公司")
        self.proposed(qiao_xi, 9, "equipment", "系统集成", "石家庄市示例智装集成有限公司")
        helped = self.let_in(
            chang_an, 80, "electronic_information", "卫星导航与遥感", "石家庄市示例北望导航有限公司"
        )
        self.helped(helped, chang_an, 40, VISIT)
        self.helped(helped, chang_an, 12, MATCH)
        self.let_in(
            qiao_xi, 120, "food", "食品加工", "石家庄市示例谷物营养有限公司"
        )  # nobody has helped it yet
        near = self.let_in(yuhua, 95, "biomedicine", "原料药与辅料", "石家庄市示例合成生物有限公司")
        self.helped(near, yuhua, 30, MATCH)
        self.prepared(near, yuhua, 8)
        self.leaving(chang_an, 150, 2, "new_materials", "前驱体", "石家庄市示例碳材料有限公司")
        self.left(qiao_xi, 160, 60, "equipment", "基础零部件", "石家庄市示例精密铸造有限公司")
        self.of_applicants()

    def staff(self, county: str):
        return self.world[f"county_staff{county}"]

    def lead(self, county: str):
        return self.world[f"county_lead{county}"]

    def surveyed(
        self, county: str, ago: int, code: str, segment: str, name: str, uscc: str = ""
    ) -> CultivationEntry:
        self.n += 1
        place = ChainSegment.objects.select_related("chain").get(chain__code=code, name=segment)
        division = self.staff(county).memberships_active[0].organisation.division
        with clock.at(self.days.ago(ago, 9)):
            return services.draft_entry(
                division=division,
                name=name,
                uscc=uscc or sample_uscc(700 + self.n, "130100"),
                chain=place.chain,
                segment=place,
                direction=f"{segment}方向关键技术研发与中试",
                intended_year=clock.today().year + 1,
                contact_person=f"示例联系人{self.n}",
                contact_phone=f"1390000{self.n:04d}",
                grounds="示例理由：企业研发投入连续三年增长，已与高校签订合作意向，具备牵头组建研究院的基础。",
                by=self.staff(county),
            )

    def proposed(self, county: str, ago: int, *of: str, uscc: str = "") -> CultivationEntry:
        entry = self.surveyed(county, ago, *of, uscc=uscc)
        with clock.at(self.days.ago(ago, 11)):
            return services.propose_entry(entry=entry, by=self.staff(county))

    def let_in(self, county: str, ago: int, *of: str, uscc: str = "") -> CultivationEntry:
        entry = self.proposed(county, ago, *of, uscc=uscc)
        with clock.at(self.days.ago(ago, 15)):
            return services.confirm_entry(entry=entry, by=self.lead(county))

    def helped(self, entry: CultivationEntry, county: str, ago: int, what: str) -> None:
        with clock.at(self.days.ago(ago, 10)):
            services.record_measure(
                entry=entry,
                done_on=clock.today() - timedelta(days=1),
                what=what,
                provider=f"{entry.division}科技管理部门",
                file=sample_pdf("帮扶记录"),
                by=self.staff(county),
            )

    def prepared(self, entry: CultivationEntry, county: str, ago: int) -> None:
        with clock.at(self.days.ago(ago)):
            services.prepare_entry(entry=entry, by=self.staff(county))

    def leaving(self, county: str, ago: int, asked: int, *of: str) -> CultivationEntry:
        entry = self.let_in(county, ago, *of)
        self.helped(entry, county, asked + 30, VISIT)
        with clock.at(self.days.ago(asked)):
            reason = "企业调整主业，近三年不具备牵头组建研究院的条件。"
            return services.propose_exit(entry=entry, reason=reason, by=self.staff(county))

    def left(self, county: str, ago: int, gone: int, *of: str) -> None:
        entry = self.leaving(county, ago, gone + 2, *of)
        with clock.at(self.days.ago(gone)):
            services.confirm_exit(entry=entry, by=self.lead(county))

    def of_applicants(self) -> None:
        """Enterprises that have applied since go on at once; who was recognised is no longer cultivated."""
        rows = Application.objects.filter(state__in=["county_review", "formal_review", "pending_decision"])
        for county in ("", "2", "4"):
            division = self.staff(county).memberships_active[0].organisation.division
            application = rows.filter(division=division).select_related("host", "segment__chain").first()
            if application and application.segment:
                host, place = application.host, application.segment
                self.let_in(county, 2, place.chain.code, place.name, host.name, uscc=host.uscc)
