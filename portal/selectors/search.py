"""The search over everything public: what says the words, else what comes near them (一字之差也能找到)."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import CharField, F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import Organisation
from institutes.enums import TenureKind
from institutes.models import Institute, Tenure
from institutes.selectors import questions
from portal import navigation
from portal.policy.loader import policy_file
from portal.selectors import public

FEW, MANY = 5, 50
"""How many of each kind are shown among all kinds, and of one kind alone."""
LEAST, LONGEST = 2, 40
WORDS = 5
"""So many words, parted by spaces, are looked for at most; all of them must be said."""
NEAR = 0.6
"""From which likeness of pg_trgm on, character by character, a title comes near what was asked."""
CLOSE = 0.75
"""The share of characters in their places from which a written text comes near."""
CANDIDATES = 500
BODY, AROUND = 1000, 40
COMMON = re.compile("石家庄市|市级|产业技术|研究院|股份|有限|公司|关于|通知")
"""Words in so many titles that they do not tell one from another."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; ``hit``: it is what was asked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: of which kind, where it is, the words around what was asked for."""

    kind: str
    url: str
    title: list[Part]
    more: str
    around: list[Part]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that everybody may read: their kind, what is searched, where each is. ``more`` may be nothing."""

    kind: str
    label: str
    rows: Callable[[], QuerySet]
    title: str
    more: str
    body: str
    page: str
    anchor: str = ""
    key: str = "pk"

    def url(self, key: str) -> str:
        return f"{reverse(self.page)}#{self.anchor}{key}" if self.anchor else reverse(self.page, args=[key])


SOURCES = (
    Source("calls", "认定申报通知", public.published_calls, "title", "number", "guide", "institutes:call"),
    Source(
        "projects",
        "联合攻关专项通知",
        public.published_project_calls,
        "title",
        "number",
        "text",
        "projects:project-call",
    ),
    Source("notices", "公示公告", public.posted_notices, "title", "number", "basis", "notices:publicity"),
    Source(
        "institutes",
        "研究院",
        public.listed_institutes,
        "name",
        "host__name",
        "recognition__certificate_number",
        "directory-institute",
    ),
    Source(
        "chains",
        "产业链",
        public.chains_with_segments,
        "name",
        "",
        "segments_in_words",
        "institutes:chain-on-map",
        key="code",
    ),
    Source(
        "services",
        "开放服务",
        public.shown_services,
        "title",
        "offering__institute__name",
        "content",
        "institutes:service",
        key="offering_id",
    ),
    Source(
        "county",
        "县级配套政策",
        public.issued_county_policies,
        "title",
        "number",
        "summary",
        "institutes:local-policy",
    ),
    Source(
        "questions",
        "常见问题",
        questions.published_questions,
        "question",
        "clause",
        "answer",
        "institutes:questions",
        anchor="q",
        key="common_question_id",
    ),
)
CLAUSES, PAGES = "clauses", "pages"
LABELS = {PAGES: "页面", CLAUSES: "政策条款", **{source.kind: source.label for source in SOURCES}}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to. ``is_near``: nothing says the words, these come near. ``more``: kinds with more rows."""

    hits: list[tuple[str, str, list[Hit]]]
    more: frozenset[str]
    is_near: bool

    @property
    def count(self) -> int:
        return sum(len(hits) for _kind, _label, hits in self.hits)


def search(text: str, *, kind: str = "") -> Found:
    """What says ``text``, kind by kind; where nothing does, what comes near it. Two queries at most."""
    asked = " ".join(text.split())[:LONGEST]
    if len(asked) < LEAST:
        return Found([], frozenset(), False)
    most = MANY if kind else FEW
    rows = [*_written(asked, kind, contains), *_rows(asked, kind, most, _exact)]
    if rows:
        return _found(rows, asked, most, is_near=False)
    whole = "".join(asked.split())
    core = COMMON.sub("", whole)
    core = core if len(core) >= LEAST else whole
    near = [*_written(core, kind, comes_near), *_rows(core, kind, most, _near)]
    return _found(near, asked, most, is_near=True)


Row = tuple[str, str, str, str, str]
"""Kind, address, title, what stands beside it, the text it is found in."""


def words_of(asked: str) -> list[str]:
    """The words that are parted by spaces.

    >>> words_of("专家 抽取")
    ['专家', '抽取']
    """
    return asked.split()[:WORDS]


def contains(text: str, asked: str) -> bool:
    """Whether a text says all of the words.

    >>> [contains("办事指南", said) for said in ("指南", "指南 办事", "指南 申报")]
    [True, True, False]
    """
    folded = text.casefold()
    return all(word in folded for word in words_of(asked.casefold()))


def comes_near(text: str, asked: str) -> bool:
    """Whether some stretch of a text differs from the words in one character of four at most.

    >>> [comes_near("新一代电子信息", said) for said in ("电孑信息", "电孑信忌", "电孑")]
    [True, False, False]
    """
    size = len(asked)
    least = CLOSE * size
    return any(
        sum(one == other for one, other in zip(asked, text[n : n + size], strict=True)) >= least
        for n in range(len(text) - size + 1)
    )


