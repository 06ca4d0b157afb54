"""The components of the portal's pages. ``/ui/`` shows every one of them; ``docs/look.md`` says how to use them.

Templates hold the markup (``templates/components/``); here is what a template cannot work out itself, and what stands
on a page dozens of times: a function draws it in a tenth of the time.
"""

from functools import lru_cache
from uuid import uuid4

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.views import proof
from portal import charts, fields, tones, words
from portal.policy.text import Clause
from portal.tilemap import tiles_drawn
from records.desk import desk_for
from records.models.subject import subject_type

register = template.Library()

IN_A_LINE = 7
"""So many boxes of a filter stand beside one another on an officer's screen."""

for name, function in {
    "day": words.day,
    "moment": words.moment,
    "filesize_zh": words.size,
    "in_yuan": words.in_yuan,
    "grouped": words.grouped,
    "in_wan": words.in_wan,
    "capitals": words.in_capitals,
}.items():
    register.filter(name, function)


# --- small things ---------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name, label="", size=""):
    """A drawing from the sprite; without a label it is decoration and is not read out."""
    return _drawing(name, str(label), size)


# What a page shows a hundred times, with few that differ. ``typed``: what is safe to show and what is not are two.
_drawn_once = lru_cache(maxsize=2000, typed=True)


@_drawn_once
def _drawing(name, label, size):
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '\n<svg class="icon{}" {} focusable="false"><use href="{}#{}"></use></svg>\n',
        f" icon--{size}" if size else "",
        said,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def badge(label, tone="neutral"):
    """A word with its tone: neutral, info, progress, wait, done, soon, refused, overdue."""
    return _badge(str(label), tone, icon(tones.ICONS[tone]))


@_drawn_once
def _badge(label, tone, drawing):
    return format_html('\n<span class="badge badge--{}">{}<span>{}</span></span>\n', tone, drawing, label)


@register.simple_tag(takes_context=True)
def status(context, subject, tone=""):
    """The state of a case in the reader's words: applicants read what an officer's shorthand means."""
    shell = context.get("shell")
    for_applicant = bool(shell and shell.roles and not shell.roles - tones.APPLICANTS)
    return badge(tones.words_of(subject, for_applicant=for_applicant), tone or tones.tone_of(subject))


@register.simple_tag(takes_context=True)
def my_step(context):
    """What the reader has to do with this case next: a move, or what is done elsewhere, with the way there."""
    subject, request = context.get("subject"), context.get("request")
    if context.get("next_step") or subject is None or request is None:
        return context.get("next_step") or _("无需您办理")
    desk = desk_for(subject_type(subject))
    words, place = desk.elsewhere(request.user, subject) if desk else ("", "")
    if place:
        return format_html('<a href="{}">{}</a>', place, words)
    return words or _("无需您办理")


@register.simple_tag
def due(days_left, on=None, provisional=False, paused=False):
    """How many working days are left, in words. The number is worked out by a selector, not here."""
    said = tones.due_words(days_left, paused=paused)
    return _due(_badge(said["label"], said["tone"], icon(said["icon"])), on, bool(provisional))


@_drawn_once
def _due(drawn, on, provisional):
    if not on:
        return format_html('\n<span class="due">{}</span>\n', drawn)
    meaning = _("节假日安排尚未公布，日期为暂定")
    note = format_html(' <abbr title="{}">{}</abbr>', meaning, _("暂定")) if provisional else ""
    day = format_html('<span class="due__day">{}{}</span>', words.day(on), note)
    return format_html('\n<span class="due">{}{}</span>\n', drawn, day)


@register.inclusion_tag("components/holder_line.html")
def holder_line(holder, days_left=None, on=None, provisional=False, paused=False):
    """Who has it now and for how long: “长安区科技局办理，还剩 3 个工作日”."""
    return {"holder": holder, "days_left": days_left, "on": on, "provisional": provisional, "paused": paused}


@register.simple_tag
def money(amount, unit=True):
    """Yuan in figures: ``200,000.00 元``; a dash where there is none."""
    text = words.in_yuan(amount)
    if not text:
        return "—"
    return _amount(text, _("元") if unit else "")


