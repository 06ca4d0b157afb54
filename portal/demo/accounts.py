"""Who can log in to the demo. Knows neither Django nor the database: the launcher prints it."""

from typing import NamedTuple

PASSWORD = "Portal-demo-2026"


class Account(NamedTuple):
    """A login of the demo: its name, the role it shows, and for whom that person works."""

    username: str
    role: str
    organisation: str


ACCOUNTS = (
    Account("ent_filler", "企业填报员", "示例企业"),
    Account("ent_admin", "企业管理员", "示例企业"),
    Account("county_staff", "县级科技部门经办", "示例县"),
    Account("county_lead", "县级科技部门负责人", "示例县"),
    Account("county_fin", "县级财政", "示例县"),
    Account("bureau_clerk", "市科技局经办", "市科技局"),
    Account("bureau_clerk2", "市科技局经办（复核）", "市科技局"),
    Account("bureau_approver", "市科技局审批", "市科技局"),
    Account("finance", "市财政局", "市财政局"),
    Account("tax", "市税务局", "市税务局"),
    Account("agency", "第三方机构", "示例评审机构"),
    Account("expert", "评审专家", "示例高校"),
    Account("expert2", "评审专家", "示例高校"),
    Account("expert3", "评审专家", "示例研究所"),
    Account("expert4", "评审专家", "示例研究所"),
    Account("expert5", "评审专家", "示例企业集团"),
    Account("auditor", "审计监督", "市科技局"),
    Account("sysadmin", "系统管理员", "市科技局"),
    Account("secadmin", "安全管理员", "市科技局"),
)