def _written(asked: str, kind: str, says: Callable[[str, str], bool]) -> list[Row]:
    """Pages of the menu and clauses of the policy: few, and not in the database."""
    found: list[Row] = []
    if kind in ("", PAGES):
        items = dict.fromkeys(
            (*navigation.PUBLIC_MENU, *(i for s in navigation.PUBLIC_FOOT for i in s.items))
        )
        pages = {str(item.label): navigation.address(item.url_name) for item in items}
        found += [(PAGES, url, label, "", "") for label, url in pages.items() if url and says(label, asked)]
    if kind in ("", CLAUSES):
        for clause in policy_file().clauses:
            body = "".join(clause.body)
            if says(f"{clause.title}\n{body}", asked) or _cited(asked) == clause.number:
                url = f"{reverse('policy')}#{clause.anchor}"
                more = clause.number if clause.title and clause.level > 1 else ""
                found.append((CLAUSES, url, clause.heading, more, body))
    return found


def _cited(asked: str) -> str:
    """A clause as it is cited, however its brackets were typed."""
    return unicodedata.normalize("NFKC", asked).replace(" ", "")


def _rows(asked: str, kind: str, most: int, pick: Callable[[Source, str], QuerySet]) -> list[Row]:
    """One query over all kinds of rows, one more of each than is shown."""
    sources = [source for source in SOURCES if kind in ("", source.kind)]
    if not sources:
        return []
    first, *others = [_columns(source, pick(source, asked))[: most + 1] for source in sources]
    known = {source.kind: source for source in sources}
    rows = first.union(*others, all=True) if others else first
    return [(of, known[of].url(key), title, more, body) for of, key, title, more, body in rows]


def _columns(source: Source, rows: QuerySet) -> QuerySet:
    """The columns that every kind has alike."""
    body = Func(F(source.body), Value(BODY), function="left", output_field=TextField())
    return rows.values_list(
        Value(source.kind, output_field=CharField()),
        Cast(source.key, TextField()),
        Cast(source.title, TextField()),
        Cast(source.more, TextField()) if source.more else Value("", output_field=TextField()),
        body,
    )


def _exact(source: Source, asked: str) -> QuerySet:
    """Rows that say all of the words. Of institutes, names that they bore before count too."""
    rows = source.rows().order_by()
    columns = [one for one in (source.title, source.more, source.body) if one]
    for word in words_of(asked):
        if source.kind == "institutes":
            rows = rows.filter(pk__in=_named(word))
        else:
            rows = rows.filter(Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR))
    return rows


def _named(asked: str) -> QuerySet:
    """Institutes by their name, that of their host, a former one of either, or the number of their certificate: each
    by an index of its own."""
    hosts = Organisation.objects.order_by().filter(name__icontains=asked)
    tenures = Tenure.objects.order_by().filter(
        kind__in=(TenureKind.NAME, TenureKind.HOST), value__icontains=asked
    )
    rows = Institute.objects.order_by()
    return (
        rows.filter(name__icontains=asked)
        .values("pk")
        .union(
            rows.filter(host__in=hosts.values("pk")).values("pk"),
            rows.filter(recognition__certificate_number=asked).values("pk"),
            tenures.values("institute"),
        )
    )


def _near(source: Source, asked: str) -> QuerySet:
    """Rows whose title comes near: some piece of the words is in it, and so are most of their characters in order.

    The pieces are found by the trigram index; the likeness is measured of a limited number of candidates.
    """
    pieces = Q()
    for piece in _pieces(asked):
        pieces |= Q(**{f"{source.title}__icontains": piece})
    candidates = source.rows().order_by().filter(pieces).values("pk")[:CANDIDATES]
    spaced = Func(
        F(source.title),
        Value("(.)"),
        Value(r"\1 "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    likeness = Func(Value(" ".join(asked)), spaced, function="word_similarity", output_field=FloatField())
    rows = source.rows().order_by().filter(pk__in=candidates).annotate(likeness=likeness)
    return rows.filter(likeness__gte=NEAR).order_by("-likeness", "pk")


def _pieces(asked: str) -> list[str]:
    """The words cut into pieces that overlap, of three characters where there are enough."""
    size = 3 if len(asked) >= 5 else 2
    return list(dict.fromkeys(asked[n : n + size] for n in range(len(asked) - size + 1)))


def _found(rows: Iterable[Row], asked: str, most: int, *, is_near: bool) -> Found:
    by_kind: dict[str, list[Hit]] = {kind: [] for kind in LABELS}
    for kind, url, title, more, body in rows:
        around = [] if is_near else _around(body or "", asked)
        by_kind[kind].append(Hit(kind, url, _marked(title, asked), more or "", around))
    shown = [(kind, LABELS[kind], hits[:most]) for kind, hits in by_kind.items() if hits]
    return Found(shown, frozenset(kind for kind, hits in by_kind.items() if len(hits) > most), is_near)


def _pattern(asked: str) -> re.Pattern[str]:
    """Any of the words, as one group."""
    return re.compile(f"({'|'.join(map(re.escape, words_of(asked)))})", re.IGNORECASE)


def _around(body: str, asked: str) -> list[Part]:
    """The words around the first place where one is said; the beginning where they are said elsewhere."""
    flat = " ".join(body.split())
    said = _pattern(asked).search(flat)
    if said is None:
        return [Part(Truncator(flat).chars(2 * AROUND), False)] if flat else []
    start, end = max(said.start() - AROUND, 0), said.end() + AROUND
    cut = f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
    return _marked(cut, asked)


def _marked(text: str, asked: str) -> list[Part]:
    """The line in pieces, those marked that were asked for."""
    pieces = _pattern(asked).split(text)
    return [Part(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]
