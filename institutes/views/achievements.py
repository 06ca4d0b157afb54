"""Achievements of institutes: the list, entering, one achievement with its moves and what may be the same."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes import permissions, policy, services
from institutes.desk import ACHIEVEMENT_DESK
from institutes.enums import AchievementFile, AchievementKind
from institutes.forms.achievements import AchievementFilter, AchievementPageForm
from institutes.lifecycle import ACHIEVEMENT
from institutes.selectors import achievements as reads
from institutes.views.chains import require
from institutes.views.lists import is_inside
from institutes.views.standing import case_context, file_line
from records import clock, downloads, exports
from records.moves import answer_move

CARD = "institutes/_achievement_card.html"
FORM = "institutes/achievement_form.html"
STORED = (
    "title", "achieved_on", "number", "partner_name", "partner_uscc", "amount", "quantity", "description",
    "level", "programme", "part", "ends_on",
)  # fmt: skip


@require_safe
def achievement_list(request: HttpRequest) -> HttpResponse:
    """The achievements this person may read, the latest first."""
    require(request.user.holds(*reads.ACHIEVEMENT_READERS))
    context = listed(request, reads.achievements_visible_to(request.user), AchievementFilter)
    inside = is_inside(request.user)
    rows = [{"case": row, "holder": holders.of_case(row, ACHIEVEMENT)} for row in context["page"]]
    may_draft = permissions.may_draft_achievements(request.user)
    shown = {"rows": rows, "may_draft": may_draft, "inside": inside}
    return render(request, "institutes/achievement_list.html", context | shown)


@downloads.table("achievements", "成果")
def achievement_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*reads.ACHIEVEMENT_READERS))
    rows = reads.achievements_visible_to(request.user)
    found = AchievementFilter(request.GET, queryset=rows, request=request).qs
    head = [
        _("研究院"), _("依托单位"), _("归口"), _("产业链"), _("主要任务"), _("类型"), _("名称"), _("编号"),
        _("合作单位"), _("统一社会信用代码"), _("取得日期"), _("金额（元）"), _("数量"), _("说明"), _("状态"),
        _("县级核实时间"), _("市级核实时间"), _("办理时限"),
        _("项目级别"), _("计划类别"), _("承担方式"), _("结束日期"),
    ]  # fmt: skip
    return exports.Sheet(head, found, _cells)


def _cells(row) -> list:
    said = [row.institute, row.host, row.division, row.institute.chain, row.terms["task_label"]]
    said += [row.get_kind_display(), row.title, row.number, row.partner_name, row.partner_uscc]
    said += [row.achieved_on, row.amount, row.quantity, row.description, ACHIEVEMENT.label(row.state)]
    project = [row.get_level_display(), row.programme, row.get_part_display(), row.ends_on]
    return [*said, row.county_verified_at, row.verified_at, row.due_on, *project]


@require_http_methods(["GET", "HEAD", "POST"])
def achievement_new(request: HttpRequest) -> HttpResponse:
    """Enter an achievement: first of what kind, then its boxes. The institute may come from its page."""
    require(permissions.may_draft_achievements(request.user))
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    own = reads.institutes_to_achieve(request.user)
    if kind not in AchievementKind.values or not own.exists():
        context = {"tasks": _kinds_by_task(), "own": own}
        return render(request, FORM, context, status=422 if request.POST else 200)
    named = {"institute": request.GET.get("institute") or own.first().pk}
    form = AchievementPageForm(
        request.POST or None, request.FILES or None, user=request.user, kind=kind, initial=named
    )
    terms = reads.kinds_in(reads.achievement_edition(clock.today()))[kind]
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, terms=terms)
    achievement = services.draft_achievement(**form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送单位管理员报送。"))
    return redirect(achievement)


def _kinds_by_task() -> list[tuple[str, list[dict]]]:
    """What can be entered, under the five tasks that it belongs to."""
    kinds = reads.kinds_in(reads.achievement_edition(clock.today())).values()
    tasks = dict.fromkeys(reads.task_labels(clock.today()).values())
    found = {task: [kind for kind in kinds if kind["task_label"] == task] for task in tasks}
    return [(task, rows) for task, rows in found.items() if rows]


@require_http_methods(["GET", "HEAD", "POST"])
def achievement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit an achievement that is still a draft, and bring its evidence."""
    subject = get_object_or_404(reads.achievements_visible_to(request.user), pk=pk)
    require(permissions.may_revise_achievement(request.user, subject))
    stored = {name: getattr(subject, name) for name in STORED}
    form = AchievementPageForm(
        request.POST or None, request.FILES or None, user=request.user, achievement=subject, initial=stored
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, terms=subject.terms)
    return redirect(services.revise_achievement(achievement=subject, **form.cleaned_data, by=request.user))


@require_safe
def achievement(request: HttpRequest, pk: int) -> HttpResponse:
    """One achievement: what was entered, what proves it, what may be the same, who has it."""
    subject = get_object_or_404(reads.achievements_visible_to(request.user), pk=pk)
    offers = ACHIEVEMENT_DESK.offers(request.user, subject)
    return render(request, "institutes/achievement.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows; what stands in the way of handing it in, while it can be mended."""
    context = case_context(request, ACHIEVEMENT_DESK, subject, offers)
    held, labels = list(reads.evidence_of(subject)), dict(AchievementFile.choices)
    missing = reads.evidence_missing(subject, {row.kind for row in held}) if subject.is_open else []
    may_edit = permissions.may_revise_achievement(request.user, subject)
    twin = reads.holding_mark(subject) if may_edit else None
    officer = not context["is_inside"]
    return context | {
        "files": [file_line(row, labels.get(row.kind, "")) for row in held],
        "missing": [row["label"] for row in missing],
        "twin": reads.place_of_achievement(twin, request.user) if twin else None,
        "may_edit": may_edit,
        "targets": reads.target_labels(subject.terms["targets"]),
        "hints": _hints_for(request.user, subject) if officer else [],
        "reads_annulment": officer or subject.annulled_at is not None,
    }


def _hints_for(user, subject) -> list[dict]:
    """What may be the same, side by side, with the way there for who may read the other, too."""
    hints = list(reads.suspected_twins_of(subject))
    others = reads.achievements_visible_to(user).filter(pk__in=[hint.other_id for hint in hints])
    open_to = set(others.values_list("pk", flat=True)) if hints else set()
    return [_side_by_side(subject, hint) | {"opens": hint.other_id in open_to} for hint in hints]


def _side_by_side(subject, hint) -> dict:
    """Another achievement beside this one, line by line, with the passages that both have."""
    other = hint.other
    lines = [
        (_("研究院"), subject.institute, other.institute),
        (_("类型"), subject.get_kind_display(), other.get_kind_display()),
        (_("名称"), subject.title, other.title),
        (_("编号"), subject.number, other.number),
        (subject.terms["partner_label"] or _("合作单位"), subject.partner_name, other.partner_name),
        (_("取得日期"), subject.achieved_on, other.achieved_on),
        (_("情况说明"), subject.description, other.description),
    ]
    return {
        "hint": hint,
        "state": ACHIEVEMENT.label(other.state),
        "lines": lines,
        "passages": policy.shared_passages(subject.description, other.description),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def achievement_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an achievement."""
    return answer_move(request, ACHIEVEMENT_DESK, pk, action, card=CARD, context=card_context)
