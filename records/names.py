"""One form of a name, in which it is compared with another: however it was typed, the same name is the same."""

import re
import unicodedata

# What people put between the letters of a name so that it is the same name and looks another.
LOOSE = re.compile(r"[\s\u200b-\u200f\ufeff\-_·•・*.()（）【】\[\]/\\@]")


def bare_form(text: str) -> tuple[str, list[int]]:
    """``text`` in one width and one case, without what only separates; and where each letter of it stood."""
    letters, places = [], []
    for place, letter in enumerate(text):
        if LOOSE.match(letter):
            continue
        for each in unicodedata.normalize("NFKC", letter).casefold():
            if not LOOSE.match(each):
                letters.append(each)
                places.append(place)
    return "".join(letters), places


def plain_name(name: str) -> str:
    """The form in which names of units and people are compared; codes of units, too."""
    return bare_form(name)[0]
