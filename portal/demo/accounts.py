"""Who can log in to the demo. Knows neither Django nor the database: the launcher prints it."""

from typing import NamedTuple

PASSWORD = "Portal-demo-2026"


class Account(NamedTuple):
    """A login of the demo: its name, the role it shows, and for whom that person works."""

    username: str
    role: str
    organisation: str


ACCOUNTS = (
    Account("ent_filler", "申报人", "石家庄市示例星河电子股份有限公司（正在填报）"),
    Account("ent_admin", "单位管理员", "石家庄市示例星河电子股份有限公司"),
    Account("ent_filler2", "申报人", "石家庄市示例华北制药股份有限公司（已认定）"),
    Account("ent_admin2", "单位管理员", "石家庄市示例华北制药股份有限公司（待确认建设资金）"),
    Account("county_staff", "县级经办", "长安区科技管理部门"),
    Account("county_lead", "县级分管领导", "长安区科技管理部门"),
    Account("county_fin", "县级财政", "长安区财政局"),
    Account("bureau_clerk", "市科技局经办", "石家庄市科学技术局"),
    Account("bureau_clerk2", "市科技局经办（复核）", "石家庄市科学技术局"),
    Account("bureau_approver", "市科技局审批", "石家庄市科学技术局"),
    Account("bureau_approver2", "市科技局审批", "石家庄市科学技术局"),
    Account("finance", "市财政局", "石家庄市财政局"),
    Account("finance2", "市财政局", "石家庄市财政局"),
    Account("tax", "市税务局", "国家税务总局石家庄市税务局"),
    Account("agency", "第三方机构", "示例科技评估中心"),
    *(Account(f"expert{n if n > 1 else ''}", "评审专家", "石家庄市科技评审专家库") for n in range(1, 6)),
    Account("auditor", "审计监督", "石家庄市科学技术局"),
    Account("sysadmin", "系统管理员", "石家庄市科学技术局"),
    Account("secadmin", "安全管理员", "石家庄市科学技术局"),
)
