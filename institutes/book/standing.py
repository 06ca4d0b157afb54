"""How the book of an application stands: what is missing, which criteria are met, and where to mend it."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from institutes import policy
from institutes.book import core
from institutes.book.facts import NAMES, PLACES, facts
from institutes.book.values import Answers, Fault, Setting
from institutes.models import Application
from records.errors import Reason
from records.models import Attachment


def annexes_held(application: Application) -> dict[str, int]:
    """How many files of each kind there are now."""
    rows = Attachment.objects.about(application).current().order_by("kind")
    return dict(rows.values_list("kind").annotate(Count("pk")))


def faults_of(
    application: Application, declared: core.Book, answers: Answers, setting: Setting
) -> list[Fault]:
    """Everything missing or wrong in the draft and its annexes, in the order of the book."""
    return core.faults(declared, answers, annexes_held(application), setting)


def findings_of(application: Application, answers: Answers, setting: Setting) -> list[policy.Finding]:
    """Every criterion of the call's edition against the book."""
    return policy.assess(facts(answers, setting), application.call.edition.terms["criteria"])


def as_reason(application: Application, fault: Fault) -> Reason:
    """A fault of the book as the reason of a refusal, with the way to its box."""
    return Reason(
        f"{fault.label}：{fault.text}",
        field=f"{fault.section}.{fault.path}",
        clause=fault.clause,
        url=address_of(application, fault),
    )


def address_of(application: Application, fault: Fault) -> str:
    """The box on the page where ``fault`` is mended."""
    if fault.section == core.ANNEXES:
        return f"{reverse('institutes:application-files', args=[application.pk])}#{fault.path}"
    return f"{reverse('institutes:section', args=[application.pk, fault.section])}#id_{fault.path}"


def said(finding: policy.Finding) -> str:
    """What a criterion comes to, in words: “2.7 %，需 ≥ 3 %，差 0.3 %（折合 36 万元）”."""
    several = len(finding.comparisons) > 1
    return "；或 ".join(_named(one.fact, several) + _said(one) for one in finding.comparisons)


def _named(fact: str, several: bool) -> str:
    """The name of a fact before its number, where there are several and it has to be told which is meant."""
    return f"{NAMES[fact]} " if several and fact in NAMES else ""


def _said(comparison: policy.Comparison) -> str:
    if comparison.value is None:
        return f"尚无法判断{_needed(comparison)}"
    if comparison.op == "is":
        return _found(comparison)
    lacking = _lacking(comparison)
    return f"{_found(comparison)}{_needed(comparison)}" + (f"，{lacking}" if lacking else "")


def _needed(comparison: policy.Comparison) -> str:
    return "" if comparison.op == "is" else f"，需 {_asked(comparison)}"


def _found(comparison: policy.Comparison) -> str:
    if comparison.value is None:
        return _("尚未填写")
    if comparison.op == "is":
        return _("符合") if comparison.met else _("不符合")
    return _amount(comparison.value, comparison.unit)


def _asked(comparison: policy.Comparison) -> str:
    return _("须符合") if comparison.op == "is" else f"≥ {_amount(comparison.threshold, comparison.unit)}"


def _lacking(comparison: policy.Comparison) -> str:
    """By how much it is missed; empty where it is not, or cannot be told."""
    if comparison.gap is None:
        return ""
    text = f"差 {_amount(comparison.gap, comparison.unit)}"
    if comparison.gap_amount is not None:
        text += f"（折合 {_amount(comparison.gap_amount, '元')}）"
    return text


def _amount(value: object, unit: str) -> str:
    number, unit = (policy.as_decimal(value) or 0), unit
    if unit == "元" and abs(number) >= 10_000:
        number, unit = (number / 10_000).quantize(policy.CENT), "万元"
    text = f"{number:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """An alternative of a criterion in words: what is found, what is asked, how much is lacking, where to mend it."""

    value: str
    asked: str
    lacking: str
    url: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A criterion as people read it. ``lines`` are its alternatives: one of them is enough."""

    finding: policy.Finding
    lines: tuple[Line, ...]

    @property
    def said(self) -> str:
        return said(self.finding)

    @property
    def url(self) -> str:
        """The way to the box of the alternative that is told first; empty where the book does not ask for it."""
        return next((line.url for line in self.lines if line.url), "")


def told(finding: policy.Finding, application: Application | None = None) -> Told:
    """A criterion in words; with the ways to its boxes for who fills in ``application``."""
    several = len(finding.comparisons) > 1
    return Told(
        finding,
        tuple(
            Line(
                _found(one),
                _asked(one),
                _lacking(one),
                _place_of(application, one.fact),
                _named(one.fact, several).strip(),
            )
            for one in finding.comparisons
        ),
    )


def _place_of(application: Application | None, fact: str) -> str:
    if application is None or fact not in PLACES:
        return ""
    section, path = PLACES[fact]
    return f"{reverse('institutes:section', args=[application.pk, section])}#id_{path}"


def asked_by(criterion: dict) -> str:
    """What a criterion asks for, in words: “研发费用占营业收入 ≥ 3 %，或研发费用 ≥ 300 万元”."""
    several = len(criterion["any_of"]) > 1
    return "，或".join(
        _("须符合")
        if one["op"] == "is"
        else f"{_named(one['fact'], several)}≥ {_amount(one['value'], one.get('unit', ''))}"
        for one in criterion["any_of"]
    )
