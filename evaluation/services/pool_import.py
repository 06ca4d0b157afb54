"""A list of experts from a spreadsheet: every fault at its row and column, before anything is stored."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.db import transaction

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.policy import is_mobile, normalised_uscc, uscc_faults
from accounts.roles import Role
from accounts.services import create_user, grant_role
from evaluation.enums import Language, Seat, TieKind
from evaluation.models import Expert
from evaluation.services.pool import declare_tie, enter_expert
from records import clock, workbooks
from records.errors import BadFile, Conflict, Reason

TIES = {
    "三年内曾任职单位": TieKind.EMPLOYMENT,
    "持股单位": TieKind.SHARES,
    "任董事、监事的单位": TieKind.BOARD,
    "有偿顾问单位": TieKind.ADVICE,
    "合作论文、专利的单位或人员": TieKind.PUBLICATION,
    "共同承担项目的单位或人员": TieKind.PROJECT,
}
LASTING = (TieKind.SHARES, TieKind.BOARD, TieKind.ADVICE)
"""What goes on until it is withdrawn; the others are of the three years that are looked back on."""
HEAD: tuple[str, ...] = (
    "姓名", "用户名", "邮箱", "手机", "类别", "专业", "职称", "工作单位", "单位信用代码", "所在地",
    "是否市外", "联系语言", *TIES,
)  # fmt: skip
MOST_ROWS = 300
YES, NO = "是", "否"
SEATS = {str(seat.label): seat.value for seat in Seat}
LANGUAGES = {str(language.label): language.value for language in Language}
LIMITS = {"姓名": 50, "职称": 40, "工作单位": 100, "所在地": 40}
LONGEST_NAME = 100
CODE_LIKE = 15
"""From how many letters and digits on what stands in brackets is meant as a credit code, right or wrong."""
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a cell, counted as the spreadsheet counts: the head is row 1."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"第 {self.row} 行“{self.column}”：{self.text}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An expert as a row says it. ``ties``: the kind, the unit's or the person's name, its credit code or ""."""

    name: str
    username: str
    email: str
    mobile: str
    seat: str
    fields: tuple[str, ...]
    title: str
    employer: str
    region: str
    outside_city: bool
    languages: tuple[str, ...]
    ties: tuple[tuple[str, str, str], ...]
    employer_code: str = ""

    def as_row(self) -> dict:
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping) -> "Entry":
        lists = {name: tuple(row[name]) for name in ("fields", "languages")}
        return cls(**{**row, **lists, "ties": tuple(tuple(tie) for tie in row["ties"])})

    @property
    def seat_label(self) -> str:
        return str(Seat(self.seat).label)

    @property
    def ties_in_words(self) -> list[str]:
        return [f"{TieKind(kind).label}：{whom}{code and f'（{code}）'}" for kind, whom, code in self.ties]

    @property
    def fields_in_words(self) -> str:
        return "、".join(self.fields)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet says: the entries, or what keeps them from being entered."""

    entries: list[Entry]
    faults: list[Fault]


def text_of(cell: object) -> str:
    """A cell as people read it: a whole number without a decimal point, no blanks around."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip() if cell is not None else ""


def parts_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(",", "、").split("、") if part.strip())


def template() -> bytes:
    """The table to fill in, with lists of what can be chosen."""
    choices = {"类别": tuple(SEATS), "是否市外": (YES, NO)}
    columns = [workbooks.Column(head, choices=choices.get(head, ()), width=20) for head in HEAD]
    return workbooks.write("评审专家", columns, leading=(), rows=())


def read_experts(*, upload: UploadedFile) -> Sheet:
    """Read a list of experts. Stores nothing. Raises ``BadFile`` where the file cannot be read at all."""
    rows = workbooks.read(upload)
    if len(rows) > MOST_ROWS:
        raise BadFile(Reason(f"表格超过 {MOST_ROWS} 行，请分几次导入。", field="file"))
    places = _places_of(rows[0] if rows else [])
    entries, faults = list[Entry](), list[Fault]()
    taken = set(User.objects.values_list("username", flat=True))
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = {c: text_of(row[place]) if place < len(row) else "" for c, place in places.items()}
        if not any(cells.values()):
            continue
        found, username = faults_of(cells, number, taken), cells["用户名"].lower()
        if username and username in seen:
            found.append(Fault(number, "用户名", f"与第 {seen[username]} 行重复。"))
        seen.setdefault(username, number)
        faults += found
        if not found:
            entries.append(_entry_of(cells))
    if not entries and not faults:
        raise BadFile(Reason("表格中没有专家，请在表头下方逐行填写。", field="file"))
    return Sheet(entries, faults)


def _places_of(head: Sequence[object]) -> dict[str, int]:
    said = [text_of(cell) for cell in head]
    if missing := [column for column in HEAD if column not in said]:
        words = f"第 1 行缺少列：{'、'.join(missing)}。请使用本页下载的模板，不改动表头。"
        raise BadFile(Reason(words, field="file"))
    return {column: said.index(column) for column in HEAD}


