"""The components, the frame and the gallery: escaped, complete, without inline code, readable in both themes."""

import gzip
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.roles import Role
from funding.enums import GrantKind
from portal import navigation, tones, words
from portal.boards.figures import Figure as BoardFigure
from portal.boards.figures import Line, Table
from portal.charts import Chart, Series
from portal.context_processors import Shell
from portal.templatetags import ui
from portal.templatetags.ui import register
from portal.tilemap import Figure, drawn
from portal.views.gallery import KINDS
from records.errors import Clash, Reason, StaleVersion
from tests.factories.funding import GrantEditionFactory

HOSTILE = '<script>alert("x")</script>'
TEMPLATES = Path(settings.BASE_DIR) / "templates"
CSS = Path(settings.BASE_DIR) / "static" / "css"
PAGES = ["/ui/", *(f"/ui/{kind}/" for kind in KINDS)]


class HostileForm(forms.Form):
    text = forms.CharField(label=HOSTILE, help_text=HOSTILE)
    choice = forms.ChoiceField(label=HOSTILE, choices=[("a", HOSTILE)], widget=forms.RadioSelect)


@dataclass
class HostileCase:
    state: str = "draft"

    def get_state_display(self):
        return HOSTILE


@dataclass
class HostileOffer:
    action: str = "act"
    label: str = HOSTILE
    allowed: bool = True
    refusals: list = field(default_factory=lambda: [Reason(HOSTILE, clause=HOSTILE)])
    form: forms.Form = field(default_factory=HostileForm)
    url: str = "/ui/"
    consequence: str = HOSTILE
    primary: bool = False
    danger: bool = False


@pytest.fixture
def page(client, settings):
    """Fetches a page of the gallery, which exists in DEBUG only."""
    settings.DEBUG = True

    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.text

    return get


def rendered(source, **context):
    request = RequestFactory().get("/ui/", {"text": HOSTILE})
    return Template("{% load ui %}" + source).render(Context({"request": request, "bad": HOSTILE, **context}))


HOSTILE_FIGURE = BoardFigure(
    code=HOSTILE,
    label=HOSTILE,
    value=1,
    unit=HOSTILE,
    url=HOSTILE,
    note=HOSTILE,
    more=BoardFigure(code=HOSTILE, label=HOSTILE, value=2, url=HOSTILE),
)
SAMPLES = {
    "icon": '{% icon "check" bad %}',
    "badge": "{% badge bad %}",
    "status": "{% status case %}",
    "my_step": "{% with next_step=bad %}{% my_step %}{% endwith %}",
    "due": "{% due 3 %}{{ bad }}",
    "holder_line": "{% holder_line bad 3 %}",
    "money": "{% money 1 bad %}{{ bad }}",
    "wan": "{% wan 1 %}{{ bad }}",
    "idempotency_key": "{% idempotency_key %}{{ bad }}",
    "proof_fields": "{% proof_fields %}{{ bad }}",
    "back_link": '{% back_link "/ui/" bad %}',
    "breadcrumb": '{% breadcrumb bad "/ui/" %}',
    "card": "{% card title=bad note=bad action_url='/ui/' action_label=bad %}{{ bad }}{% endcard %}",
    "note": "{% note title=bad %}{{ bad }}{% endnote %}",
    "data_table": "{% data_table caption=bad %}<tbody><tr><td>{{ bad }}</td></tr></tbody>{% enddata_table %}",
    "confirmation": "{% confirmation title=bad number=bad %}{{ bad }}{% endconfirmation %}",
    "field": "{% field form.text unit=bad %}",
    "form_fields": "{% form_fields form %}",
    "error_summary": "{% error_summary form %}",
    "refusal": "{% refusal refused %}",
    "moves": "{% moves offers case target='#case' %}",
    "timeline": "{% timeline events %}",
    "progress_steps": "{% progress_steps steps %}",
    "stat": "{% stat bad bad change=bad unit=bad %}",
    "tilemap": "{% tilemap hostile_map %}",
    "chart": "{% chart hostile_chart %}",
    "figure": "{% figure hostile_figure %}",
    "figure_table": "{% figure_table hostile_table %}",
    "definition_list": "{% definition_list facts %}",
    "attachments": "{% attachments files %}",
    "empty_state": "{% empty_state bad bad '/ui/' bad %}",
    "pager": "{% pager page %}{{ bad }}",
    "filter_bar": "{% filter_bar form %}",
    "sort_link": "{% sort_link bad bad %}",
    "address_with": "{% address_with text=bad %}{{ bad }}",
    "count_of": "{% count_of 3 bad %}",
    "url_if_any": "{% url_if_any bad %}{{ bad }}",
    "bare_widget": "{% bare_widget form.text %}{{ bad }}",
}


