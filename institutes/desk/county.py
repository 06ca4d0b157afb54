"""The desks of what a county keeps of its own: its cultivation pool, its supporting policies."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.forms import officers as forms
from institutes.forms.county_policies import RepealForm
from institutes.lifecycle import COUNTY_POLICY, CULTIVATION
from institutes.models import CountyPolicy, CultivationEntry
from records.desk import Desk, Step, register

CULTIVATION_DESK = register(
    Desk(
        name="entry",
        model=CultivationEntry,
        lifecycle=CULTIVATION,
        who=permissions.CULTIVATION_WHO,
        visible=selectors.entries_visible_to,
        page="institutes:cultivation-entry",
        move_page="institutes:cultivation-move",
        resource="cultivation",
        begun=_("列为摸底"),
        steps={
            "propose_entry": Step(
                services.propose_entry,
                primary=True,
                consequence=_("交县（市、区）分管领导确认，开始计时"),
            ),
            "drop": Step(
                services.drop_entry,
                forms.ReasonForm,
                danger=True,
                consequence=_("不列入培育库，记录保留；以后可以重新摸底"),
            ),
            "confirm_entry": Step(
                services.confirm_entry,
                primary=True,
                consequence=_(
                    "企业入库，经办按期登记帮扶措施\n企业报送申报、获得认定时，记录自动转入下一阶段"
                ),
            ),
            "return_entry": Step(services.return_entry, forms.ReasonForm, consequence=_("退回经办继续摸底")),
            "prepare": Step(services.prepare_entry, consequence=_("列入近期拟申报的企业，帮扶期限不变")),
            "resume": Step(services.resume_entry, forms.ReasonForm, consequence=_("转回培育，帮扶期限不变")),
            "propose_exit": Step(
                services.propose_exit, forms.ReasonForm, consequence=_("交县（市、区）分管领导确认，开始计时")
            ),
            "confirm_exit": Step(
                services.confirm_exit,
                primary=True,
                consequence=_("企业退出培育库，记录保留；以后可以重新摸底"),
            ),
            "refuse_exit": Step(
                services.refuse_exit, forms.ReasonForm, consequence=_("企业继续在库培育\n通知经办，告知理由")
            ),
        },
    )
)

COUNTY_POLICY_DESK = register(
    Desk(
        name="policy",
        model=CountyPolicy,
        lifecycle=COUNTY_POLICY,
        who=permissions.COUNTY_POLICY_WHO,
        visible=selectors.county_policies_visible_to,
        page="institutes:county-policy",
        move_page="institutes:county-policy-move",
        resource="county-policies",
        begun=_("登记草稿"),
        steps={
            "hand_up": Step(
                services.hand_up_county_policy,
                primary=True,
                consequence=_("交县（市、区）分管领导审签，开始计时"),
            ),
            "publish": Step(
                services.publish_county_policy,
                primary=True,
                consequence=_(
                    "文件连同原件在本平台公开，内容不能再改\n修订版发布后，原文件转为已由新版本替代\n通知市科技局"
                ),
            ),
            "send_back": Step(
                services.send_back_county_policy, forms.ReasonForm, consequence=_("退回县级经办修改")
            ),
            "repeal": Step(
                services.repeal_county_policy,
                RepealForm,
                danger=True,
                consequence=_("公开页面注明废止日期和说明，不可恢复\n通知市科技局"),
            ),
            "discard": Step(
                services.discard_county_policy,
                forms.ReasonForm,
                danger=True,
                consequence=_("草稿作废，不可恢复；文号可以重新登记"),
            ),
        },
    )
)
