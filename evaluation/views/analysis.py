"""Analysis of what experts gave: one panel, or all concluded panels of a call; pictures, tables, a workbook."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evaluation import permissions, selectors
from evaluation.models import Panel
from evaluation.selectors import Analysis
from evaluation.views.charts import Shift, bars, shifts
from records import sheets

PAGE = "evaluation/analysis.html"
BANDS = 10


def _panel(request: HttpRequest, pk: int) -> tuple[Panel, int | None]:
    panel = get_object_or_404(selectors.panels_visible_to(request.user), pk=pk)
    return panel, selectors.round_read_by(request.user, panel)


@never_cache
@require_safe
def panel_analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel, once all have locked."""
    panel, round_ = _panel(request, pk)
    found = selectors.analysis_of_panel(panel, round_) if round_ else None
    return render(request, PAGE, {"panel": panel, "round": round_, **_shown(found)})


@require_safe
def panel_analysis_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of one panel as a workbook."""
    panel, round_ = _panel(request, pk)
    if not round_:
        raise Http404
    return _workbook(f"analysis-{panel.code}", selectors.analysis_of_panel(panel, round_))


def _call(request: HttpRequest, pk: int) -> list[Panel]:
    if not permissions.may_read_panels(request.user):
        raise PermissionDenied
    return list(selectors.concluded_of_call(request.user, pk))


@never_cache
@require_safe
def call_analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """All concluded panels of a call."""
    panels = _call(request, pk)
    call = panels[0].call if panels else None
    return render(request, PAGE, {"call": call, "call_pk": pk, **_shown(selectors.analysis_of_call(panels))})


@require_safe
def call_analysis_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of a call as a workbook."""
    found = selectors.analysis_of_call(_call(request, pk))
    if found is None:
        raise Http404
    return _workbook(f"analysis-call-{pk}", found)


def _shown(found: Analysis | None) -> dict:
    """The figures, and their pictures."""
    if found is None:
        return {"found": None}
    one = len(found.sums) == 1
    totals = [total for given in found.sums.values() for total in given.values()]
    far = max([abs(each.deviation) for each in found.severity] or [Decimal(1)]) or Decimal(1)
    return {
        "found": found,
        "spread": max(totals) - min(totals) if one and totals else None,
        "distribution": _distribution(totals, found.full_mark),
        "scores": _scores(found, one=one),
        "severity": bars(
            [(_short(each.expert), each.deviation) for each in found.severity],
            title=_("各专家与同组其他专家平均分之差"),
            low=-far,
            high=far,
        ),
        "without": _scores_without(found) if one else _ranks_without(found),
        "left_out": _left_out(found) if one else [],
    }


def _left_out(found: Analysis) -> list[dict]:
    """One panel: its score without each of its experts."""
    rows = []
    for each in found.without:
        for before, after in each.scores.values():
            rows.append(
                {
                    "expert": each.expert,
                    "before": before,
                    "after": after,
                    "change": f"{after - before:+}",
                    "crossed": bool(each.crossed),
                }
            )
    return rows


def _scores_without(found: Analysis) -> dict:
    """Where the score of the panel would lie without each expert, and on which side of the pass mark."""
    rows = [
        Shift(
            _short(row["expert"]),
            row["before"],
            row["after"],
            f"{row['after']} ({row['change']})",
            row["crossed"],
        )
        for row in _left_out(found)
    ]
    values = [value for row in rows for value in (row.before, row.after) if value is not None] or [Decimal(0)]
    return shifts(
        rows,
        title=_("去掉任一专家后的综合得分"),
        low=min(values) - 2,
        high=max(values) + 2,
        mark=found.pass_mark,
    )


def _ranks_without(found: Analysis) -> dict:
    """The panel that each expert moves furthest in the order of the call."""
    last, rows = max(len(found.scores), 2), []
    for each in found.without:
        if each.largest is None:
            rows.append(Shift(each.expert, None, None, _("名次不变"), bool(each.crossed)))
            continue
        panel, before, after = each.largest
        words = _("{panel}：{before} → {after}").format(
            panel=panel.rpartition("-")[2], before=before, after=after
        )
        rows.append(Shift(each.expert, Decimal(before), Decimal(after), words, bool(each.crossed)))
    title = _("去掉任一专家后变动最大的评审组和名次（右为第 1 名）")
    return shifts(rows, title=title, low=Decimal(1), high=Decimal(last), rising=False)


def _scores(found: Analysis, *, one: bool) -> dict:
    """The sums of a panel's experts, or the scores of a call's panels, with the pass mark across."""
    given = next(iter(found.sums.values())) if one else found.scores
    order = given if one else sorted(found.scores, key=lambda code: found.ranks[code])
    rows = [(_short(code), given[code]) for code in order]
    title = _("各专家总分") if one else _("各评审组综合得分")
    return bars(rows, title=title, low=Decimal(0), high=found.full_mark, mark=found.pass_mark)


def _short(code: str) -> str:
    """The end of a code, by which panels, and seats of one panel, are told apart: ``0019-05``."""
    return "-".join(code.split("-")[-2:])


def _bands(totals: list[Decimal], full_mark: Decimal) -> list[tuple[str, int]]:
    """How many sums lie in each tenth of the full mark; the full mark itself counts with the last."""
    width = full_mark / BANDS
    places = [min(int(total / width), BANDS - 1) for total in totals]
    if not places:
        return []
    span = range(min(places), max(places) + 1)
    return [(f"{_plain(n * width)}–{_plain((n + 1) * width)}", places.count(n)) for n in span]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _distribution(totals: list[Decimal], full_mark: Decimal) -> dict:
    rows = [(label, Decimal(count)) for label, count in _bands(totals, full_mark)]
    most = max([count for _label, count in rows] or [Decimal(1)])
    return bars(rows, title=_("专家总分的分布（份）"), low=Decimal(0), high=most)


def _workbook(name: str, found: Analysis) -> HttpResponse:
    """Line by line: what is meant, whom, and the figure."""
    rows: list[list] = [[_("一致性系数 α"), "", "" if found.alpha is None else found.alpha, ""]]
    rows += [[_("综合得分"), code, score, ""] for code, score in found.scores.items()]
    if len(found.scores) > 1:
        rows += [[_("名次"), code, found.ranks[code], ""] for code in found.scores]
    for code, given in found.sums.items():
        rows += [[_("专家总分"), f"{code} {expert}", total, ""] for expert, total in given.items()]
    rows += [[_("与同组平均之差"), each.expert, each.deviation, each.panels] for each in found.severity]
    rows += [
        [_("去掉该专家后名次变动"), each.expert, each.moved, "、".join(each.crossed)]
        for each in found.without
    ]
    rows += [
        [_("去掉该专家后综合得分"), f"{each.expert} {panel}", after, f"{after - before:+}"]
        for each in found.without
        for panel, (before, after) in each.scores.items()
    ]
    head = [_("指标"), _("对象"), _("数值"), _("评审组数或越过合格线的评审组")]
    return sheets.answer("xlsx", name=name, head=head, rows=rows)
