"""Evaluations explained: every number of one, what a round hangs on, the whole round as a workbook."""

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evaluation.documents import evaluation_reports as papers
from evaluation.models import Evaluation, Round
from evaluation.policy.sensitivity import Tipping
from evaluation.selectors import explain as selectors
from evaluation.selectors.explain import Explanation, Weighed
from evaluation.views.engagements import KINDS, require
from records import documents as paper_office
from records import sheets
from records.amounts import grouped
from records.views import send_bytes

TONES = {"excellent": "done", "good": "info", "pass": "neutral", "fail": "refused"}


def pictures_of(evaluation: Evaluation, found: Explanation) -> dict:
    """The pictures as the paper draws them, and the years of every indicator in a table."""
    rows = selectors.trends_of(evaluation)
    return papers.pictures(evaluation, found) | {"trends": rows, "years": evaluation.cycle.years}


@never_cache
@require_safe
def evaluation_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Every number of one evaluation: for officers at any time, for the unit and its county once it was released."""
    evaluation = get_object_or_404(selectors.explained_to(request.user), pk=pk)
    found = selectors.explained(evaluation, request.user)
    context = {
        "subject": evaluation,
        "found": found,
        "sheet": found.standing.sheet,
        "tone": TONES.get(found.grade, "neutral"),
        "dimensions": _by_dimension(found),
        "raises": _raises(found),
        "weighs": selectors.may_weigh(request.user),
        **pictures_of(evaluation, found),
    }
    return render(request, "evaluation/performance/sheet.html", context)


def _by_dimension(found: Explanation) -> list[dict]:
    return [
        {"sum": one, "rows": [row for row in found.rows if row.line.dimension == one.code]}
        for one in found.standing.sheet.dimensions
    ]


def _raises(found: Explanation) -> list[dict]:
    lines = {row.line.code: row.line for row in found.rows}
    return [
        {
            "label": lines[way.code].label,
            "unit": lines[way.code].unit,
            "value": grouped(way.value),
            "needed": grouped(way.needed),
            "more": grouped(way.more),
        }
        for way in (found.nearest.raises if found.nearest and not found.nearest.held else ())
    ]


@never_cache
@require_safe
def sheet_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of one evaluation as its paper looks, for the same readers; nothing is stored."""
    evaluation = get_object_or_404(selectors.explained_to(request.user), pk=pk)
    context = papers.evaluation_sheet(evaluation, selectors.explained(evaluation, request.user))
    content = paper_office.make_pdf(papers.SHEET_TEMPLATE, context)
    name = f"绩效评价报告（预览）{evaluation.institute}.pdf"
    return send_bytes(content, name=name, content_type="application/pdf")


# --- a round ----------------------------------------------------------------------------------------------------------


def _round(request: HttpRequest, pk: int) -> Weighed:
    require(selectors.may_weigh(request.user))
    rows = Round.objects.select_related("edition")
    return selectors.weighed(get_object_or_404(rows, pk=pk))


@never_cache
@require_safe
def round_sensitivity(request: HttpRequest, pk: int) -> HttpResponse:
    """What the grades of a round hang on, to be read before they are confirmed."""
    found = _round(request, pk)
    context = {
        "round": found.round,
        "counts": found.counts,
        "rows": sorted(_lines(found), key=lambda row: (-row["total"], row["evaluation"].pk)),
        "unscored": list(selectors.unscored_in(found.round)),
        "cut_offs": [_tipping(found, one, found.rules.band(one.code).label) for one in found.cut_offs],
        "weights": _weights(found),
    }
    return render(request, "evaluation/performance/sensitivity.html", context)


def _weights(found: Weighed) -> list[dict]:
    """The indicators whose weights grades hang on, the smallest change first."""
    labels = {one.code: one.label for one in found.rules.indicators}
    rows = [_tipping(found, one, labels[one.code]) for one in found.weights]
    return sorted(rows, key=lambda row: abs(row["change"]))


def _lines(found: Weighed) -> list[dict]:
    return [
        {
            "evaluation": one.evaluation,
            "kind": one.kind_label,
            "total": one.total,
            "grade": found.label(found.grades[one.key]),
            "tone": TONES.get(found.grades[one.key], "neutral"),
            "place": found.places[one.key][0],
            "among": found.places[one.key][1],
            "cap": found.label(one.facts.cap) if one.facts.cap else "",
        }
        for one in found.standings
    ]


def _tipping(found: Weighed, one: Tipping, label: str) -> dict:
    names = {each.key: each.evaluation for each in found.standings}
    return {
        "label": label,
        "change": one.change,
        "said": f"{one.change:+}",
        "to": one.to,
        "near": abs(one.change) <= Decimal("0.50"),
        "turns": [
            {
                "who": names[turn.key].institute,
                "pk": turn.key,
                "before": found.label(turn.before),
                "after": found.label(turn.after),
            }
            for turn in one.turns
        ],
    }


@never_cache
@require_safe
def round_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a whole round as its paper looks; nothing is stored."""
    found = _round(request, pk)
    context = papers.round_report(found, list(selectors.unscored_in(found.round)))
    content = paper_office.make_pdf(papers.ROUND_TEMPLATE, context)
    name = f"{found.round.year}年度绩效评价总报告（预览）.pdf"
    return send_bytes(content, name=name, content_type="application/pdf")


@require_safe
def round_points(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The whole round as a table: who, the value and points of every indicator, deductions, total, grade, place."""
    found = _round(request, pk)
    if kind not in KINDS:
        raise Http404
    return sheets.answer(
        kind, name=f"evaluation-{found.round.year}", head=head_of(found), rows=rows_of(found)
    )


def head_of(found: Weighed) -> list[str]:
    """The head of the round's table."""
    head = [_("研究院"), _("依托单位"), _("归口"), _("产业链"), _("产业链类型"), _("评价周期")]
    for one in found.rules.indicators:
        unit = f"（{one.unit}）" if one.unit else ""
        head += [f"{one.label}{unit}", _("{label}得分").format(label=one.label)]
    head += [label for _code, label in found.rules.dimensions]
    return [*head, _("扣分"), _("总分"), _("等次"), _("同类型名次"), _("同类型家数"), _("说明")]


def rows_of(found: Weighed) -> list[list]:
    """The round institute by institute; who has no points stands at the end, with the reason."""
    rows = []
    for one in found.standings:
        row, place = one.evaluation, found.places[one.key]
        cells = _about(row)
        for line in one.sheet.lines:
            cells += ["" if line.value is None else line.value, line.score]
        cells += [part.score for part in one.sheet.dimensions]
        words = "；".join(deduction.words for deduction in one.sheet.deductions)
        rows.append(
            [*cells, one.sheet.deducted, one.total, found.label(found.grades[one.key]), *place, words]
        )
    empty = [""] * (2 * len(found.rules.indicators) + len(found.rules.dimensions) + 2)
    rows += [
        [*_about(row), *empty, found.label(row.grade), "", "", row.get_state_display()]
        for row in selectors.unscored_in(found.round)
    ]
    return rows


def _about(row: Evaluation) -> list:
    chain = row.institute.chain or ""
    return [
        row.institute,
        row.host,
        row.division,
        chain,
        selectors.kind_label(row.chain_kind),
        row.cycle.years_in_words,
    ]
