"""The county-level divisions of the city: 8 districts, 11 counties, 3 cities and 2 zones.

A plain table, read by a data migration. 辛集 is run by the province directly and therefore not active; the
two zones carry codes of the statistics bureau, which GB/T 2260 does not know.
"""

from typing import NamedTuple


class DivisionRow(NamedTuple):
    code: str
    name: str
    kind: str
    active: bool = True
    code_source: str = "gb2260"
    direct_pay: bool = False


DIVISIONS: tuple[DivisionRow, ...] = (
    DivisionRow("130102", "长安区", "district"),
    DivisionRow("130104", "桥西区", "district"),
    DivisionRow("130105", "新华区", "district"),
    DivisionRow("130107", "井陉矿区", "district"),
    DivisionRow("130108", "裕华区", "district"),
    DivisionRow("130109", "藁城区", "district"),
    DivisionRow("130110", "鹿泉区", "district"),
    DivisionRow("130111", "栾城区", "district"),
    DivisionRow("130121", "井陉县", "county"),
    DivisionRow("130123", "正定县", "county"),
    DivisionRow("130125", "行唐县", "county"),
    DivisionRow("130126", "灵寿县", "county"),
    DivisionRow("130127", "高邑县", "county"),
    DivisionRow("130128", "深泽县", "county"),
    DivisionRow("130129", "赞皇县", "county"),
    DivisionRow("130130", "无极县", "county"),
    DivisionRow("130131", "平山县", "county"),
    DivisionRow("130132", "元氏县", "county"),
    DivisionRow("130133", "赵县", "county"),
    DivisionRow("130171", "石家庄高新技术产业开发区", "zone", code_source="statistics"),
    DivisionRow("130172", "石家庄循环化工园区", "zone", code_source="statistics"),
    DivisionRow("130181", "辛集市", "city", active=False),
    DivisionRow("130183", "晋州市", "city"),
    DivisionRow("130184", "新乐市", "city"),
)


class Place(NamedTuple):
    """Where a division lies on the tile map of the city: column from the west, row from the north, its short name."""

    column: int
    row: int
    name: str


PLACES: dict[str, Place] = {
    "130126": Place(1, 0, "灵寿县"),
    "130125": Place(2, 0, "行唐县"),
    "130184": Place(3, 0, "新乐市"),
    "130131": Place(1, 1, "平山县"),
    "130105": Place(2, 1, "新华区"),
    "130123": Place(3, 1, "正定县"),
    "130130": Place(4, 1, "无极县"),
    "130128": Place(5, 1, "深泽县"),
    "130110": Place(1, 2, "鹿泉区"),
    "130104": Place(2, 2, "桥西区"),
    "130102": Place(3, 2, "长安区"),
    "130109": Place(4, 2, "藁城区"),
    "130183": Place(5, 2, "晋州市"),
    "130107": Place(0, 3, "井陉矿区"),
    "130121": Place(1, 3, "井陉县"),
    "130132": Place(2, 3, "元氏县"),
    "130108": Place(3, 3, "裕华区"),
    "130171": Place(4, 3, "高新区"),
    "130181": Place(5, 3, "辛集市"),
    "130129": Place(1, 4, "赞皇县"),
    "130127": Place(2, 4, "高邑县"),
    "130111": Place(3, 4, "栾城区"),
    "130172": Place(4, 4, "化工园区"),
    "130133": Place(3, 5, "赵县"),
}
"""A tile for each, so that neighbours touch as on a map; all tiles are of one size, whatever the county's."""

# Codes that were abolished and live on in the credit codes of older firms.
FORMER_CODES: dict[str, str] = {
    "130103": "130102",  # 桥东区
    "130124": "130111",  # 栾城县
    "130182": "130109",  # 藁城市
    "130185": "130110",  # 鹿泉市
}