def faults_of(cells: Mapping[str, str], row: int, taken: set[str]) -> list[Fault]:
    """Everything that is wrong in a row."""
    found = {
        column: "" if cells[column] else f"请填写{column}。"
        for column in ("姓名", "职称", "工作单位", "专业")
    }
    for column, most in LIMITS.items():
        if len(cells[column]) > most:
            found[column] = f"不超过 {most} 字。"
    found["用户名"] = _fault_of_username(cells["用户名"].lower(), taken)
    found["邮箱"] = _fault_of_email(cells["邮箱"])
    found["单位信用代码"] = _fault_of_code(normalised_uscc(cells["单位信用代码"]))
    for column in TIES:
        found[column] = "；".join(_faults_of_ties(cells[column]))
    found["手机"] = "" if is_mobile(cells["手机"]) else "请填 11 位手机号码。"
    found["类别"] = "" if cells["类别"] in SEATS else f"请填：{'、'.join(SEATS)}。"
    found["是否市外"] = "" if cells["是否市外"] in (YES, NO) else "请填“是”或“否”。"
    strange = [each for each in parts_of(cells["联系语言"]) if each not in LANGUAGES]
    found["联系语言"] = f"没有“{'、'.join(strange)}”；可填：{'、'.join(LANGUAGES)}。" if strange else ""
    return [Fault(row, column, text) for column, text in found.items() if text]


def _faults_of_ties(cell: str) -> Iterator[str]:
    for name, code in map(unit_of, parts_of(cell)):
        if len(name) > LONGEST_NAME:
            yield f"“{name[:10]}…”不超过 {LONGEST_NAME} 字。"
        if fault := _fault_of_code(code):
            yield f"{name}：{fault}"


def unit_of(text: str) -> tuple[str, str]:
    """``示例研究所（91130100…）`` as the unit's name and its credit code, "" where none is written with it."""
    name, opened, rest = text.partition("(")
    code = normalised_uscc(rest.rstrip(")"))
    is_code = (
        bool(opened) and rest.endswith(")") and code.isascii() and code.isalnum() and len(code) >= CODE_LIKE
    )
    return (name.strip(), code) if is_code else (text, "")


def _fault_of_code(code: str) -> str:
    return uscc_faults(code)[0] if code and uscc_faults(code) else ""


def _fault_of_username(username: str, taken: set[str]) -> str:
    fits = 3 <= len(username) <= 40 and username.isascii() and username.replace("_", "").isalnum()
    if not fits or not username[0].isalpha():
        return "请填 3 至 40 位小写字母、数字或下划线，以字母开头。"
    return f"用户名“{username}”已被使用，请换一个。" if username in taken else ""


def _fault_of_email(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return "请填有效的邮箱，邀请由邮件送达。"
    return ""


def _entry_of(cells: Mapping[str, str]) -> Entry:
    return Entry(
        name=cells["姓名"],
        username=cells["用户名"].lower(),
        email=cells["邮箱"],
        mobile=cells["手机"],
        seat=SEATS[cells["类别"]],
        fields=parts_of(cells["专业"]),
        title=cells["职称"],
        employer=cells["工作单位"],
        employer_code=normalised_uscc(cells["单位信用代码"]),
        region=cells["所在地"],
        outside_city=cells["是否市外"] == YES,
        languages=tuple(LANGUAGES[each] for each in parts_of(cells["联系语言"])) or ("zh",),
        ties=tuple(
            (str(kind), *unit_of(one)) for column, kind in TIES.items() for one in parts_of(cells[column])
        ),
    )


@transaction.atomic
def enter_experts(*, entries: Iterable[Entry], by: User, at: datetime | None = None) -> list[Expert]:
    """Give every row an account in the pool and enter it; the role waits for the security administrator.

    All or none: raises ``Conflict`` where a name was taken in the meantime.
    """
    at = at or clock.now()
    pool = Organisation.objects.confirmed().filter(kind=OrganisationKind.EXPERT_POOL).first()
    if pool is None:
        raise Conflict("平台尚未登记专家库单位，请系统管理员先行登记。")
    return [_enter(entry, pool, by=by, at=at) for entry in entries]


def _enter(entry: Entry, pool: Organisation, *, by: User, at: datetime) -> Expert:
    about = {"name": entry.name, "email": entry.email, "mobile": entry.mobile}
    user = create_user(username=entry.username, **about, by=by, at=at)
    grant_role(user=user, organisation=pool, role=Role.EXPERT, by=by, at=at)
    expert = enter_expert(
        user=user,
        seat=entry.seat,
        field=entry.fields[0],
        other_fields=entry.fields[1:],
        title=entry.title,
        employer=entry.employer,
        employer_code=entry.employer_code,
        region=entry.region,
        outside_city=entry.outside_city,
        languages=entry.languages,
        by=by,
    )
    today: date = clock.today()
    for kind, whom, code in entry.ties:
        goes_on = kind in LASTING
        since, until = (today, None) if goes_on else (today - 3 * YEAR, today)
        declare_tie(expert=expert, kind=kind, whom=whom, code=code, since=since, until=until, by=by, at=at)
    return expert
