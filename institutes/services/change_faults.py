"""What stands against a change: names that are taken, hosts that may not lead, cases that have to end first."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.policy import uscc_faults
from accounts.selectors import registered_as
from institutes.book.checks import name_fault
from institutes.enums import OPEN_STATES, ChangeKind, ChangeState, TenureKind
from institutes.models import Application, Change, Institute, Revocation, Tenure
from institutes.policy import add_years
from institutes.selectors import active_institutes_of, standing_on_the_map
from records import clock
from records.deadlines import day_in_words
from records.errors import Reason

K = ChangeKind


def contradictions(change: Change) -> list[Reason]:
    """Everything that what is recorded now has against it."""
    return [*_of_standing(change), *_OF_KIND[K(change.kind)](change)]


def _of_standing(change: Change) -> Iterator[Reason]:
    recognition, institute = change.institute.recognition, change.institute
    if recognition.is_over:
        yield Reason(f"该研究院的{recognition.barrier}，不能再办理变更。")
    if change.host_id != institute.host_id:
        yield Reason("依托单位已变更，本申请由原依托单位提出，请撤回后由现依托单位重新提出。")
    if (
        change.kind in (K.HOST, K.WITHDRAWAL)
        and Revocation.objects.open().filter(institute=institute).exists()
    ):
        yield Reason("正在办理撤销认定，结案之前不能更换依托单位或者退出。", field="kind")
    if change.kind == K.HOST and recognition.suspended_at:
        yield Reason("资格暂停期间不能更换依托单位，请恢复资格后再办理。", field="kind")
    others = Change.objects.open().filter(institute=institute, kind=change.kind).exclude(pk=change.pk)
    if change.kind in (K.ADD_CO_BUILDER, K.DROP_CO_BUILDER):
        others = others.filter(value=change.value)
    if other := others.first():
        yield Reason(
            f"已有一份“{change.get_kind_display()}”申请在办，请在该申请中办理。",
            field="kind",
            url=other.get_absolute_url(),
            link="查看在办申请",
        )


def _of_name(change: Change) -> Iterator[Reason]:
    name, institute = change.value, change.institute
    if name == institute.name:
        yield Reason("与现名称相同。", field="value")
    if words := name_fault(name, change.edition.terms["book"]):
        yield Reason(words, field="value")
    former = Tenure.objects.filter(kind=TenureKind.NAME, value=name).exclude(institute=institute)
    if Institute.objects.filter(name=name).exclude(pk=institute.pk).exists() or former.exists():
        yield Reason(f"“{name}”是另一家研究院的现用名或曾用名，不能使用。", field="value")
    elif Application.objects.filter(institute_name=name, state__in=OPEN_STATES).exists():
        yield Reason(f"“{name}”已有单位正在申报认定，结果公布之前不能使用。", field="value")


def _of_host_name(change: Change) -> Iterator[Reason]:
    if change.value == change.institute.host.name:
        yield Reason("与现名称相同。", field="value")
    elif registered_as(change.value, besides=change.institute.host_id):
        yield Reason(f"“{change.value}”已由另一家单位注册，请核对营业执照上的名称。", field="value")


def _of_host(change: Change) -> Iterator[Reason]:
    """Whether the enterprise may lead: its kind, place, standing on the chain, how many it leads already (二(一))."""
    host, chain = change.new_host, change.institute.chain
    if host is None:
        return
    if host.pk == change.institute.host_id:
        yield Reason("该单位就是现依托单位；单位更名请选择“依托单位更名”。", field="uscc")
        return
    if host.kind != OrganisationKind.ENTERPRISE:
        yield Reason(f"{host}不是企业，不能作为依托单位。", field="uscc", clause="二(一)")
    if not host.is_confirmed:
        yield Reason(f"{host}的单位注册尚未经所在县（市、区）确认。", field="uscc")
    if host.division is None or not host.division.active:
        yield Reason(f"{host}不在本市注册，不能作为依托单位。", field="uscc", clause="二(一)")
    if not any(member.segment.chain_id == chain.pk for member in standing_on_the_map(host.uscc)):
        words = f"{host}未列入“{chain}”图谱的“链主”企业或骨干企业；请县级先提出图谱调整建议。"
        yield Reason(words, field="uscc", clause="二(一)")
    most = int(change.edition.terms["host"]["active_institutes_max"])
    if (count := active_institutes_of(host).count()) >= most:
        yield Reason(f"{host}已有 {count} 家在册研究院，同一依托单位以 {most} 家为限。", field="uscc")


def _of_director(change: Change) -> Iterator[Reason]:
    if change.value == change.institute.director:
        yield Reason("与现任院长相同。", field="value")


def _of_newcomer(change: Change) -> Iterator[Reason]:
    if change.value in change.institute.co_builders:
        yield Reason(f"“{change.value}”已是共建单位。", field="value")
    if change.value == change.institute.host.name:
        yield Reason("依托单位不能同时是共建单位。", field="value")
    if change.uscc:
        yield from (Reason(words, field="uscc") for words in uscc_faults(change.uscc))


def _of_leaver(change: Change) -> Iterator[Reason]:
    left = [name for name in change.institute.co_builders if name != change.value]
    if change.value not in change.institute.co_builders:
        yield Reason(f"“{change.value}”不在现共建单位中。", field="value")
    elif not left:
        words = "该单位退出后没有共建单位；研究院须由企业与上下游企业、高校或科研院所共建，请先增加共建单位。"
        yield Reason(words, field="value", clause="二(三)1")


def _of_extension(change: Change) -> Iterator[Reason]:
    """Asked for before the build period ends, once, and not for longer than the edition allows (domain B2)."""
    institute, terms = change.institute, change.edition.terms["build"]
    day = _day_in(change.value)
    if institute.build_to is None:
        yield Reason("该研究院没有登记建设期，不能办理延期。", field="value")
        return
    if day is None:
        yield Reason("请按 2028-06-30 的格式填写日期。", field="value")
        return
    years, most = int(terms["extension_years_max"]), int(terms["extensions_max"])
    last, asked_on = (
        add_years(institute.build_to, years),
        timezone.localdate(change.handed_in_at or clock.now()),
    )
    if day <= institute.build_to:
        yield Reason(f"须晚于现建设期截止日{day_in_words(institute.build_to)}。", field="value")
    elif day > last:
        yield Reason(
            f"建设期延长不超过 {years} 年，至迟为{day_in_words(last)}（系统默认，待确认）。", field="value"
        )
    if asked_on > institute.build_to:
        yield Reason(f"建设期已于{day_in_words(institute.build_to)}届满，延期须在届满前申请。", field="kind")
    granted = Change.objects.filter(institute=institute, kind=K.EXTENSION, state=ChangeState.APPROVED)
    if granted.exclude(pk=change.pk).count() >= most:
        yield Reason(f"建设期最多延长 {most} 次，本院已经延长。", field="kind")


def _day_in(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _of_withdrawal(change: Change) -> Iterator[Reason]:
    yield from ()


_OF_KIND = {
    K.NAME: _of_name,
    K.HOST_NAME: _of_host_name,
    K.HOST: _of_host,
    K.DIRECTOR: _of_director,
    K.ADD_CO_BUILDER: _of_newcomer,
    K.DROP_CO_BUILDER: _of_leaver,
    K.EXTENSION: _of_extension,
    K.WITHDRAWAL: _of_withdrawal,
}
