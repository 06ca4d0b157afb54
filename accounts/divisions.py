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

# Codes that were abolished and live on in the credit codes of older firms.
FORMER_CODES: dict[str, str] = {
    "130103": "130102",  # 桥东区
    "130124": "130111",  # 栾城县
    "130182": "130109",  # 藁城市
    "130185": "130110",  # 鹿泉市
}
