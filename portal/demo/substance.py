"""What the invented institutes of the demo have: people, premises, equipment, results, services."""

from datetime import date, timedelta

from institutes.policy import add_years, patent_check
from portal.demo.world import Firm

WAN = 10_000
SURNAMES = "甲乙丙丁戊己庚辛壬癸"
FIELDS = ("材料学", "机械工程", "控制工程", "化学工程", "电子科学", "软件工程")
TITLES = ("教授级高级工程师", "高级工程师", "高级工程师", "工程师", "工程师", "工程师")
DEGREES = ("doctor", "master", "master", "bachelor", "bachelor", "bachelor")
KIT = (
    ("示例扫描电镜", "SEM", 68),
    ("示例光谱分析仪", "SPA", 42),
    ("示例环境试验箱", "ENV", 18),
    ("示例疲劳试验机", "FAT", 36),
    ("示例中试反应线", "PLT", 90),
    ("示例精密测量机", "CMM", 55),
    ("示例数据采集系统", "DAQ", 12),
    ("示例洁净装配台", "CLN", 9),
)


def full_time_of(n: int) -> int:
    """How many full-time researchers; every fifth institute has fewer than the reference."""
    return 14 if n % 5 == 0 else 20 + n % 4


def rows(table: str, each: list[dict[str, object]]) -> dict[str, object]:
    """The rows of a table as values by path."""
    return {
        f"{table}-{number}-{column}": value
        for number, row in enumerate(each, start=1)
        for column, value in row.items()
    }


def team_of(firm: Firm, n: int) -> dict[str, object]:
    full, part = full_time_of(n), 3
    roster = [_person(firm, n, place, full=place < full) for place in range(full + part)]
    return {
        "headcount_total": full + part + 8 + n % 6,
        "rd_fulltime": full,
        "rd_parttime": part,
        "phd": sum(row["degree"] == "doctor" for row in roster),
        "master": sum(row["degree"] == "master" for row in roster),
        "senior_title": sum("高级" in str(row["title"]) for row in roster),
        **rows("roster", roster),
    }


def _person(firm: Firm, n: int, place: int, *, full: bool) -> dict[str, object]:
    return {
        "name": f"示例研发{n}{SURNAMES[place // 10]}{SURNAMES[place % 10]}",
        "birth_year": 1970 + (7 * place + n) % 28,
        "degree": DEGREES[place % 6],
        "title": TITLES[place % 6],
        "field": FIELDS[(place + n) % 6],
        "time": "full" if full else "part",
        "share": 100 if full else 30,
        "employer": firm.organisation.name if full else f"示例理工学院{n}",
    }


def premises_of(firm: Firm, n: int, today: date, build_to: date) -> dict[str, object]:
    """Every seventh institute has too little room, every sixth rents."""
    kit = KIT[: 6 + n % 3]
    leased = n % 6 == 0
    area = 420 if n % 7 == 0 else 900 + 40 * n
    equipment = [
        {
            "name": name,
            "model": f"{model}-{100 + n}",
            "bought_on": (today - timedelta(days=400 + 35 * place)).isoformat(),
            "original_value": f"{(value + n % 5) * WAN}.00",
            "owner": firm.organisation.name,
            "open_share": "yes" if place % 3 else "no",
        }
        for place, (name, model, value) in enumerate(kit)
    ]
    return {
        "area_m2": str(area),
        "tenure": "lease" if leased else "own",
        **({"lease_to": (build_to + timedelta(days=365)).isoformat()} if leased else {}),
        "pilot_line_m2": str(area // 4),
        "equipment_value": f"{sum(value + n % 5 for _name, _model, value in kit) * WAN}.00",
        **rows("equipment", equipment),
    }


def base_of(firm: Firm, n: int, today: date) -> dict[str, object]:
    """Every eighth institute has no intellectual property of the recent years."""
    owner, recent = firm.organisation.name, add_years(today, -1 if n % 8 else -5)
    patents = [
        {
            "kind": kind,
            "number": _patent_number(recent.year - 2, digit, 10 * n + place),
            "title": f"一种{firm.industry}示例{what}",
            "granted_on": (recent - timedelta(days=20 * place)).isoformat(),
            "owner": owner,
        }
        for place, (kind, digit, what) in enumerate(
            (("invention", "1", "制备方法"), ("invention", "1", "检测方法"), ("utility", "2", "试验装置"))
        )
    ]
    software = {
        "name": f"示例{firm.industry}数据分析软件 V1.0",
        "number": f"{recent.year}SR{n:07d}",
        "registered_on": recent.isoformat(),
        "owner": owner,
    }
    standard = {
        "number": f"T/SAMPLE {n:03d}-{recent.year}",
        "name": f"示例{firm.industry}通用技术规范",
        "level": "group",
        "role": "lead",
        "published_on": recent.isoformat(),
    }
    award = {
        "name": "示例市科学技术进步奖",
        "level": "municipal",
        "grade": "二等奖",
        "awarded_on": recent.isoformat(),
        "winner": owner,
    }
    project = {
        "level": "provincial",
        "number": f"SAMPLE-{recent.year}-{n:03d}",
        "name": f"{firm.industry}示例关键技术研究",
        "amount": f"{(60 + n) * WAN}.00",
        "role": "lead",
        "approved_on": recent.isoformat(),
    }
    return {
        "overview": (
            f"依托单位在{firm.industry}方向已完成小试和样机验证，主要指标达到行业先进水平；"
            "共建高校院所提供基础研究支撑，成果已在链上企业试用。"
        ),
        **rows("patents", patents),
        **rows("software", [software]),
        **(rows("standards", [standard]) if n % 2 else {}),
        **(rows("awards", [award]) if n % 3 == 0 else {}),
        **rows("projects", [project]),
    }


def _patent_number(year: int, kind: str, serial: int) -> str:
    digits = f"{year}{kind}{serial:07d}"
    return f"ZL{digits}.{patent_check(digits)}"


def services_of(firm: Firm, n: int) -> dict[str, object]:
    """Optional: two in three offer something already."""
    if n % 3 == 0:
        return {}
    catalogue = [
        {
            "name": f"{firm.industry}样品检测",
            "content": "常规性能测试，出具检测报告。",
            "audience": "产业链上下游企业",
            "price": "500 元/样",
        },
        {
            "name": "中试放大服务",
            "content": "小批量试制与工艺验证。",
            "audience": "中小企业",
            "price": "按工时协商",
        },
    ]
    return {
        **rows("catalogue", catalogue),
        "price_rule": "按成本加合理费用定价，价目公开；对科技型中小企业优惠两成。",
        "booking_contact": f"示例预约员{n}",
        "booking_phone": f"0311-0000{n:04d}",
    }


def recusal_of(n: int) -> dict[str, object]:
    """One in nine asks for somebody to stay away."""
    if n % 9:
        return {}
    return rows(
        "exclusions", [{"employer": "示例机械设计院", "reason": "示例：与本单位有未结的技术合同纠纷。"}]
    )


GUIDE = (
    "一、申报条件：由我市注册的产业链“链主”企业或骨干企业牵头，联合上下游优势企业、高校、科研院所共同组建，"
    "治理结构健全，人财物相对独立，信用良好。\n"
    "二、办理程序：单位填报并审核，县（市、区）科技管理部门推荐，市科技局形式审查，第三方评审和现场考察，"
    "局务会审议，向社会公示，无异议的予以认定。\n"
    "三、扶持政策：认定后免申即享建设资金，由单位确认领取意愿和收款账户后拨付。\n"
    "四、材料要求：按申报书各部分填报，附件清晰完整；材料不实的取消资格并记入科研诚信记录。"
)
