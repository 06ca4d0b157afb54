"""Who is told in whose place for a while. It confers no right, and ends by itself."""

from datetime import date, datetime

from django.db import transaction

from accounts import selectors
from accounts.models import AccountEdition, Deputy, Organisation, User
from records import audit, clock
from records.errors import Conflict, Reason
from records.lifecycle import lock


@transaction.atomic
def name_deputy(
    *,
    user: User,
    deputy: User,
    organisation: Organisation,
    since: date,
    until: date,
    by: User,
    at: datetime | None = None,
) -> Deputy:
    """Let ``deputy`` be told and reminded in the place of ``user`` from ``since`` until ``until``.

    A colleague of the same organisation who holds every role there that the person holds: nobody is told of what
    they might not read. One at a time; every reason against it is named at once.
    """
    at = at or clock.now()
    lock(user)
    Conflict.unless_empty(
        [
            *_against_colleague(user, deputy, organisation),
            *_against_days(user, deputy, organisation, since, until),
        ]
    )
    named = Deputy.objects.create(
        user=user,
        deputy=deputy,
        organisation=organisation,
        since=since,
        until=until,
        named_at=at,
        named_by=by,
    )
    said = {"user": user.pk, "deputy": deputy.pk, "since": since.isoformat(), "until": until.isoformat()}
    audit.record("accounts.deputy.name", named, by=by, at=at, **said)
    return named


def _against_colleague(user: User, deputy: User, organisation: Organisation) -> list[Reason]:
    if deputy.pk not in {one.pk for one in selectors.possible_deputies(user, organisation)}:
        return [
            Reason("代办人须是同一单位、与您担任相同角色的在职同事；评审专家不能由他人代办。", field="deputy")
        ]
    return []


def _against_days(
    user: User, deputy: User, organisation: Organisation, since: date, until: date
) -> list[Reason]:
    found, longest = [], AccountEdition.deputy_days(on=clock.today())
    if since < clock.today():
        found.append(Reason("开始日期不能早于今天。", field="since"))
    if until < since:
        found.append(Reason("结束日期不能早于开始日期。", field="until"))
    elif (until - since).days >= longest:
        found.append(Reason(f"一次代办最长 {longest} 日。", field="until"))
    standing = Deputy.objects.standing().filter(organisation=organisation, since__lte=until, until__gte=since)
    if other := standing.filter(user=user).first():
        found.append(
            Reason(f"这段时间已由{other.deputy.name}代办（至 {other.until:%Y-%m-%d}）。", field="since")
        )
    if away := standing.filter(user=deputy).first():
        found.append(
            Reason(f"{deputy.name}这段时间自己也由{away.deputy.name}代办，请另选同事。", field="deputy")
        )
    return found


@transaction.atomic
def end_deputy(*, deputy: Deputy, by: User, at: datetime | None = None) -> Deputy:
    """End it before its last day."""
    at = at or clock.now()
    deputy.refresh_from_db(from_queryset=Deputy.objects.select_for_update(of=("self",), no_key=True))
    if deputy.ended_at or deputy.until < clock.today():
        raise Conflict("这次代办已经结束。")
    deputy.ended_at, deputy.ended_by = at, by
    deputy.save(update_fields=["ended_at", "ended_by"])
    audit.record("accounts.deputy.end", deputy, by=by, at=at, user=deputy.user_id, deputy=deputy.deputy_id)
    return deputy
