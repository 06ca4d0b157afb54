"""The people and organisations of the demo. Offices bear their real names; firms and people are invented."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from accounts import policy, services
from accounts.enums import OrganisationKind
from accounts.models import Division, Membership, Organisation, User
from accounts.roles import Role
from institutes.models import ChainSegment
from portal.demo import chains, experts
from portal.demo.accounts import PASSWORD
from records import clock

# Whose units the city's treasury pays itself; which zones these are the city has yet to say.
PAID_DIRECTLY = "130171"
COUNTIES = ("130102", "130104", "130105", "130108", "130110", "130111", "130123", "130171")

# (short name, industry words of the institute, chain, segment, county)
FIRMS = (
    ("示例星河电子", "第三代半导体", "electronic_information", 0, "130102"),
    ("示例华北制药", "生物制剂", "biomedicine", 1, "130102"),
    ("示例远望通信", "卫星导航", "electronic_information", 1, "130171"),
    ("示例康宁生物", "创新疫苗", "biomedicine", 1, "130105"),
    ("示例恒通装备", "智能输送装备", "equipment", 1, "130111"),
    ("示例泽润药业", "高端原料药", "biomedicine", 0, "130105"),
    ("示例博瑞软件", "工业软件", "electronic_information", 2, "130104"),
    ("示例天成食品", "功能食品", "food", 1, "130123"),
    ("示例晶源材料", "光电材料", "electronic_information", 0, "130108"),
    ("示例正航轴承", "精密轴承", "equipment", 0, "130110"),
    ("示例安泽医疗", "体外诊断", "biomedicine", 2, "130102"),
    ("示例云图信息", "时空大数据", "electronic_information", 2, "130171"),
    ("示例瑞丰乳业", "乳品加工", "food", 1, "130111"),
    ("示例凌云微波", "微波器件", "electronic_information", 0, "130104"),
    ("示例同德中药", "现代中药", "biomedicine", 1, "130102"),
    ("示例北辰机器人", "工业机器人", "equipment", 2, "130108"),
    ("示例鼎新冷链", "冷链装备", "food", 2, "130123"),
    ("示例睿视光电", "机器视觉", "electronic_information", 1, "130110"),
    ("示例启明储能", "储能系统", "equipment", 2, "130102"),
    ("示例海纳医药", "缓控释制剂", "biomedicine", 1, "130104"),
    ("示例辰光传感", "智能传感器", "electronic_information", 0, "130105"),
    ("示例金谷粮油", "粮油精深加工", "food", 0, "130108"),
    ("示例众合阀门", "特种阀门", "equipment", 0, "130102"),
    ("示例信达网安", "网络安全", "electronic_information", 2, "130102"),
    ("示例百草健康", "植物提取", "biomedicine", 0, "130123"),
    ("示例宏图数控", "数控机床", "equipment", 1, "130104"),
    ("示例普惠诊断", "基因检测", "biomedicine", 2, "130108"),
    ("示例燕赵显示", "柔性显示", "electronic_information", 1, "130110"),
    ("示例绿源饮品", "发酵饮品", "food", 1, "130105"),
    ("示例卓越医械", "康复器械", "biomedicine", 2, "130171"),
    ("示例恒星激光", "激光器件", "electronic_information", 0, "130110"),
    ("示例滋补堂", "药食同源", "food", 1, "130111"),
    ("示例新纪元电机", "高效电机", "equipment", 0, "130102"),
    ("示例澄明水务", "水处理装备", "equipment", 1, "130108"),
    ("示例蓝海酶制剂", "工业酶制剂", "biomedicine", 0, "130123"),
    ("示例启明传感", "智能传感器", "electronic_information", 1, "130104"),
    ("示例冀中光纤", "特种光纤", "electronic_information", 1, "130110"),
    ("示例天衡仪表", "智能仪表", "equipment", 0, "130102"),
)


@dataclass(slots=True)
class Firm:
    """An enterprise of the demo with its two people."""

    organisation: Organisation
    admin: User
    filler: User
    industry: str
    segment: ChainSegment


@dataclass(slots=True)
class County:
    """The people of a county."""

    division: Division
    staff: User
    lead: User
    finance: User


@dataclass(slots=True)
class World:
    """Everybody, by what they do."""

    people: dict[str, User] = field(default_factory=dict)
    agency: Organisation | None = None
    former_agency: Organisation | None = None
    counties: dict[int, County] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)

    def __getitem__(self, username: str) -> User:
        return self.people[username]

    def county_of(self, firm: Firm) -> County:
        return self.counties[firm.organisation.division_id]


EXPERTS_UNITS = 900
"""From here on run the codes of the units for which the experts work."""


def numbered(role: str, n: int) -> str:
    """``county_staff`` for the first, ``county_staff2`` for the second."""
    return role if n == 1 else f"{role}{n}"


def sample_uscc(n: int, division: str) -> str:
    """A well-formed credit code that no firm bears (its body is a running number)."""
    body = f"91{division}{n:08d}X"
    return body + policy.check_character(body)


class Founding:
    """Founds the city's offices, then lets the firms register, all through the services."""

    def __init__(self) -> None:
        self.world = World()
        self.n_mobile = 0

    def found(self) -> World:
        self._administration()
        self._offices()
        self._counties()
        chains.draw_the_map(uscc=sample_uscc, by=self.world["bureau_clerk"])
        self._experts()
        self.own_their_passwords()
        return self.world

    @staticmethod
    def own_their_passwords() -> None:
        """Everybody chose the demo's password today: nobody is led to change it at once."""
        User.objects.exclude(password_changed_at=None).update(
            must_change_password=False, password_changed_at=timezone.now(), password_changed_by=F("pk")
        )

    def _person(self, username: str, name: str) -> dict[str, str]:
        return {"username": username, "name": name, "email": f"{username}@demo.example", "password": PASSWORD}

    def _mobile(self) -> str:
        self.n_mobile += 1
        return f"1380000{self.n_mobile:04d}"

    def _administration(self) -> None:
        sysadmin, secadmin = services.found_administration(
            bureau="石家庄市科学技术局",
            sysadmin=self._person("sysadmin", "示例系统管理员"),
            secadmin=self._person("secadmin", "示例安全管理员"),
        )
        self.world.people |= {"sysadmin": sysadmin, "secadmin": secadmin}
        self.bureau = Organisation.objects.get(kind=OrganisationKind.BUREAU)

    def _office(self, kind: str, name: str, **more) -> Organisation:
        return services.create_organisation(kind=kind, name=name, by=self.world["sysadmin"], **more)

    def _officer(self, username: str, name: str, role: str, office: Organisation) -> User:
        sysadmin, secadmin = self.world["sysadmin"], self.world["secadmin"]
        user = services.create_user(**self._person(username, name), mobile=self._mobile(), by=sysadmin)
        membership = services.grant_role(user=user, organisation=office, role=role, by=sysadmin)
        services.approve_grant(membership=membership, by=secadmin)
        self.world.people[username] = user
        return user

    def _offices(self) -> None:
        finance = self._office(OrganisationKind.FINANCE, "石家庄市财政局")
        tax = self._office(OrganisationKind.TAX, "国家税务总局石家庄市税务局")
        self.world.agency = self._office(OrganisationKind.AGENCY, "示例科技评估中心")
        self.world.former_agency = self._office(OrganisationKind.AGENCY, "示例创新咨询有限公司")
        self.pool = self._office(OrganisationKind.EXPERT_POOL, "石家庄市科技评审专家库")
        for username, name, role, office in (
            ("bureau_clerk", "示例经办", Role.BUREAU_CLERK, self.bureau),
            ("bureau_clerk2", "示例复核", Role.BUREAU_CLERK, self.bureau),
            ("bureau_approver", "示例处长", Role.BUREAU_APPROVER, self.bureau),
            ("bureau_approver2", "示例局长", Role.BUREAU_APPROVER, self.bureau),
            ("auditor", "示例审计", Role.AUDITOR, self.bureau),
            ("finance", "示例财政经办", Role.FINANCE, finance),
            ("finance2", "示例财政负责人", Role.FINANCE, finance),
            ("tax", "示例税务", Role.TAX, tax),
            ("agency", "示例评估经理", Role.AGENCY, self.world.agency),
            ("agency2", "示例咨询经理", Role.AGENCY, self.world.former_agency),
        ):
            self._officer(username, name, role, office)

    def _counties(self) -> None:
        Division.objects.filter(code=PAID_DIRECTLY).update(direct_pay=True)
        for n, code in enumerate(COUNTIES, start=1):
            division = Division.objects.get(code=code)
            office = self._office(
                OrganisationKind.COUNTY_GOVERNMENT, f"{division.name}科技管理部门", division=division
            )
            treasury = self._office(
                OrganisationKind.COUNTY_FINANCE, f"{division.name}财政局", division=division
            )
            self.world.counties[division.pk] = County(
                division,
                self._officer(
                    numbered("county_staff", n), f"示例{division.name}经办", Role.COUNTY_STAFF, office
                ),
                self._officer(
                    numbered("county_lead", n), f"示例{division.name}领导", Role.COUNTY_LEAD, office
                ),
                self._officer(
                    numbered("county_fin", n), f"示例{division.name}财政", Role.COUNTY_FIN, treasury
                ),
            )

    def _experts(self) -> None:
        for n, (name, seat, expertise, title, employer, region) in enumerate(experts.EXPERTS, start=1):
            user = self._officer(numbered("expert", n), name, Role.EXPERT, self.pool)
            code = sample_uscc(EXPERTS_UNITS + n, "130100")
            about = (seat, expertise, title, employer, code, region)
            experts.enter(user, *about, by=self.world["bureau_clerk"])

    def firm_that_waits(self, n: int) -> Organisation:
        """Let the ``n``-th firm register, and leave it to its county."""
        short, _industry, _chain, _segment, code = FIRMS[n - 1]
        division = Division.objects.get(code=code)
        return services.register_enterprise(
            name=f"石家庄市{short}股份有限公司",
            short_name=short,
            uscc=sample_uscc(n, "130100"),
            division=division,
            address=f"石家庄市{division.name}示例路{n}号",
            legal_rep=f"示例法人{n}",
            registered_on=clock.today() - timedelta(days=2000 + 37 * n),
            username=numbered("ent_admin", n),
            person=f"示例管理员{n}",
            email=f"{numbered('ent_admin', n)}@demo.example",
            mobile=self._mobile(),
            password=PASSWORD,
        )

    def register_firm(self, n: int) -> Firm:
        """Let the ``n``-th firm register, its county confirm it, and its administrator invite a filler."""
        _short, industry, chain, segment, _code = FIRMS[n - 1]
        organisation = self.firm_that_waits(n)
        county = self.world.counties[organisation.division_id]
        services.confirm_organisation(organisation=organisation, by=county.staff)
        organisation.refresh_from_db()
        admin = User.objects.get(username=numbered("ent_admin", n))
        filler = self._invite_filler(n, organisation, admin)
        place = ChainSegment.objects.filter(chain__code=chain).order_by("pk")[segment]
        self._enter_on_chain(n, organisation, place)
        firm = Firm(organisation, admin, filler, industry, place)
        self.world.firms.append(firm)
        self.world.people |= {admin.username: admin, filler.username: filler}
        return firm

    def _invite_filler(self, n: int, organisation: Organisation, admin: User) -> User:
        membership = services.invite_member(
            organisation=organisation,
            username=numbered("ent_filler", n),
            name=f"示例申报人{n}",
            email=f"{numbered('ent_filler', n)}@demo.example",
            mobile=self._mobile(),
            by=admin,
        )
        filler = Membership.objects.select_related("user").get(pk=membership.pk).user
        return services.accept_invitation(user=filler, name=filler.name, password=PASSWORD)

    def _enter_on_chain(self, n: int, organisation: Organisation, place: ChainSegment) -> None:
        chains.enter(
            place,
            name=organisation.name,
            uscc=organisation.uscc,
            division=organisation.division,
            role="leader" if n % 3 == 1 else "backbone",
            by=self.world["bureau_clerk"],
        )
