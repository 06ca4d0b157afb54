"""Application books of the demo: complete, consistent, and plainly invented."""

import random
from datetime import date, timedelta
from string import ascii_lowercase

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.policy import check_character
from institutes import book
from institutes.models import Application
from institutes.policy import financial_years
from institutes.selectors import standing_on_the_map
from institutes.services import attach, save_section
from portal.demo.substance import base_of, premises_of, recusal_of, services_of, team_of
from portal.demo.world import Firm

WAN = 10_000


def sample_pdf(title: str) -> SimpleUploadedFile:
    """A one-page PDF that says what it stands for. Each is another file, as real annexes are."""
    text = f"Sample document {''.join(random.choices(ascii_lowercase, k=12))}"
    stream = f"BT /F1 20 Tf 72 740 Td ({text}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(body)
    body += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in offsets)
    body += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return SimpleUploadedFile(f"{title}.pdf", body, content_type="application/pdf")


def fill(
    application: Application, firm: Firm, n: int, *, today: date, but: frozenset[str] = frozenset()
) -> None:
    """Fill in every section and annex through the services, except the sections named in ``but``."""
    for code, changes in answers_for(application, firm, n, today=today).items():
        if changes and code not in but:
            version = application.sections.filter(code=code).values_list("version", flat=True).first() or 0
            save_section(
                application=application, section=code, changes=changes, version=version, by=firm.filler
            )
    if not but:
        supply_annexes(application, firm)


def supply_annexes(application: Application, firm: Firm) -> None:
    """Upload as many of each kind as the book now asks for."""
    form = book.of_edition(application.call.form_edition)
    answers, setting = book.answers_of_draft(application), book.setting_of(application)
    for annex in form.annexes:
        for number in range(annex.needed(answers, setting)):
            upload = sample_pdf(f"示例{annex.label}{number + 1}")
            attach(application=application, kind=annex.code, upload=upload, by=firm.filler)


def answers_for(application: Application, firm: Firm, n: int, *, today: date) -> dict[str, dict[str, object]]:
    """Values by section and path."""
    build_from = date(today.year, today.month, 1)
    build_to = build_from.replace(year=build_from.year + 2) - timedelta(days=1)
    return {
        "basics": _basics(firm, today, build_from, build_to),
        "host": _host(application, firm, n),
        "partners": _partners(n, today, build_to),
        "governance": _governance(firm, n, today),
        "team": team_of(firm, n),
        "premises": premises_of(firm, n, today, build_to),
        "base": base_of(firm, n, today),
        "plan": _plan(firm, n, build_from, build_to),
        "budget": _budget(n),
        "services": services_of(firm, n),
        "commitment": {
            "commitments": ["truthful", "integrity", "no_duplicate_funding", "data_use"],
            "signatory": f"示例法人{n}",
            "signed_on": today.isoformat(),
        },
        "recusal": recusal_of(n),
    }


def _basics(firm: Firm, today: date, build_from: date, build_to: date) -> dict[str, object]:
    return {
        "institute_name": f"石家庄市{firm.industry}产业技术研究院",
        "chain": firm.segment.chain_id,
        "segment": firm.segment.pk,
        "industry": firm.industry,
        "established_on": (today - timedelta(days=60)).isoformat(),
        "build_from": build_from.isoformat(),
        "build_to": build_to.isoformat(),
    }


