import pytest

from records.words import paragraphs_of, quoted, sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [("缺附件", "缺附件。"), (" 缺附件。\n", "缺附件。"), ("为何？", "为何？"), ("  ", "")],
)
def test_what_somebody_wrote_ends_as_a_sentence(text, said):
    assert sentence(text) == said


def test_empty_lines_are_no_paragraphs():
    assert paragraphs_of(" 甲\r\n\n  \n乙 ") == ["甲", "乙"]


def test_a_name_keeps_its_own_quotation_marks_inside_others():
    assert quoted("增列企业“示例公司”") == "“增列企业‘示例公司’”"