@pytest.mark.parametrize("name", sorted(register.tags))
def test_component_escapes_hostile_text(name):
    html = rendered(
        SAMPLES[name],
        case=HostileCase(),
        form=HostileForm({"text": "", "choice": HOSTILE}),
        refused=StaleVersion(Reason(HOSTILE), clashes=[Clash(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
        offers=[HostileOffer(), HostileOffer(allowed=False)],
        events=[
            {"what": HOSTILE, "who": HOSTILE, "reason": HOSTILE, "at": datetime(2026, 11, 23, tzinfo=UTC)}
        ],
        steps=[{"label": HOSTILE, "state": "now"}],
        facts=[(HOSTILE, HOSTILE)],
        hostile_map=drawn(
            "hostile", HOSTILE, HOSTILE, {"130102": Figure("130102", HOSTILE, 3, f"/?{HOSTILE}")}
        ),
        hostile_chart=Chart(
            "hostile",
            HOSTILE,
            HOSTILE,
            "bar",
            (HOSTILE,),
            (Series(HOSTILE, (1,), (f"/?{HOSTILE}",)),),
            HOSTILE,
            HOSTILE,
        ),
        hostile_figure=HOSTILE_FIGURE,
        hostile_table=Table(
            code="x",
            title=HOSTILE,
            heads=(HOSTILE, HOSTILE),
            lines=[Line(HOSTILE, (HOSTILE_FIGURE,), note=HOSTILE)],
            url=HOSTILE,
            url_label=HOSTILE,
        ),
        files=[{"name": HOSTILE, "url": "/ui/", "size": 1, "note": HOSTILE}],
    )

    assert "<script" not in html
    assert "&lt;script" in html or "%3Cscript" in html


def test_what_was_drawn_once_as_safe_is_not_safe_of_somebody_else():
    words = "<i>示例</i>"

    for draw in (ui.badge, lambda label: ui.icon("close", label)):
        assert words in draw(mark_safe(words))
        assert words not in draw(words)


def test_gallery_shows_every_component():
    shown = (TEMPLATES / "portal" / "gallery.html").read_text()

    missing = {name for name in register.tags if not re.search(rf"{{%\s*{name}\b", shown)}
    missing |= {name for name in register.filters if f"|{name}" not in shown}

    assert missing == set()


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_sample_page_obeys_the_content_policy(page, path):
    html = page(path)

    assert re.findall(r"<style|<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=|javascript:", html) == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_form_has_a_method_and_a_token(page, path):
    found = re.findall(r"<form\b[^>]*>.*?</form>", page(path), re.S)
    without = [
        form
        for form in found
        if 'method="' not in form
        or ('method="post"' in form and not re.search("csrfmiddlewaretoken|display-form", form))
    ]

    assert found
    assert without == []


@pytest.mark.django_db
def test_the_sample_amount_is_what_the_policy_in_force_pays(page):
    edition = GrantEditionFactory(kind=GrantKind.CONSTRUCTION)
    edition.terms["grant"]["amount"] = "345678.00"
    edition.save(update_fields=["terms"])

    assert "345,678.00" in page("/ui/")


@pytest.mark.django_db
def test_first_view_of_a_public_page_is_light(page):
    html = page("/ui/public/")
    names = re.findall(r'(?:href|src)="/static/([^"#]+)"', html)
    scripts = ["js/notes.js"]
    files = [Path(settings.BASE_DIR) / "static" / name for name in {*names, *scripts, "img/icons.svg"}]

    assert (
        len(gzip.compress(html.encode())) + sum(len(gzip.compress(f.read_bytes())) for f in files) < 60 * 1024
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_gallery_does_not_exist_outside_debug(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_display_choice_is_kept_and_goes_back(client):
    asked = {"contrast": "high", "text": "huge", "motion": "none", "next": "/ui/list/"}
    answer = client.post(reverse("display"), asked)

    assert (answer.status_code, answer["Location"]) == (302, "/ui/list/")
    assert answer.cookies["display_contrast"].value == "high"
    assert "display_text" not in answer.cookies
    page = client.get(reverse("policy")).text
    assert 'data-contrast="high"' in page
    assert 'data-motion="none"' in page


@pytest.mark.django_db
def test_display_choice_never_leads_to_another_site(client):
    answer = client.post(reverse("display"), {"contrast": "high", "next": "https://example.com/"})

    assert answer["Location"] == "/"


def test_menu_leaves_out_what_does_not_exist_or_is_not_for_the_role():
    items = (
        navigation.Item("a", "policy", "book"),
        navigation.Item("b", "no-such-page", "book"),
        navigation.Item("c", "display", "book", frozenset({Role.EXPERT})),
    )

    shown = navigation.entries(items, path=reverse("policy"), roles=frozenset({Role.TAX}))

    assert [(entry.label, entry.current) for entry in shown] == [("a", True)]


@pytest.mark.parametrize(
    ("addresses", "path", "expected"),
    [
        (["/", "/calls/"], "/calls/3/", "/calls/"),
        (["/", "/calls/"], "/other/", ""),
        (["/", "/calls/"], "/", "/"),
        (["/policy/", "/policy/numbers/"], "/policy/numbers/", "/policy/numbers/"),
    ],
)
def test_current_address_is_the_longest_that_holds_the_path(addresses, path, expected):
    assert navigation.current_address(addresses, path) == expected


def test_shell_of_a_request_without_a_person_is_public():
    shell = Shell(RequestFactory().get("/"))

    assert (shell.base, shell.roles, shell.unread, shell.contrast) == (
        "public_base.html",
        frozenset(),
        0,
        "normal",
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("200000", "贰拾万元整"),
        ("0", "零元整"),
        ("10500", "壹万零伍佰元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000.05", "壹仟元零伍分"),
        ("-3.2", "负叁元贰角整"),
        ("-0.001", "零元整"),
        ("9999999999999999.999", ""),
        ("1234567891", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾壹元整"),
        ("不是数", ""),
    ],
)
def test_amount_in_capitals(amount, said):
    assert words.in_capitals(amount) == said


def test_amounts_and_dates_are_said_in_full():
    noon = datetime(2026, 11, 23, 6, 3, tzinfo=UTC)

    assert words.in_yuan(Decimal(200000)) == "200,000.00"
    assert words.in_wan(Decimal("123456.7")) == "12.34567"
    assert words.wan_echo("20") == "即 200,000.00 元（贰拾万元整）"
    assert words.day(date(2026, 1, 5)) == "2026年1月5日"
    assert words.moment(noon) == "2026年11月23日 14:03"
    assert [words.day(None), words.moment(None), words.in_yuan(None), words.in_wan("")] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("days", "label", "tone"),
    [
        (-2, "已逾期 2 个工作日", "overdue"),
        (0, "今日到期", "soon"),
        (2, "还剩 2 个工作日", "soon"),
        (3, "还剩 3 个工作日", "neutral"),
        (None, "无办理时限", "neutral"),
    ],
)
def test_due_is_said_in_words(days, label, tone):
    said = tones.due_words(days)

    assert (said["label"], said["tone"]) == (label, tone)


def test_field_is_wired_for_screen_readers():
    html = rendered("{% field form.text unit='万元' %}", form=HostileForm({"text": ""}))

    assert 'aria-describedby="id_text-help id_text-errors id_text-echo"' in html
    assert 'aria-invalid="true"' in html
    assert 'for="id_text"' in html


def test_number_field_keeps_what_is_not_a_number():
    class Amount(forms.Form):
        amount = forms.DecimalField()

    html = rendered("{% field form.amount %}", form=Amount({"amount": "二十"}))

    assert 'type="text"' in html
    assert 'value="二十"' in html


@pytest.mark.parametrize(("value", "shown"), [(4478, "4,478"), ("—", "—"), (0, "0")])
def test_a_figure_is_grouped(value, shown):
    assert f'stat__value">{shown}<' in rendered("{% stat '待发送' value %}", value=value)


def test_filter_bar_has_a_chip_for_each_value_in_use():
    class Filter(forms.Form):
        text = forms.CharField(label="名称", required=False)
        state = forms.ChoiceField(label="状态", choices=[("a", "公示")], required=False)

    request = RequestFactory().get("/list/", {"text": "示例", "state": "a", "page": "3"})
    html = Template("{% load ui %}{% filter_bar form %}").render(
        Context({"request": request, "form": Filter(request.GET)})
    )

    assert re.findall(r'class="chip" href="([^"]+)"><span>([^<]+)', html) == [
        ("?state=a", "名称：示例"),
        ("?text=%E7%A4%BA%E4%BE%8B", "状态：公示"),
    ]


def test_a_chip_says_when_its_value_narrows_nothing():
    class Filter(forms.Form):
        year = forms.IntegerField(label="年度", required=False, max_value=2099)
        state = forms.ChoiceField(label="状态", choices=[("a", "公示")], required=False)

    request = RequestFactory().get("/list/", {"year": "99999999", "state": "a"})
    html = Template("{% load ui %}{% filter_bar form %}").render(
        Context({"request": request, "form": Filter(request.GET)})
    )

    assert re.findall(r'class="chip" href="[^"]+"><span>([^<]+)', html) == [
        "年度：99999999（无法识别，未按此筛选）",
        "状态：公示",
    ]


@pytest.mark.parametrize(("asked", "first", "folded"), [(7, 7, 0), (8, 6, 2)])
def test_a_filter_of_many_shows_the_first_and_folds_the_others(asked, first, folded):
    fields = {f"box{n}": forms.CharField(label=f"条件{n}", required=False) for n in range(asked)}
    request = RequestFactory().get("/list/", {f"box{asked - 1}": "示例"})
    form = type("Filter", (forms.Form,), fields)(request.GET)

    html = Template("{% load ui %}{% filter_bar form %}").render(Context({"request": request, "form": form}))
    line, _fold, others = html.partition("<details")

    assert (line.count("<input"), others.count("<input")) == (first, folded)
    assert f"条件{asked - 1}：示例" in html


# --- colours --------------------------------------------------------------------------------------------------------


def themes():
    """The colours of both themes by name, as the browser would resolve them."""
    text = (CSS / "tokens.css").read_text()
    normal = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})", text.split("[data-text")[0]))
    high = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})", text.split('[data-contrast="high"]')[1]))
    return {"normal": normal, "high": normal | high}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("--paper", "--surface", "--sunken", "--accent-soft")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("--ink", "--ink-soft", "--accent", "--accent-strong") for ground in GROUNDS),
    *((f"--{tone}-ink", f"--{tone}-fill") for tone in ("neutral", "info", "done", "soon", "bad")),
    *((f"--{tone}-ink", ground) for tone in ("done", "soon", "bad") for ground in ("--paper", "--surface")),
    *(("--ink", f"--{tone}-fill") for tone in ("info", "done", "soon", "bad")),
    *(("--ink-soft", f"--{tone}-fill") for tone in ("info", "done", "soon", "bad")),
    *(("--ink", f"--map-{number}") for number in range(3)),
    *(("--on-accent", f"--map-{number}") for number in (3, 4)),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-strong"),
]
SHAPE_PAIRS = [
    *(("--line-strong", ground) for ground in ("--paper", "--surface", "--sunken")),
    *(("--focus", ground) for ground in GROUNDS),
    *((f"--chart-{number}", "--surface") for number in range(1, 7)),
]