def _host(application: Application, firm: Firm, n: int) -> dict[str, object]:
    host = firm.organisation
    values: dict[str, object] = {
        "host_name": host.name,
        "uscc": host.uscc,
        "registered_on": host.registered_on.isoformat() if host.registered_on else "",
        "reg_address": host.address,
        "reg_capital": f"{(3000 + 100 * n) * WAN}.00",
        "chain_role": standing_on_the_map(host.uscc).first().role,
        "legal_rep": f"示例法人{n}",
        "contact": f"示例申报人{n}",
        "mobile": f"1390000{n:04d}",
        "email": f"contact{n}@demo.example",
        "qualifications-1-kind": "high_tech",
        "qualifications-1-certificate": f"GR-SAMPLE-{n:04d}",
        "qualifications-1-valid_to": f"{application.call.year + 2}-12-31",
        "similar_platform": "no",
        "clean_record": "yes",
    }
    for step, year in enumerate(financial_years(application.call.year, 3)):
        revenue = (18_000 + 700 * n) * (100 + 12 * step) // 100
        amounts = {
            "revenue": revenue,
            "profit": revenue * 8 // 100,
            "tax_paid": revenue * 4 // 100,
            "rd_expense": revenue * (4 + n % 3) // 100,
            "assets": revenue * 14 // 10,
            "liabilities": revenue * 6 // 10,
        }
        values |= {f"finance-{line}-{year}": f"{amount * WAN}.00" for line, amount in amounts.items()}
    return values


PARTNERS = (
    ("示例理工学院", "university", 60),
    ("示例应用技术研究所", "institute", 40),
    ("示例配套企业", "upstream", 100),
    ("示例应用企业", "downstream", 80),
)


def _partners(n: int, today: date, build_to: date) -> dict[str, object]:
    values: dict[str, object] = {}
    for row, (name, kind, money) in enumerate(PARTNERS, start=1):
        values |= {
            f"partners-{row}-name": f"{name}{n}",
            f"partners-{row}-kind": kind,
            f"partners-{row}-country": "中国",
            f"partners-{row}-uscc": _partner_code(n, row, kind),
            f"partners-{row}-signed_on": (today - timedelta(days=50)).isoformat(),
            f"partners-{row}-valid_to": (build_to + timedelta(days=365)).isoformat(),
            f"partners-{row}-clauses": [
                "joint_development",
                "complementary",
                "risk_sharing",
                "benefit_sharing",
            ],
            f"partners-{row}-lapses": "no",
            f"partners-{row}-money": f"{money * WAN}.00",
            f"partners-{row}-equipment": f"{(row * 15) * WAN}.00",
            f"partners-{row}-people": 1 + row % 3,
            f"partners-{row}-ip": row % 2,
            f"partners-{row}-other": "派驻研发人员，开放相关设备。",
        }
    return values


def _partner_code(n: int, row: int, kind: str) -> str:
    body = f"{'12' if kind in ('university', 'institute') else '91'}130100{n:06d}{row:02d}X"
    return body + check_character(body)


def _governance(firm: Firm, n: int, today: date) -> dict[str, object]:
    bodies = [
        ("council", f"示例理事{n}甲", firm.organisation.name, "full"),
        *(
            ("council", f"示例理事{n}{'乙丙丁戊'[i]}", f"{name}{n}", "part")
            for i, (name, _k, _m) in enumerate(PARTNERS)
        ),
        *(("committee", f"示例委员{n}{word}", "示例外聘单位", "part") for word in "甲乙丙"),
        ("director", f"示例院长{n}", firm.organisation.name, "full"),
    ]
    values: dict[str, object] = {
        "charter_on": (today - timedelta(days=40)).isoformat(),
        "independent_accounting": "yes",
        "independence": (
            "研究院单独设立账目，经费专款专用；人员由院长聘任，依托单位和共建单位派驻人员签订派驻协议；"
            "研究院购置的设备单独登记，由理事会决定处置。"
        ),
    }
    for row, (body, name, employer, time) in enumerate(bodies, start=1):
        values |= {
            f"people-{row}-body": body,
            f"people-{row}-name": name,
            f"people-{row}-born_on": date(1968 + row, 5, 1 + n % 25).isoformat(),
            f"people-{row}-degree": "doctor" if row % 2 else "master",
            f"people-{row}-title": "教授级高级工程师" if row % 2 else "高级工程师",
            f"people-{row}-employer": employer,
            f"people-{row}-time": time,
        }
    return values


