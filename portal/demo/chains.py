"""The map of chains of the demo. Every enterprise is invented."""

from collections.abc import Callable
from datetime import date

from accounts.models import Division, User
from institutes import services
from institutes.models import ChainMember, ChainSegment
from records import clock

UP, MID, DOWN = "upstream", "midstream", "downstream"
LIST = ("示例市重点产业链企业名单", "石链办〔2025〕1号")
# (code, name, industry, priority, segments); the first three segments of a chain are those the firms name by place.
CHAINS = (
    (
        "electronic_information",
        "新一代电子信息",
        "电子信息",
        True,
        (
            (UP, "电子材料与元器件"),
            (MID, "整机与通信设备"),
            (DOWN, "软件与信息服务"),
            (UP, "半导体与集成电路"),
            (MID, "卫星导航与遥感"),
            (DOWN, "网络安全与运维"),
        ),
    ),
    (
        "biomedicine",
        "生物医药",
        "生物医药",
        True,
        (
            (UP, "原料药与辅料"),
            (MID, "制剂与生物制品"),
            (DOWN, "医药研发服务"),
            (UP, "中药材种植与提取"),
            (MID, "医疗器械"),
            (DOWN, "医药流通"),
        ),
    ),
    (
        "equipment",
        "先进装备制造",
        "装备制造",
        False,
        ((UP, "基础零部件"), (MID, "整机装备"), (DOWN, "系统集成"), (DOWN, "运维与再制造")),
    ),
    (
        "food",
        "现代食品",
        "现代食品",
        False,
        ((UP, "农产品原料"), (MID, "食品加工"), (DOWN, "冷链与流通")),
    ),
    (
        "new_energy",
        "新能源与节能环保",
        "新能源",
        False,
        ((UP, "储能材料"), (MID, "储能与动力系统"), (DOWN, "综合能源服务")),
    ),
    ("new_materials", "新材料", "新材料", False, ((UP, "前驱体"), (MID, "功能材料"), (DOWN, "应用部件"))),
)
KINDS = {
    "electronic_information": "emerging",
    "biomedicine": "emerging",
    "equipment": "traditional",
    "food": "county",
    "new_energy": "emerging",
    "new_materials": "traditional",
}
"""By which standards the institutes of each chain are evaluated every three years."""
# Enterprises on the map that have no account here: (chain, segment, name, county, role).
ON_THE_MAP = (
    ("electronic_information", "半导体与集成电路", "石家庄市示例芯河半导体有限公司", "130108", "backbone"),
    ("electronic_information", "卫星导航与遥感", "石家庄市示例天枢导航科技有限公司", "130110", "leader"),
    ("electronic_information", "卫星导航与遥感", "石家庄市示例遥感数据有限公司", "130110", "backbone"),
    ("biomedicine", "医疗器械", "石家庄市示例仁心医疗器械有限公司", "130171", "leader"),
    ("biomedicine", "医药流通", "示例跨省医药物流有限公司", "", "backbone"),
    ("equipment", "运维与再制造", "石家庄市示例再造机电有限公司", "130102", "backbone"),
    ("new_energy", "储能材料", "石家庄市示例锂源材料有限公司", "130108", "backbone"),
    ("new_energy", "储能与动力系统", "石家庄市示例恒储电源有限公司", "130102", "leader"),
    ("new_energy", "综合能源服务", "石家庄市示例绿电服务有限公司", "130104", "backbone"),
    ("new_materials", "功能材料", "石家庄市示例膜科新材料有限公司", "130123", "backbone"),
)


def draw_the_map(*, uscc: Callable[[int, str], str], by: User) -> None:
    """The chains and the enterprises that nobody registered; ``uscc`` makes codes that no firm bears."""
    for order, (code, name, industry, is_priority, segments) in enumerate(CHAINS, 1):
        services.enter_chain(
            code=code,
            name=name,
            industry=industry,
            kind=KINDS[code],
            is_priority=is_priority,
            order=order,
            segments=segments,
            by=by,
        )
    for n, (chain, segment, name, county, role) in enumerate(ON_THE_MAP, 1):
        place = ChainSegment.objects.select_related("chain").get(chain__code=chain, name=segment)
        division = Division.objects.get(code=county) if county else None
        enter(place, name=name, uscc=uscc(500 + n, "130100"), division=division, role=role, by=by)


def enter(
    place: ChainSegment, *, name: str, uscc: str, division: Division | None, role: str, by: User
) -> ChainMember:
    """Put an enterprise on the map by the list of enterprises."""
    return services.enter_member(
        chain=place.chain,
        segment=place,
        name=name,
        uscc=uscc,
        division=division,
        role=role,
        since=date(clock.today().year - 1, 1, 1),
        source_title=LIST[0],
        source_number=LIST[1],
        by=by,
    )
