"""What the book of 2022 asks for, box by box, written a second time by hand (domain D1), and what is said of a box that
is left empty."""

import pytest

from institutes import book
from institutes.book import core
from institutes.book.kinds import Grid, Rows
from tests.institutes.book.words import BOOK

EMPTY, NOTHING = "未填写。", "未填写，没有发生额请填 0。"

# Every box that has to be filled in; of a table those of a row that was begun, of a grid its lines.
ASKED = {
    "basics": {
        "institute_name": "研究院名称",
        "chain": "所属产业链",
        "segment": "产业链环节",
        "industry": "产业领域",
        "established_on": "组建日期",
        "build_from": "建设期自",
        "build_to": "建设期至",
    },
    "host": {
        "host_name": "单位名称",
        "uscc": "统一社会信用代码",
        "registered_on": "成立日期",
        "reg_address": "注册地址",
        "reg_capital": "注册资本",
        "chain_role": "产业链地位",
        "legal_rep": "法定代表人",
        "contact": "联系人",
        "mobile": "联系人手机",
        "email": "电子邮箱",
        "qualifications-0-kind": "企业资质 第 1 行 · 资质",
        "qualifications-0-certificate": "企业资质 第 1 行 · 证书编号",
        "qualifications-0-valid_to": "企业资质 第 1 行 · 有效期至",
        "similar_platform": "是否已有同类省级平台",
        "clean_record": "无严重失信、未列入经营异常名录、无逾期未结项目",
    },
    "partners": {
        "partners-0-name": "共建单位 第 1 行 · 单位名称",
        "partners-0-kind": "共建单位 第 1 行 · 类型",
        "partners-0-country": "共建单位 第 1 行 · 国家或地区",
        "partners-0-signed_on": "共建单位 第 1 行 · 协议签订日期",
        "partners-0-valid_to": "共建单位 第 1 行 · 协议有效期至",
        "partners-0-clauses": "共建单位 第 1 行 · 协议已约定",
        "partners-0-lapses": "共建单位 第 1 行 · 未获认定时协议是否失效",
        "partners-0-money": "共建单位 第 1 行 · 投入资金",
    },
    "governance": {
        "people-0-body": "组成人员 第 1 行 · 职务",
        "people-0-name": "组成人员 第 1 行 · 姓名",
        "people-0-born_on": "组成人员 第 1 行 · 出生日期",
        "people-0-degree": "组成人员 第 1 行 · 学历",
        "people-0-title": "组成人员 第 1 行 · 职称",
        "people-0-employer": "组成人员 第 1 行 · 工作单位",
        "people-0-time": "组成人员 第 1 行 · 全职或兼职",
        "charter_on": "章程通过日期",
        "independent_accounting": "是否单独核算",
        "independence": "人财物相对独立的安排",
    },
    "team": {
        "headcount_total": "研究院总人数",
        "rd_fulltime": "其中全职研发人员",
        "rd_parttime": "其中兼职研发人员",
        "phd": "其中博士",
        "master": "其中硕士",
        "senior_title": "其中高级职称",
        "roster-0-name": "研发人员名册 第 1 行 · 姓名",
        "roster-0-birth_year": "研发人员名册 第 1 行 · 出生年份",
        "roster-0-degree": "研发人员名册 第 1 行 · 学历",
        "roster-0-field": "研发人员名册 第 1 行 · 专业",
        "roster-0-time": "研发人员名册 第 1 行 · 全职或兼职",
        "roster-0-share": "研发人员名册 第 1 行 · 工时占比",
        "roster-0-employer": "研发人员名册 第 1 行 · 工作单位",
    },
    "premises": {
        "area_m2": "科研场地面积",
        "tenure": "场地来源",
        "pilot_line_m2": "其中中试面积",
        "equipment_value": "科研设备原值",
        "equipment-0-name": "设备清单 第 1 行 · 设备名称",
        "equipment-0-bought_on": "设备清单 第 1 行 · 购置日期",
        "equipment-0-original_value": "设备清单 第 1 行 · 原值",
        "equipment-0-owner": "设备清单 第 1 行 · 产权单位",
        "equipment-0-open_share": "设备清单 第 1 行 · 开放共享",
    },
    "base": {
        "overview": "研发基础概述",
        "patents-0-kind": "授权专利 第 1 行 · 类型",
        "patents-0-number": "授权专利 第 1 行 · 专利号",
        "patents-0-title": "授权专利 第 1 行 · 名称",
        "patents-0-granted_on": "授权专利 第 1 行 · 授权公告日",
        "patents-0-owner": "授权专利 第 1 行 · 专利权人",
        "software-0-name": "软件著作权 第 1 行 · 软件名称",
        "software-0-number": "软件著作权 第 1 行 · 登记号",
        "software-0-registered_on": "软件著作权 第 1 行 · 登记日期",
        "software-0-owner": "软件著作权 第 1 行 · 著作权人",
        "standards-0-number": "制定标准 第 1 行 · 标准号",
        "standards-0-name": "制定标准 第 1 行 · 标准名称",
        "standards-0-level": "制定标准 第 1 行 · 级别",
        "standards-0-role": "制定标准 第 1 行 · 作用",
        "standards-0-published_on": "制定标准 第 1 行 · 发布日期",
        "awards-0-name": "科技奖励 第 1 行 · 奖励名称",
        "awards-0-level": "科技奖励 第 1 行 · 级别",
        "awards-0-awarded_on": "科技奖励 第 1 行 · 获奖日期",
        "awards-0-winner": "科技奖励 第 1 行 · 获奖单位或人员",
        "projects-0-level": "承担项目 第 1 行 · 级别",
        "projects-0-number": "承担项目 第 1 行 · 项目编号",
        "projects-0-name": "承担项目 第 1 行 · 项目名称",
        "projects-0-amount": "承担项目 第 1 行 · 财政资金",
        "projects-0-role": "承担项目 第 1 行 · 作用",
        "projects-0-approved_on": "承担项目 第 1 行 · 立项日期",
    },
    "plan": {
        "background": "建设背景与必要性",
        "directions-0-name": "研究方向 第 1 行 · 方向名称",
        "directions-0-content": "研究方向 第 1 行 · 主要内容与预期突破",
        "task_common_technology": "产业共性关键技术研发",
        "task_integration": "技术集成与成套工艺、装备、产品开发",
        "task_second_development": "科技成果二次开发与中试熟化",
        "task_public_service": "公共技术服务",
        "task_strategy": "产业发展战略研究",
        "milestones-0-due_on": "阶段安排 第 1 行 · 完成时间",
        "milestones-0-content": "阶段安排 第 1 行 · 完成内容",
    },
    "budget": {},
    "services": {
        "catalogue-0-name": "服务目录 第 1 行 · 服务名称",
        "catalogue-0-content": "服务目录 第 1 行 · 服务内容",
        "catalogue-0-price": "服务目录 第 1 行 · 收费标准",
        "price_rule": "收费办法",
        "booking_contact": "预约联系人",
        "booking_phone": "预约电话",
    },
    "commitment": {"commitments": "承诺事项", "signatory": "承诺人（法定代表人）", "signed_on": "签署日期"},
    "recusal": {"exclusions-0-reason": "申请回避 第 1 行 · 理由"},
}
# The targets of the build period, each counted in its own unit.
TARGETS = {
    "new_technologies": "项",
    "new_products": "项",
    "killer_products": "项",
    "transfers": "项",
    "invention_patents": "件",
    "service_clients": "家",
    "incubated_firms": "家",
    "new_revenue": "万元",
    "tax": "万元",
    "trained_people": "人",
}
# Lines of the tables of figures; each is asked for in every column.
LINES = {
    ("host", "finance"): {"revenue", "profit", "tax_paid", "rd_expense", "assets", "liabilities"},
    ("plan", "targets"): set(TARGETS),
    ("budget", "sources"): {"host", "partners", "municipal", "county", "other"},
    ("budget", "uses"): {"equipment", "materials", "labour", "testing", "other"},
}
# What a number is counted in; amounts are typed in 万元 and kept in yuan.
UNITS = {
    "host.reg_capital": "万元",
    "host.finance": "万元",
    "partners.money": "万元",
    "partners.equipment": "万元",
    "partners.site_m2": "平方米",
    "partners.people": "人",
    "partners.ip": "件",
    "team.headcount_total": "人",
    "team.rd_fulltime": "人",
    "team.rd_parttime": "人",
    "team.phd": "人",
    "team.master": "人",
    "team.senior_title": "人",
    "team.share": "%",
    "premises.area_m2": "平方米",
    "premises.pilot_line_m2": "平方米",
    "premises.equipment_value": "万元",
    "premises.original_value": "万元",
    "base.amount": "万元",
    "budget.sources": "万元",
    "budget.uses": "万元",
    "budget.bonuses": "万元",
}