SPACED, SITED = 34, 28
"""The book in which the unit wrote its name so that only a second look finds it, and one that only seems to tell."""


def _second_look(firm: Firm, n: int) -> str:
    short = firm.organisation.short_name
    if n == SITED:
        return "行业数据取自公开平台 www.demo.example。"
    return f"前期由{short[:2]} {short[2:]}完成工艺验证。" if n == SPACED else ""


def _plan(firm: Firm, n: int, build_from: date, build_to: date) -> dict[str, object]:
    what = firm.industry
    values: dict[str, object] = {
        "background": (
            f"{what}是我市主导产业链上的重要环节，龙头企业集聚，但共性关键技术和中试条件不足，"
            f"中小企业难以单独承担研发投入。由链上骨干企业牵头，联合高校院所和上下游企业组建研究院，"
            "面向全行业开展技术攻关与公共服务，十分必要。" + _second_look(firm, n)
        ),
        "task_common_technology": f"围绕{what}的关键材料、核心部件和工艺稳定性，组织联合攻关，形成可共享的技术成果。",
        "task_integration": f"建设{what}成套工艺验证线，集成关键装备，形成可推广的整体解决方案。",
        "task_second_development": "承接高校院所成果开展二次开发，完成小试到中试的放大和熟化。",
        "task_public_service": "向行业开放检测、试验与咨询服务，制定收费目录和预约办法，定期组织技术培训。",
        "task_strategy": f"每年发布{what}技术进步路线图，为市、县制定产业规划提供咨询。",
    }
    for row, topic in enumerate(
        ("关键工艺与稳定性", "核心部件国产化", "检测评价与标准", "绿色低碳制造"), start=1
    ):
        values[f"directions-{row}-name"] = f"{what}{topic}"
        values[f"directions-{row}-content"] = (
            f"突破{topic}方面的共性难题，形成样品、样机或规范，并在链上企业应用验证。"
        )
    for row, (months, content) in enumerate(
        ((10, "完成平台建设与首批项目立项"), (22, "完成中试验证并通过验收准备")), start=1
    ):
        values[f"milestones-{row}-due_on"] = min(
            build_from + timedelta(days=30 * months), build_to
        ).isoformat()
        values[f"milestones-{row}-content"] = content
    targets = {
        "new_technologies": (1, 2, 4),
        "new_products": (0, 1, 3),
        "killer_products": (0, 0, 1),
        "transfers": (0, 1, 2),
        "invention_patents": (3, 5, 9),
        "service_clients": (10, 25, 50 + n),
        "incubated_firms": (0, 1, 2),
        "trained_people": (0, 20, 60),
    }
    amounts = {"new_revenue": (0, 2000, 6000), "tax": (0, 80, 260)}
    periods = ("base", "year_1", "year_2")
    for code, numbers in targets.items():
        values |= {
            f"targets-{code}-{period}": number for period, number in zip(periods, numbers, strict=True)
        }
    for code, numbers in amounts.items():
        values |= {
            f"targets-{code}-{period}": f"{number * WAN}.00"
            for period, number in zip(periods, numbers, strict=True)
        }
    return values


def _budget(n: int) -> dict[str, object]:
    partners = sum(money for _name, _kind, money in PARTNERS)
    sources = {"host": 700 + 10 * n, "partners": partners, "municipal": 20, "county": 10, "other": 0}
    total = sum(sources.values())
    uses = {
        "equipment": total * 45 // 100,
        "materials": total // 5,
        "labour": total // 5,
        "testing": total // 10,
    }
    uses["other"] = total - sum(uses.values())
    return {
        **{f"sources-{line}-amount": f"{amount * WAN}.00" for line, amount in sources.items()},
        **{f"uses-{line}-amount": f"{amount * WAN}.00" for line, amount in uses.items()},
        "budget_note": "财政资金用于设备购置和测试化验，不用于奖金、福利。",
    }