@register.simple_tag
def wan(amount, unit=True):
    """Yuan said in 万元: ``20 万元``."""
    text = words.in_wan(amount)
    if not text:
        return "—"
    return _amount(text, _("万元") if unit else "")


def _amount(text, unit):
    if not unit:
        return format_html('<span class="num">{}</span>', text)
    return format_html('<span class="num">{} <span class="unit">{}</span></span>', text, unit)


@register.filter
def clause_url(number):
    """Where a clause of the policy stands: ``四(三)`` on its page."""
    return f"{reverse('policy')}#{Clause(str(number), 0, ()).anchor}"


@register.simple_tag
def idempotency_key():
    """A hidden key that makes a second press of the same button harmless."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid4())


@register.inclusion_tag("components/back_link.html")
def back_link(url, label=""):
    return {"url": url, "label": label or _("返回")}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*trail):
    """``{% breadcrumb "认定申报" list_url "申报书" "" %}``: pairs of words and address; the last has none."""
    return {"crumbs": list(zip(trail[::2], trail[1::2], strict=True))}


# --- blocks ---------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(content, title="", note="", id="", level=2, flush=False, action_url="", action_label=""):
    """A titled part of a page. ``flush``: the content (a table) touches the border."""
    return render_to_string("components/card.html", locals())


@register.simple_block_tag
def note(content, title="", tone="info"):
    """A hint or warning inside a page: tones info, done, soon, refused."""
    return render_to_string("components/note.html", {**locals(), "icon": tones.ICONS[tone]})


@register.simple_block_tag
def data_table(content, caption="", cards=True, id=""):
    """A table that becomes cards on the phone: every ``td`` carries ``data-label``, amounts carry ``num``."""
    return render_to_string("components/data_table.html", locals())


@register.simple_block_tag
def confirmation(content, title, number="", at=None):
    """What was done, under which number, when; the content says what comes next."""
    return render_to_string("components/confirmation.html", locals())


# --- forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, unit="", help="", label="", echo=True, short=False):
    """Label, help, box with its unit, echo of an amount, errors; wired up for screen readers."""
    return fields.context(bound, unit=unit, help=help, label=label, echo=echo, short=short)


@register.inclusion_tag("components/fields.html")
def form_fields(form, exclude=""):
    """All fields of a form in order, hidden ones included; the error summary is not part of it."""
    left_out = set(exclude.split())
    return {"form": form, "visible": [bound for bound in form.visible_fields() if bound.name not in left_out]}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form, *more):
    """Everything that is wrong, on top of the form, each line a link to its field."""
    return {"problems": [problem for each in (form, *more) for problem in fields.problems(each)]}


@register.inclusion_tag("components/refusal.html")
def refusal(refusal):
    """Why the rules say no: every reason, its clause, the way out; both values where two people collided."""
    return {"refusal": refusal}


@register.inclusion_tag("components/moves.html", takes_context=True)
def moves(context, offers, subject, target=""):
    """The moves a person can take now. One that is blocked says why; one that binds says what follows."""
    shown = {"offers": offers, "subject": subject, "target": target}
    return shown | {"csrf_token": context.get("csrf_token"), "request": context.get("request")}


@register.inclusion_tag("components/proof_fields.html", takes_context=True)
def proof_fields(context, id="proof"):
    """The box for password or code before money moves, unless the person has lately given it."""
    request = context.get("request")
    asked = (
        request is not None and getattr(request, "user", None) is not None and request.user.is_authenticated
    )
    return {"box": proof.box_of(request) if asked else None, "id": f"id_proof_{id}"}


# --- lists and figures ----------------------------------------------------------------------------------------------


@register.inclusion_tag("components/timeline.html")
def timeline(events):
    """Past, present and what comes. Events: ``what``, ``who``, ``at``, ``reason``, ``state`` (past, now, next)."""
    return {"events": events}


@register.inclusion_tag("components/progress_steps.html")
def progress_steps(steps):
    """Where a procedure stands. Steps: ``label`` and ``state`` (done, now, next, refused)."""
    return {"steps": [{"label": step["label"], **tones.STEPS[step["state"]]} for step in steps]}


@register.inclusion_tag("components/stat.html")
def stat(label, value, url="", change="", tone="", unit=""):
    """A figure with the way to its rows; put several inside ``<div class="stats">``."""
    shown = f"{value:,}" if type(value) is int else value
    return {"label": label, "value": shown, "url": url, "change": change, "tone": tone, "unit": unit}


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context, figure, bare=False):
    """A ``portal.charts.Chart`` with table and downloads, by ``components/charting.html``; ``bare`` below its title."""
    export = ""
    if charts.drawn_by(figure.name):
        asked = figure.query(_query(context))
        export = f"{reverse('chart-export', args=[figure.name, 'xlsx'])}{f'?{asked}' if asked else ''}"
    return {"figure": figure, "rows": charts.table_rows(figure), "export": export, "bare": bare}


@register.inclusion_tag("components/tilemap.html")
def tilemap(figure, small=False):
    """A ``portal.tilemap.TileMap``; ``small`` beside other figures. The page loads ``components/mapping.html``."""
    return {"map": figure, "tiles": tiles_drawn(figure), "small": small}


@register.inclusion_tag("components/figure.html")
def figure(figure):
    """A figure of a board with what belongs to it, each with the way to its rows; several inside ``figures``."""
    return {"figure": figure}


@register.inclusion_tag("components/figure_table.html")
def figure_table(table):
    """A table of figures, each a link to its rows where the reader can open them; a wide one turns into cards."""
    return {"table": table}


@register.inclusion_tag("components/definition_list.html")
def definition_list(facts):
    """Terms and their values: pairs of words and value; values may be safe markup made by a component."""
    return {"facts": facts}


@register.inclusion_tag("components/attachments.html")
def attachments(files, empty=""):
    """Files: ``name``, ``url``, ``size``, ``at``; where there is one ``note``, ``preview`` and ``former`` versions."""
    return {"files": files, "empty": empty or _("尚未上传附件。")}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title, text="", action_url="", action_label="", icon="inbox"):
    """What an empty list says: that it is empty, why, and what to do."""
    return locals()


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context, page):
    """Earlier and later rows of a page object; the filters stay in the address."""
    return {"page": page, "request": context.get("request"), "query": _query(context)}


@register.filter
def page_address(number, query):
    """The present address on another page."""
    query = fields.from_the_top(query.copy())
    query["page"] = number
    return f"?{query.urlencode()}"


@register.simple_tag
def bare_widget(bound):
    """The box of a field alone, with the portal's classes."""
    return fields.widget(bound)


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context, filter, search="q"):
    """Search and filters of a django-filter FilterSet (or a plain form), and a removable chip for each in use.

    A list of which much can be asked shows the first in a line, and the others unfold; their chips always show.
    """
    form = getattr(filter, "form", filter)
    query, boxes = _query(context), form.visible_fields()
    shown = len(boxes) if len(boxes) <= IN_A_LINE else IN_A_LINE - 1
    return {
        "form": form,
        "search": search,
        "boxes": boxes[:shown],
        "more": boxes[shown:],
        "chips": fields.chips(form, query),
        "path": _path(context),
    }


@register.inclusion_tag("components/sort_link.html", takes_context=True)
def sort_link(context, label, name, parameter="sort"):
    """A column head that sorts: up, down, up again. ``name`` is the value the list understands."""
    query = _query(context)
    now = query.get(parameter, "")
    query[parameter] = f"-{name}" if now == name else name
    fields.from_the_top(query)
    return {
        "label": label,
        "url": f"?{query.urlencode()}",
        "direction": {name: "up", f"-{name}": "down"}.get(now, ""),
    }


@register.simple_tag(takes_context=True)
def address_with(context, **changes):
    """The present address with some parameters changed; an empty value removes one."""
    query = _query(context)
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def count_of(number, unit="", more=False):
    """``共 12 件``; where counting stopped there and ``more`` says so, ``共 10,000 件以上``."""
    return f"{_('共')} {number:,} {unit or _('条')}{_('以上') if more else ''}"


@register.simple_tag
def url_if_any(name, *args):
    """The address of a named page, or nothing where there is no such page yet."""
    return fields.address_or_nothing(name, args)


def _query(context):
    request = context.get("request")
    return request.GET.copy() if request else fields.no_query()


def _path(context):
    request = context.get("request")
    return request.path if request else ""
