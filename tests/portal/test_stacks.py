"""Tables of a board on the page: broad ones by themselves, the others on two stacks that end near each other."""

import pytest

from portal.boards.figures import Board, Line, Table


def a_table(code: str, lines: int, columns: int = 3) -> Table:
    return Table(
        code=code,
        title=code,
        heads=("",) * columns,
        lines=[Line(str(n), (None,) * (columns - 1)) for n in range(lines)],
    )


@pytest.mark.parametrize(
    ("heights", "stacks"),
    [
        ({}, []),
        ({"a": 1}, [["a"]]),
        ({"a": 1, "b": 1}, [["a"], ["b"]]),
        ({"long": 12, "b": 2, "c": 2, "d": 3}, [["long"], ["b", "c", "d"]]),
        ({"a": 2, "long": 12, "c": 2, "d": 3}, [["a", "c", "d"], ["long"]]),
    ],
)
def test_each_table_is_put_on_the_stack_that_is_shorter(heights, stacks):
    board = Board(title="", questions=[], tables=[a_table(code, lines) for code, lines in heights.items()])

    assert [[table.code for table in stack] for stack in board.stacks] == stacks
    assert board.wide == []


def test_a_table_of_many_columns_takes_the_whole_width():
    board = Board(title="", questions=[], tables=[a_table("a", 1), a_table("broad", 1, columns=7)])

    assert [table.code for table in board.wide] == ["broad"]
    assert [[table.code for table in stack] for stack in board.stacks] == [["a"]]