def begun(section):
    """Every table of a section with one row of which nothing is filled in."""
    return {entry.code: [{"key": "0"}] for entry in section.entries if isinstance(entry, Rows)}


@pytest.mark.parametrize("code", ASKED)
def test_a_box_that_is_left_empty_is_said_by_its_name(setting, code):
    section = BOOK.section(code)

    found = core.section_faults(section, {code: begun(section)}, setting)

    assert {fault.path: fault.label for fault in found if fault.text == EMPTY} == ASKED[code]


def test_there_is_no_other_section():
    assert [section.code for section in BOOK.sections] == list(ASKED)


@pytest.mark.parametrize(("code", "table"), LINES)
def test_figures_are_asked_for_line_by_line_and_nothing_is_a_nought(setting, code, table):
    section = BOOK.section(code)

    found = core.section_faults(section, {code: {}}, setting)

    told = {fault.path.split("-")[1] for fault in found if fault.path.startswith(f"{table}-")}
    assert told == LINES[code, table]
    assert {fault.text for fault in found if fault.path.startswith(f"{table}-")} >= {NOTHING}


def test_numbers_are_counted_in_these_units():
    found = {}
    for section in BOOK.sections:
        for entry in section.entries:
            fields = entry.lines if isinstance(entry, Grid) else getattr(entry, "columns", [entry])
            names = [entry.code if isinstance(entry, Grid) else one.code for one in fields]
            found |= {
                f"{section.code}.{name}": one.unit
                for name, one in zip(names, fields, strict=True)
                if one.unit
            }
    del found["plan.targets"]

    assert found == UNITS
    assert {line.code: line.unit for line in BOOK.section("plan").entry("targets").lines} == TARGETS


def test_a_loss_is_a_figure_like_any_other(setting):
    grid = BOOK.section("host").entry("finance")
    profit, revenue = (
        next(line for line in grid.lines if line.code == code) for code in ("profit", "revenue")
    )

    assert profit.clean(["-12.5"], setting) == "-125000.00"
    with pytest.raises(book.Malformed, match="金额不能为负数。"):
        revenue.clean(["-12.5"], setting)
