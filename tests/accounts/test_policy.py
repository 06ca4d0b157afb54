"""The credit code, by the standard; mobile numbers."""

import pytest

from accounts import policy
from accounts.divisions import FORMER_CODES

REAL_SHAPES = [
    "91110108551385082Q",
    "91110000600037341L",
    "53640000MJX173680A",  # letters in places 9 to 17
    "911301000000000110",  # remainder 0: the check digit is "0"
]


@pytest.mark.parametrize("code", REAL_SHAPES)
def test_well_formed_codes_have_no_fault(code):
    assert policy.uscc_faults(code) == []


def test_letters_in_the_first_eight_places_are_lawful():
    body = "N2110108551385082"

    assert policy.uscc_faults(body + policy.check_character(body)) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "当前为 0 位"),
        ("9111010855138508", "当前为 16 位"),
        ("91110108551385082QQ", "当前为 19 位"),
        ("9111010855138508IO", "不使用字符 I、O"),
        ("91110108551385082S", "不使用字符 S"),
        ("91110108551385083Q", "校验位不符"),
        ("91110108551385082R", "校验位不符"),
        ("91110180551385082Q", "校验位不符"),
    ],
)
def test_faults_of_codes(code, words):
    assert [words in fault for fault in policy.uscc_faults(code)] == [True]


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_character_is_always_found(place):
    code = REAL_SHAPES[0]
    for wrong in policy.USCC_ALPHABET.replace(code[place], ""):
        assert policy.uscc_faults(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("typed", [" 9111 0108 5513 8508 2q ", "91110108-551385082Q"])
def test_codes_are_taken_as_people_paste_them(typed):
    assert policy.normalised_uscc(typed) == "91110108551385082Q"


@pytest.mark.parametrize(
    ("code", "division", "elsewhere"),
    [
        ("91130102XXXXXXXXXX", "130102", False),
        ("91130104XXXXXXXXXX", "130102", True),
        ("91130103XXXXXXXXXX", "130102", False),  # 桥东区 was abolished
        ("91130185XXXXXXXXXX", "130110", False),  # 鹿泉市 became 鹿泉区
        ("91130185XXXXXXXXXX", "130102", True),
    ],
)
def test_registered_elsewhere(code, division, elsewhere):
    assert policy.registered_elsewhere(code, division, former=FORMER_CODES) is elsewhere


@pytest.mark.parametrize(
    ("text", "mobile"),
    [
        ("13800001234", True),
        ("19900001234", True),
        ("12800001234", False),
        ("1380000123", False),
        ("", False),
    ],
)
def test_mobile_numbers(text, mobile):
    assert policy.is_mobile(text) is mobile
