"""The desks of this room: registrations, grants of roles, and long work, which the ground does for people."""

from django.utils.translation import gettext_lazy as _

from accounts import selectors, services
from accounts.forms import ReasonForm, RefuseForm, ResubmitForm
from accounts.lifecycle import MEMBERSHIP, REGISTRATION
from accounts.models import Membership, Organisation
from accounts.permissions import WHO_JOB, WHO_MEMBERSHIP, WHO_REGISTRATION
from records import jobs
from records.desk import Desk, Step, register
from records.lifecycle import JOB
from records.models import Job

REGISTRATION_DESK = register(
    Desk(
        name="organisation",
        model=Organisation,
        lifecycle=REGISTRATION,
        who=WHO_REGISTRATION,
        visible=selectors.registrations_visible_to,
        page="accounts:registration",
        move_page="accounts:registration-move",
        resource="registrations",
        steps={
            "confirm": Step(
                services.confirm_organisation,
                consequence=_("该单位的管理员即可邀请成员、填报申请。\n注册人会收到通知。"),
                primary=True,
            ),
            "refuse": Step(
                services.refuse_organisation,
                form=RefuseForm,
                consequence=_("注册人会看到您填写的理由，修改后可以重新提交。"),
                danger=True,
            ),
            "resubmit": Step(
                services.resubmit_organisation,
                form=ResubmitForm,
                consequence=_("修改后的信息重新交归口科技管理部门确认。"),
                primary=True,
            ),
        },
    )
)
MEMBERSHIP_DESK = register(
    Desk(
        name="membership",
        model=Membership,
        lifecycle=MEMBERSHIP,
        who=WHO_MEMBERSHIP,
        visible=selectors.memberships_visible_to,
        page="accounts:grant",
        move_page="accounts:grant-move",
        resource="memberships",
        steps={
            "approve": Step(
                services.approve_grant,
                consequence=_("该人员自生效日起即可按此角色办理业务。"),
                primary=True,
            ),
            "refuse": Step(
                services.refuse_grant,
                form=ReasonForm,
                consequence=_("授权不生效，理由记入登记簿。"),
                danger=True,
            ),
            "end": Step(
                services.end_membership,
                form=ReasonForm,
                consequence=_("该人员立即失去此角色，已办理的事项保留。"),
                danger=True,
            ),
        },
    )
)
JOB_DESK = register(
    Desk(
        name="job",
        model=Job,
        lifecycle=JOB,
        who=WHO_JOB,
        visible=selectors.jobs_visible_to,
        page="records:job",
        move_page="records:job-move",
        resource="jobs",
        begun=_("下达任务"),
        steps={
            "resume": Step(jobs.resume_job, primary=True, consequence=_("从中断处继续，已完成的不重复")),
            "cancel": Step(
                jobs.cancel_job,
                form=ReasonForm,
                consequence=_("尚未完成的不再生成，已完成的保留"),
                danger=True,
            ),
        },
    )
)
