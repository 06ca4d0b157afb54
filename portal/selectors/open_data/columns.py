"""Columns that several datasets have, so that the same thing has the same name and meaning everywhere."""

from portal.selectors.open_data.shape import Column

YUAN = "元"


def certificate(source: str = "institute__recognition__certificate_number") -> Column:
    return Column(
        "certificate_number", "证书编号", source=source, meaning="认定证书的编号，各数据集以它对应同一研究院"
    )


def institute(source: str = "institute__name") -> Column:
    return Column("institute", "研究院", source=source, meaning="研究院现在的名称")


def host(source: str = "host__name", *, meaning: str = "") -> Column:
    return Column("host", "依托单位", source=source, meaning=meaning or "牵头的企业，二(一)", clause="二(一)")


def county(division: str = "division") -> tuple[Column, Column]:
    """Code and name of the county that answers for it."""
    code = "GB/T 2260 县级代码；高新区、循环化工园区用统计用区划代码"
    return (
        Column("county_code", "县（市、区）代码", source=f"{division}__code", meaning=code),
        Column(
            "county",
            "县（市、区）",
            source=f"{division}__name",
            meaning="归口管理的县（市、区）",
            clause="五(三)",
        ),
    )


def chain(source: str = "chain__name") -> Column:
    return Column("chain", "产业链", source=source, clause="四(一)")


def year(
    label: str, source: str = "year", *, name: str = "year", meaning: str = "", clause: str = ""
) -> Column:
    return Column(name, label, "year", source, meaning=meaning, clause=clause)


def yuan(name: str, label: str, source: str = "", *, meaning: str = "", clause: str = "") -> Column:
    """Money, in yuan to the fen."""
    return Column(name, label, "number", source, meaning=meaning, unit=YUAN, clause=clause)


def count(name: str, label: str, source: str = "", *, unit: str, **more: object) -> Column:
    return Column(name, label, "integer", source, unit=unit, **more)  # type: ignore[arg-type]
