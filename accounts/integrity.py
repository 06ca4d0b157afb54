"""What must always hold between people, roles and organisations."""

from django.db.models import Count, Q

from accounts.enums import MembershipState, OrganisationState
from accounts.models import Membership, Organisation
from accounts.roles import STANDS_APART, Role, fits
from records.integrity import check


@check("I4", "每个有效角色与其单位类别相符，且其单位未被拒绝")
def roles_fit_their_organisations() -> list[str]:
    active = Membership.objects.filter(state=MembershipState.ACTIVE).select_related("organisation", "user")
    return [
        f"{membership}（{membership.organisation}）：角色与单位类别不符"
        for membership in active.iterator(chunk_size=500)
        if not fits(membership.role, membership.organisation.kind)
    ]


@check("I4", "三员分立：系统管理员、安全管理员、审计人员不兼任其他角色")
def administrators_stand_apart() -> list[str]:
    apart = Count("pk", filter=Q(role__in=STANDS_APART))
    held = Membership.objects.live().values("user__username")
    doubles = held.annotate(apart=apart, roles=Count("role", distinct=True)).filter(apart__gt=0, roles__gt=1)
    return [f"{row['user__username']}：兼任 {row['roles']} 个角色" for row in doubles]


@check("I4", "每个已确认的单位有单位管理员")
def confirmed_units_have_an_administrator() -> list[str]:
    administrators = Membership.objects.live().filter(role=Role.ENT_ADMIN)
    lonely = Organisation.objects.filter(applied_at__isnull=False, state=OrganisationState.CONFIRMED).exclude(
        pk__in=administrators.values("organisation_id")
    )
    return [f"{organisation}：没有单位管理员" for organisation in lonely]
