"""Packages for blind review: searched for names, hit by hit answered, frozen, and reopened where something is wrong."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from evaluation import forms, permissions, selectors, services
from evaluation.enums import OPEN_PANELS, FileChoice, HitAnswer
from evaluation.lifecycle import PACKAGE
from evaluation.models import BlindPackage
from records.desk import Desk, Step, register


def _package_history(user, package):
    """Reasons may say whose application it is: whoever must not know it reads the moves without them."""
    for line in PACKAGE_DESK.told(user, package):
        yield line if selectors.reads_findings(user) else replace(line, reason="")


def has_no_open_hit(package: BlindPackage) -> bool:
    return not selectors.open_hits_of(package).exists()


def has_no_hit_asked(package: BlindPackage) -> bool:
    return not selectors.open_hits_of(package).filter(answer=HitAnswer.ASKED).exists()


def has_no_file(package: BlindPackage) -> bool:
    return not package.files.exists()


def has_no_file_asked(package: BlindPackage) -> bool:
    return not package.files.filter(choice=FileChoice.ASKED).exists()


def is_over(package: BlindPackage) -> bool:
    return package.panel.state not in OPEN_PANELS


PACKAGE_DESK = register(
    Desk(
        name="package",
        model=BlindPackage,
        lifecycle=PACKAGE,
        who=permissions.PACKAGE_WHO,
        visible=selectors.packages_visible_to,
        page="evaluation:package",
        move_page="evaluation:package-move",
        resource="packages",
        begun=_("生成盲审包"),
        history=_package_history,
        hidden={
            "mask": has_no_open_hit,
            "ask_waiver": has_no_open_hit,
            "waive": has_no_hit_asked,
            "ask_file": has_no_file,
            "open_file": has_no_file_asked,
            "withhold_file": has_no_file,
            "reopen": is_over,
        },
        steps={
            "freeze": Step(
                services.freeze_package,
                primary=True,
                consequence=_(
                    "盲审包按现状冻结并记录指纹，第三方机构可以抽取专家\n"
                    "签署承诺的专家按冻结的内容查阅，附件逐页加盖水印"
                ),
            ),
            "scan": Step(
                services.scan_package,
                consequence=_("重新检索申报书和全部附件\n已处理且内容未变的检出保持原处理结果"),
            ),
            "mask": Step(services.mask_hit, forms.MaskForm, consequence=_("只替换盲审副本，申报书原文不变")),
            "ask_waiver": Step(
                services.ask_waiver, forms.AskWaiverForm, consequence=_("由另一人同意后，专家将看到原文")
            ),
            "waive": Step(
                services.waive_hit, forms.WaiveForm, consequence=_("专家将看到该处原文，理由和两人姓名留存")
            ),
            "ask_file": Step(
                services.ask_file,
                forms.FileReasonForm,
                consequence=_("由另一人同意后，专家可以查阅加盖水印的副本"),
            ),
            "open_file": Step(
                services.open_file,
                forms.OpenFileForm,
                consequence=_("专家可以查阅加盖水印、清除文件信息的副本"),
            ),
            "withhold_file": Step(
                services.withhold_file, forms.FileReasonForm, consequence=_("该附件不提供给专家")
            ),
            "reopen": Step(
                services.reopen_package,
                forms.ReasonForm,
                danger=True,
                consequence=_(
                    "专家立即不能查阅材料和评分，已填写的评分保留\n核对后须重新冻结\n通知第三方机构和专家"
                ),
            ),
        },
    )
)
