"""The annexes of the book, and which of them are asked for as the book now stands."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from institutes import policy
from institutes.book.core import Annex
from institutes.book.rules import asked_years, partners_of, rows_in
from institutes.book.rules.base import AWARDS, PATENTS, PROJECTS, SOFTWARE, STANDARDS
from institutes.book.values import Answers, Setting

Needed = Callable[[Answers, Setting], int]


def _one(answers: Answers, setting: Setting) -> int:
    return 1


def _as_one_likes(answers: Answers, setting: Setting) -> int:
    return 0


def _per_year(answers: Answers, setting: Setting) -> int:
    return len(asked_years(setting, answers.get("host", {})))


def _per_partner(answers: Answers, setting: Setting) -> int:
    return max(1, len(partners_of(answers)))


def _unless_on_the_map(answers: Answers, setting: Setting) -> int:
    """The chain map itself proves the role of those that stand on it."""
    place = (answers.get("basics", {}).get("chain"), answers.get("host", {}).get("chain_role"))
    return 0 if place in setting.host.chain_roles else 1


def _where_listed(section: str, *tables: str) -> Needed:
    """One, as soon as one of the tables has a row."""
    return lambda answers, setting: int(any(rows_in(answers, section, table) for table in tables))


def _where_filled(section: str, code: str) -> Needed:
    return lambda answers, setting: int(bool(answers.get(section, {}).get(code)))


def _where_county_pays(answers: Answers, setting: Setting) -> int:
    county = (answers.get("budget", {}).get("sources") or {}).get("county", {}).get("amount")
    return int(bool(policy.as_decimal(county)))


ANNEXES = (
    Annex(
        code="licence",
        label=_("营业执照"),
        section="host",
        needed=_one,
        help=_("正本或副本的彩色扫描件或照片，名称、代码、成立日期清楚可读。"),
    ),
    Annex(
        code="audit_report",
        label=_("审计报告"),
        section="host",
        needed=_per_year,
        help=_(
            "近 {finance_years} 个会计年度，每年一份，含报表和附注；"
            "成立不足 {finance_years} 年的交 {finance_years_young} 份。"
        ),
    ),
    Annex(
        code="chain_role_proof",
        label=_("“链主”或骨干企业证明"),
        section="host",
        needed=_unless_on_the_map,
        help=_("已列入市产业链图谱的免交。"),
        clause="二(一)",
    ),
    Annex(
        code="agreement",
        label=_("共建协议"),
        section="partners",
        needed=_per_partner,
        help=_("每家共建单位一份，双方签章。"),
        clause="二(三)1",
    ),
    Annex(
        code="charter",
        label=_("研究院章程"),
        section="governance",
        needed=_one,
        help=_("经理事会或共建各方会议通过的全文，通过日期与第四部分一致。"),
        clause="二(三)4",
    ),
    Annex(
        code="council_list",
        label=_("理事会、专家指导委员会名单"),
        section="governance",
        needed=_where_listed("governance", "people"),
        help=_("注明职务和工作单位，由理事会盖章。"),
        clause="二(三)4",
    ),
    Annex(
        code="roster_proof",
        label=_("人员名册及社保缴纳证明"),
        section="team",
        needed=_where_listed("team", "roster"),
        help=_("名册与第五部分一致，附近三个月社保缴纳证明。"),
    ),
    Annex(
        code="premises_proof",
        label=_("场地产权或租赁证明"),
        section="premises",
        needed=_where_filled("premises", "tenure"),
        help=_("不动产权证书，或覆盖建设期的租赁合同。"),
    ),
    Annex(
        code="equipment_ledger",
        label=_("设备清单及购置凭证"),
        section="premises",
        needed=_where_listed("premises", "equipment"),
        help=_("清单与第六部分一致。"),
    ),
    Annex(
        code="ip_list",
        label=_("知识产权清单及证书"),
        section="base",
        needed=_where_listed("base", PATENTS, SOFTWARE, STANDARDS),
        help=_("填报专利、软件著作权或标准的须上传。"),
    ),
    Annex(
        code="achievement_proof",
        label=_("奖励证书、项目任务书"),
        section="base",
        needed=_where_listed("base", AWARDS, PROJECTS),
        help=_("填报奖励或项目的须上传。"),
    ),
    Annex(
        code="tax_clearance",
        label=_("完税证明"),
        section="host",
        needed=_one,
        help=_("税务机关开具的最近一个年度完税证明，金额与第二部分“缴纳税金”对应。"),
    ),
    Annex(
        code="credit_report",
        label=_("信用报告（信用中国）"),
        section="host",
        needed=_one,
        help=_("申报截止日前三个月内下载。"),
    ),
    Annex(
        code="county_support",
        label=_("县级支持文件"),
        section="budget",
        needed=_where_county_pays,
        help=_("经费来源中填有县级配套的须上传。"),
        clause="五(二)",
    ),
    Annex(
        code="commitment_page",
        label=_("承诺书（签字盖章页）"),
        section="commitment",
        needed=_one,
        help=_("打印承诺书，由法定代表人签字、加盖公章，再扫描或拍照。"),
    ),
    Annex(
        code="other",
        label=_("其他佐证材料"),
        section="plan",
        needed=_as_one_likes,
        help=_("能支持申报内容的材料，例如用户报告、查新报告、合作意向书。"),
    ),
)
