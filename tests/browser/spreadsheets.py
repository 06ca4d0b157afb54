"""A book of the size a city meets, as a new enterprise has it on its desk: much of it in spreadsheets."""

import io
from datetime import date, timedelta
from itertools import cycle

from openpyxl import load_workbook

from accounts.policy import check_character
from institutes.policy import patent_check

HEADS_AT, FIRST_ROW = 1, 4
"""Where the portal's own template has its heads, and where people begin to fill in, below help and example."""

# name, kind, level, country, money in 万元
CO_BUILDERS = (
    ("示例理工大学", "高等院校", "“双一流”高校", "中国", 120),
    ("示例应用技术研究所", "科研院所", "国家级科研院所", "中国", 80),
    ("石家庄市示例高纯材料有限公司", "上游企业", "", "中国", 150),
    ("示例精密部件（河北）股份有限公司", "上游企业", "专精特新“小巨人”", "中国", 60),
    ("示例终端设备制造有限公司", "下游企业", "上市公司", "中国", 200),
    ("示例系统集成有限公司", "下游企业", "", "中国", 90),
    ("示例市第一人民医院", "用户单位", "", "中国", 0),
    ("Beispiel Institut für Werkstoffe", "科研院所", "", "德国", 0),
)
KIT = ("示例扫描电镜", "示例光谱分析仪", "示例高低温湿热试验箱", "示例疲劳试验机", "示例中试反应线")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
FULL_TIME = 21


def money_of_co_builders() -> int:
    return sum(money for *_name, money in CO_BUILDERS)


def co_builders(today: date, build_to: date) -> list[dict[str, object]]:
    """Eight, by the heads of the template."""
    return [
        {
            "单位名称": name,
            "类型": kind,
            "单位层次": level,
            "国家或地区": country,
            "统一社会信用代码": _code(place, kind) if country == "中国" else "",
            "协议签订日期": today - timedelta(days=50),
            "协议有效期至": build_to + timedelta(days=365),
            "协议已约定": "联合开发、优势互补、风险共担、利益共享",
            "未获认定时协议是否失效": "否",
            "投入资金": money,
            "投入设备（折价）": 15 * place,
            "派驻人员": 1 + place % 3,
            "投入知识产权": place % 2,
            "其他投入与说明": "派驻研发人员，开放相关设备。",
        }
        for place, (name, kind, level, country, money) in enumerate(CO_BUILDERS, start=1)
    ]


def _code(place: int, kind: str) -> str:
    body = f"{'12' if kind in ('高等院校', '科研院所', '用户单位') else '91'}1301000066{place:02d}77X"
    return body + check_character(body)


def bodies(host: str, today: date) -> list[list[str]]:
    """The council with everybody in it, the committee, the director: lines to be pasted without a head."""
    seats = [("理事会成员", host), *(("理事会成员", name) for name, *_rest in CO_BUILDERS)]
    seats += [("专家指导委员会成员", "示例外聘大学")] * 3 + [("院长", host)]
    return [
        [
            body,
            f"示例{SURNAMES[place]}委",
            f"{1962 + place}/5/{1 + place}",
            "博士" if place % 3 else "硕士",
            "教授级高级工程师",
            employer,
            "全职" if employer == host else "兼职",
        ]
        for place, (body, employer) in enumerate(seats)
    ]


def roster(host: str) -> list[list[str]]:
    """Twenty-four people with a head line, as the staff office keeps them."""
    head = ["序号", "姓名", "出生年份", "学历", "职称", "专业", "全职或兼职", "工时占比（%）", "工作单位"]
    degrees, titles = cycle(("博士", "硕士", "硕士", "本科")), cycle(("高级工程师", "工程师"))
    return [head] + [
        [
            str(place),
            f"示例{surname}研",
            str(1968 + place),
            next(degrees),
            next(titles),
            "材料学",
            "全职" if place <= FULL_TIME else "兼职",
            "100" if place <= FULL_TIME else "40",
            host if place <= FULL_TIME else CO_BUILDERS[0][0],
        ]
        for place, surname in enumerate(SURNAMES, start=1)
    ]


def team(rows: list[list[str]]) -> dict[str, int]:
    """The counts that go with the roster; four more people keep the house."""
    column = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return {
        "headcount_total": len(column) + 4,
        "rd_fulltime": FULL_TIME,
        "rd_parttime": len(column) - FULL_TIME,
        "phd": sum(row["学历"] == "博士" for row in column),
        "master": sum(row["学历"] == "硕士" for row in column),
        "senior_title": sum(row["职称"] == "高级工程师" for row in column),
    }


def equipment(host: str, today: date) -> list[dict[str, object]]:
    """Forty-four devices by the heads of the template; names and models as long as they are in life."""
    return [
        {
            "设备名称": f"{name}及配套数据采集系统 {place}",
            "型号规格": f"SL-2000/{place:03d}-A",
            "购置日期": today - timedelta(days=200 + 9 * place),
            "原值": 6.5 + place,
            "产权单位": host,
            "开放共享": "是" if place % 3 else "否",
        }
        for place, name in zip(range(1, 45), cycle(KIT), strict=False)
    ]


def patents(host: str, today: date) -> list[list[str]]:
    """Twelve, to be pasted with their head."""
    lines = [["类型", "专利号", "名称", "授权公告日", "专利权人"]]
    for serial in range(1, 13):
        digits = f"{today.year - 3}{'1' if serial % 3 else '2'}{serial:07d}"
        lines.append(
            [
                "发明专利" if serial % 3 else "实用新型",
                f"ZL {digits}.{patent_check(digits)}",
                f"一种示例材料的第{serial}种制备方法及其应用装置",
                f"{today.year - 1}年{serial}月{serial + 3}日",
                host,
            ]
        )
    return lines


def pasted(rows: list[list[str]]) -> str:
    """As a spreadsheet puts rows on the clipboard."""
    return "\n".join("\t".join(row) for row in rows)


def filled_in(template: bytes, rows: list[dict[str, object]]) -> bytes:
    """The portal's template with ``rows`` by their heads, saved as people save it."""
    workbook = load_workbook(io.BytesIO(template))
    sheet = workbook.active
    heads = {
        str(cell.value).rstrip("*").removesuffix("（万元）").removesuffix("（平方米）"): cell.column
        for cell in sheet[HEADS_AT]
    }
    heads = {head.removesuffix("（人）").removesuffix("（件）"): column for head, column in heads.items()}
    for line, row in enumerate(rows, start=FIRST_ROW):
        for head, value in row.items():
            if value != "":
                sheet.cell(line, heads[head]).value = value
    kept = io.BytesIO()
    workbook.save(kept)
    return kept.getvalue()
