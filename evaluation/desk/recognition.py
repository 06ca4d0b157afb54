"""The review of applications for recognition (四(二)), as a kind of review."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.enums import ReviewKind
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.policy import Parties
from evaluation.selectors.visits import is_visited, what_becomes_of_the_visit
from institutes import book, selectors
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.selectors.decision import may_be_judged_anew
from institutes.services import record_review, reopen_review
from records.models import Attachment


def handed_to(user: User) -> QuerySet[Application]:
    """Applications that this person's agency was engaged to have reviewed, blinded where they have to be."""
    rows = selectors.applications_visible_to(user).filter(agency_id__in=selectors.agencies_of(user))
    return rows.select_related("agency", "call")


def describe(application: Application) -> Case:
    return Case(
        title=application.institute_name or f"{application.host}的申报",
        number=application.number or "",
        host=application.host,
        division=application.division,
        agency=application.agency,
        chain=application.chain,
        call=application.call,
    )


def read(application: Application, *, blind: bool) -> Material:
    """The book as it was last handed in and its annexes; nothing where none was handed in."""
    version = selectors.latest_version(application)
    if version is None:
        return Material(list, Attachment.objects.none, {})
    form, answers = book.of_edition(application.call.form_edition), version.answers
    kinds = [annex.code for annex in form.annexes]

    def annexes() -> QuerySet[Attachment]:
        rows = Attachment.objects.about(application).current().filter(kind__in=kinds)
        return rows.order_by("kind", "pk")

    if not blind:
        setting = book.with_frozen_names(book.setting_of(application), answers)
        return Material(lambda: book.read(form, answers, setting, discreet=True), annexes, {})
    return Material(
        chapters=lambda: book.read_blind(form, application, answers),
        annexes=annexes,
        needles=book.needles_for(form, application, answers),
        hide=book.hider(book.replacements_for(form, application, answers)),
    )


def parties(application: Application) -> Parties:
    """Whom its experts must have nothing to do with, by the book as it was last handed in."""
    answers = selectors.answers_of(application)
    people = [row.get("name", "") for row in answers.get("governance", {}).get("people", [])]
    people += [row.get("name", "") for row in answers.get("team", {}).get("roster", [])]
    host = answers.get("host", {})
    people += [application.host.legal_rep, host.get("legal_rep", ""), host.get("contact", "")]
    partners = answers.get("partners", {}).get("partners", [])
    return Parties(
        units=frozenset([application.host.name, *selectors.co_builder_names(application)]),
        people=frozenset(name for name in people if name),
        unwanted=frozenset(book.unwanted_by(answers)),
        codes=frozenset([application.host.uscc, *(partner.get("uscc") or "" for partner in partners)]),
    )


def conclude(application: Application, result: Result, /, *, by: User, at: datetime) -> Application:
    return record_review(
        application=application,
        score=result.score,
        passed=result.passed,
        opinion=result.opinion,
        tie_break=result.tie_break,
        tie_label=result.tie_label,
        visited=is_visited(application),
        by=by,
        at=at,
    )


def reopen(application: Application, /, *, reason: str, by: User, at: datetime) -> Application:
    return reopen_review(application=application, reason=reason, by=by, at=at)


def redo_barred(application: Application) -> str:
    """Why the result cannot be taken back any more; "" while it can."""
    if may_be_judged_anew(application):
        return ""
    return str(_("该申报已列入审议决定草稿或已作出决定，不能重新评定；请说明理由维持结果，由会议一并考虑"))


RECOGNITION = register(
    Kind(
        code=ReviewKind.RECOGNITION.value,
        label=ReviewKind.RECOGNITION.label,
        model=Application,
        under_review=Q(state=ApplicationState.REVIEWING),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="institutes:application",
        passed=_("评审合格，转入现场考察"),
        failed=_("评审未达到合格线"),
        follows=_(
            "按评审办法计算总分，写入申报案卷，并出具评审结果表\n"
            "合格的转入现场考察；不合格的办结，出具结果告知书并通知申报单位\n"
            "汇总后不能再修改"
        ),
        withdrawn=_("申报单位已撤回申报。"),
        clause="四(二)",
        tie="application",
        by_call=True,
        reopen=reopen,
        redo_barred=redo_barred,
        redo_follows=what_becomes_of_the_visit,
    )
)
