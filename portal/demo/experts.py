"""The pool of experts of the demo: invented people with employers, ties, absences, one of them suspended."""

from datetime import date

from accounts.models import User
from evaluation import services
from evaluation.models import Expert
from records import clock

HOME = "河北石家庄"
# (name, seat, field, title, employer, region)
EXPERTS = (
    ("示例评审甲", "technical", "电子信息", "教授", "示例理工大学", "天津"),
    ("示例评审乙", "technical", "电子信息", "研究员", "示例电子研究所", HOME),
    ("示例评审丙", "technical", "生物医药", "教授", "示例医科大学", "北京"),
    ("示例评审丁", "technical", "生物医药", "主任药师", "示例药物研究院", HOME),
    ("示例评审戊", "technical", "装备制造", "教授级高工", "示例机械设计院", "山东济南"),
    ("示例评审己", "technical", "现代食品", "教授", "示例农业大学", HOME),
    ("示例评审庚", "technical", "装备制造", "研究员", "示例自动化研究所", HOME),
    ("示例评审辛", "technical", "电子信息", "教授", "示例信息工程大学", "北京"),
    ("示例评审壬", "finance", "财务管理", "注册会计师", "示例会计师事务所", HOME),
    ("示例评审癸", "finance", "财务管理", "高级会计师", "示例审计中心", HOME),
    ("示例评审子", "management", "科技管理", "研究员", "示例科技战略研究院", HOME),
    ("示例评审丑", "management", "科技管理", "教授", "示例经济管理学院", "天津"),
    ("示例评审寅", "technical", "生物医药", "研究员", "示例生物工程中心", HOME),
    ("示例评审卯", "technical", "现代食品", "教授", "示例轻工大学", "天津"),
    ("示例评审辰", "technical", "电子信息", "高级工程师", "示例微电子中心", HOME),
    ("示例评审巳", "technical", "装备制造", "教授", "示例工业大学", "河北保定"),
    ("示例评审午", "technical", "现代食品", "研究员", "示例食品检验院", HOME),
    ("示例评审未", "technical", "生物医药", "教授", "示例药科大学", "江苏南京"),
    ("示例评审申", "technical", "装备制造", "高级工程师", "示例装备检测中心", HOME),
    ("示例评审酉", "technical", "现代食品", "副教授", "示例营养研究所", "北京"),
    ("示例评审戌", "finance", "财务管理", "教授", "示例财经大学", "天津"),
    ("示例评审亥", "management", "科技管理", "高级经济师", "示例孵化器协会", HOME),
    ("示例评审金", "technical", "电子信息", "教授", "示例光电大学", "山东青岛"),
    ("示例评审木", "technical", "电子信息", "研究员", "示例集成电路研究所", HOME),
)
LATE = 14
"""The place of the electronics expert who is away while a panel of that field is under way."""


def enter(
    user: User, seat: str, field: str, title: str, employer: str, code: str, region: str, *, by: User
) -> Expert:
    """Enter one of them, as a clerk of the bureau does."""
    return services.enter_expert(
        user=user,
        seat=seat,
        field=field,
        title=title,
        employer=employer,
        employer_code=code,
        employed_since=date(clock.today().year - 6, 7, 1),
        outside_city=region != HOME,
        region=region,
        languages=["zh"] if region == HOME else ["zh", "en"],
        by=by,
    )
