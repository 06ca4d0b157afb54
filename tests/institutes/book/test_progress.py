"""How far a book is filled in."""

from institutes.book.progress import Progress, annexes_progress, progress_of, whole
from tests.institutes.book.words import BOOK, premises


def test_boxes_rows_and_grids_count_as_they_are_asked(setting):
    section = BOOK.section("premises")
    empty = progress_of(section, {}, setting)
    owned = progress_of(section, premises(tenure="own", area_m2="500"), setting)
    leased = progress_of(section, premises(tenure="lease"), setting)
    row = progress_of(section, premises(equipment=[{"key": "0", "name": "示例电镜"}]), setting)

    assert (empty, owned, leased) == (Progress(0, 4), Progress(2, 4), Progress(1, 5))
    assert row == Progress(1, 9)
    assert (empty.percent, owned.percent, owned.is_full) == (0, 50, False)


def test_a_table_that_must_have_rows_counts_once_while_it_has_none(setting):
    section = BOOK.section("team")
    without = progress_of(section, {}, setting)
    one = progress_of(section, {"team": {"roster": [{"key": "0", "name": "示例甲"}]}}, setting)

    assert (without.filled, one.filled) == (0, 2)
    assert one.asked - without.asked == sum(
        column.required is True for column in section.entry("roster").columns
    )


def test_grids_count_the_columns_that_are_asked(setting):
    section = BOOK.section("host")
    empty = progress_of(section, {}, setting)
    one = progress_of(section, {"host": {"finance": {"revenue": {"2025": "1.00"}}}}, setting)

    assert (one.asked, one.filled) == (empty.asked, 1)


def test_an_optional_section_is_full_from_the_start(setting):
    assert progress_of(BOOK.section("recusal"), {}, setting).percent == 100


def test_the_whole_counts_annexes_by_kind(setting):
    annexes = annexes_progress(BOOK, {}, {}, setting)
    some = annexes_progress(BOOK, {}, {"licence": 1}, setting)

    assert (annexes.filled, some) == (0, Progress(1, annexes.asked))
    parts = [progress_of(section, {}, setting) for section in BOOK.sections]
    assert whole(BOOK, {}, {}, setting) == sum(parts, annexes)


def test_a_hundred_means_that_nothing_is_missing():
    assert (Progress(199, 200).percent, Progress(200, 200).percent) == (99, 100)
