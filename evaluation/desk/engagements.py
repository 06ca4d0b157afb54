"""Engagements of agencies: drafted, approved, ended, and handed over to whoever goes on with what is left."""

from django.utils.translation import gettext_lazy as _

from evaluation import forms, permissions, selectors, services
from evaluation.lifecycle import ENGAGEMENT
from evaluation.models import Engagement
from records import clock
from records.desk import Desk, Step, register


def has_nothing_left(engagement: Engagement) -> bool:
    if selectors.left_undone(engagement, clock.today()).exists():
        return False
    return not selectors.panels_left(engagement).exists()


def _may_open_contract(user, engagement, kind: str) -> bool:
    """The contract is for its two sides; whoever else sees the engagement does without its file."""
    return permissions.may_read_engagements(user)


ENGAGEMENT_DESK = register(
    Desk(
        name="engagement",
        model=Engagement,
        lifecycle=ENGAGEMENT,
        who=permissions.ENGAGEMENT_WHO,
        visible=selectors.engagements_visible_to,
        page="evaluation:engagement",
        move_page="evaluation:engagement-move",
        resource="engagements",
        begun=_("起草委托"),
        hidden={"hand_over": has_nothing_left},
        opens_files=_may_open_contract,
        steps={
            "approve": Step(
                services.approve_engagement,
                primary=True,
                consequence=_(
                    "委托生效，委托期内该机构可以办理所列批次的评审\n通知第三方机构\n期满自动结束，不能再查阅"
                ),
            ),
            "discard": Step(
                services.discard_engagement,
                forms.ReasonForm,
                danger=True,
                consequence=_("草稿作废，不可恢复"),
            ),
            "end": Step(
                services.end_engagement,
                forms.ReasonForm,
                danger=True,
                consequence=_(
                    "该机构立即不能再查阅所委托的申报、材料和评审组\n"
                    "未完成的评审转为待移交，须交其他机构继续办理\n通知第三方机构"
                ),
            ),
            "hand_over": Step(
                services.hand_over_engagement,
                forms.HandOverForm,
                primary=True,
                consequence=_("未完成的评审组和申报转由接手的机构继续办理\n专家、抽取记录和评分保持不变"),
            ),
        },
    )
)
