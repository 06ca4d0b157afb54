"""What an approved change does to an institute. Nothing else writes its columns after recognition."""

from datetime import date, datetime

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import rename_organisation
from institutes.enums import ChangeKind, TenureKind
from institutes.models import Change, Institute, Recognition, Tenure
from institutes.services.ending import end_what_is_open
from records import audit

K, T = ChangeKind, TenureKind


def begin_tenures(institute: Institute, on: date) -> None:
    """Keep from when on the institute bears its first name, with whoever hosts, directs and co-builds it."""
    held: list[tuple[str, str, Organisation | None]] = [
        (T.NAME, institute.name, None),
        (T.HOST, institute.host.name, institute.host),
        (T.DIVISION, institute.division.name, None),
    ]
    held += [(T.DIRECTOR, institute.director, None)] if institute.director else []
    held += [(T.CO_BUILDER, name, None) for name in dict.fromkeys(institute.co_builders)]
    Tenure.objects.bulk_create(
        Tenure(institute=institute, kind=kind, value=value[:100], organisation=organisation, since=on)
        for kind, value, organisation in held
    )


def apply_change(change: Change, *, by: User, at: datetime) -> None:
    """Do what was approved. The caller holds the locks of the institute and the change, and has checked it."""
    institute, day = change.institute, timezone.localdate(at)
    before = _said(institute)
    _APPLY[K(change.kind)](change, institute, by, at, day)
    institute.save(update_fields=["name", "host", "division", "director", "co_builders", "build_to"])
    audit.record(
        "institutes.institute.change",
        institute,
        by=by,
        at=at,
        change=change.pk,
        kind=change.kind,
        before=before,
        after=_said(institute),
    )


def _said(institute: Institute) -> dict:
    return {
        "name": institute.name,
        "host": institute.host.name,
        "division": institute.division.name,
        "director": institute.director,
        "co_builders": institute.co_builders,
        "build_to": institute.build_to.isoformat() if institute.build_to else "",
    }


def _succeed(
    change: Change, kind: str, value: str, day: date, *, organisation: Organisation | None = None
) -> None:
    """Let ``value`` take the place of what held until this day."""
    Tenure.objects.filter(institute=change.institute, kind=kind).present().update(
        until=day, ended_with=change
    )
    Tenure.objects.create(
        institute=change.institute,
        kind=kind,
        value=value,
        organisation=organisation,
        since=day,
        change=change,
    )


def _rename(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    institute.name = change.value
    _succeed(change, T.NAME, change.value, day)


def _rename_host(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    """The unit bears its new name everywhere; of every institute that it hosts the former name is kept."""
    rename_organisation(organisation=institute.host, name=change.value, by=by, at=at)
    for hosted in Institute.objects.filter(host=institute.host):
        rows = Tenure.objects.filter(institute=hosted, kind=T.HOST).present()
        rows.update(until=day, ended_with=change)
        Tenure.objects.create(
            institute=hosted,
            kind=T.HOST,
            value=change.value,
            organisation=institute.host,
            since=day,
            change=change,
        )


def _replace_host(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    """Another enterprise hosts it; where that one sits elsewhere, its county takes the institute over."""
    host = change.new_host
    if host is None or host.division is None:
        raise ValueError("A change of the host names an enterprise of the city.")
    if host.division_id != institute.division_id:
        _succeed(change, T.DIVISION, host.division.name, day)
    institute.host, institute.division = host, host.division
    _succeed(change, T.HOST, host.name, day, organisation=host)


def _appoint(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    institute.director = change.value
    _succeed(change, T.DIRECTOR, change.value, day)


def _add_co_builder(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    institute.co_builders = [*institute.co_builders, change.value]
    Tenure.objects.create(
        institute=institute, kind=T.CO_BUILDER, value=change.value, since=day, change=change
    )


def _drop_co_builder(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    institute.co_builders = [name for name in institute.co_builders if name != change.value]
    rows = Tenure.objects.filter(institute=institute, kind=T.CO_BUILDER, value=change.value)
    rows.present().update(until=day, ended_with=change)


def _extend(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    """The build period ends later; the targets stay what they are."""
    institute.build_to = date.fromisoformat(change.value)


def _withdraw(change: Change, institute: Institute, by: User, at: datetime, day: date) -> None:
    recognition: Recognition = institute.recognition
    recognition.withdrawn_at, recognition.withdrawn_by = at, by
    recognition.withdrawal_reason = change.grounds[:500]
    end_what_is_open(recognition, "研究院主动退出。", but=change, by=by, at=at)
    recognition.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    audit.record("institutes.recognition.withdraw", recognition, by=by, at=at, change=change.pk)


_APPLY = {
    K.NAME: _rename,
    K.HOST_NAME: _rename_host,
    K.HOST: _replace_host,
    K.DIRECTOR: _appoint,
    K.ADD_CO_BUILDER: _add_co_builder,
    K.DROP_CO_BUILDER: _drop_co_builder,
    K.EXTENSION: _extend,
    K.WITHDRAWAL: _withdraw,
}