@pytest.mark.parametrize("theme", ["normal", "high"])
def test_text_can_be_read(theme):
    colours = themes()[theme]

    weak = {pair: ratio for pair in TEXT_PAIRS if (ratio := contrast(*(colours[n] for n in pair))) < 4.5}

    assert weak == {}


@pytest.mark.parametrize("theme", ["normal", "high"])
def test_shapes_can_be_seen(theme):
    colours = themes()[theme]

    weak = {pair: ratio for pair in SHAPE_PAIRS if (ratio := contrast(*(colours[n] for n in pair))) < 3}

    assert weak == {}


def test_colours_stand_in_the_tokens_only():
    found = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", path.read_text())
        for path in CSS.glob("*.css")
        if path.name not in {"tokens.css", "paper.css"}  # papers are printed black, by another renderer
    }

    assert {name for name, colours in found.items() if colours} == set()


def test_every_token_that_is_used_exists():
    defined = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text()))
    used = {
        name
        for path in CSS.glob("*.css")
        if path.name != "paper.css"
        for name in re.findall(r"var\((--[\w-]+)\)", path.read_text())
    }

    assert used - defined == set()


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = set(
        re.findall(r'id="([\w-]+)"', (Path(settings.BASE_DIR) / "static" / "img" / "icons.svg").read_text())
    )
    in_templates = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())
    }
    in_data = {item.icon for section in navigation.MENU for item in section.items}
    in_data |= set(tones.ICONS.values()) | {step["icon"] for step in tones.STEPS.values()}

    assert (in_templates | in_data) - sprite == set()
