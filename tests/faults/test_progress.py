"""A run that was broken off goes on where it last looked at its books; another run begins anew."""

from collections import Counter

from tests.faults.progress import Progress
from tests.faults.runs import Done

ASKED = {"histories": 1000, "seed": 1, "only": ""}


def test_the_same_run_goes_on_where_it_was_and_another_begins_anew(tmp_path):
    path, lived = tmp_path / "state" / "faults.json", Done(400, Counter(start=3), [(7, ["示例"])], 80.0)
    Progress(path, ASKED).keep("", lived)

    again, other = Progress(path, ASKED), Progress(path, ASKED | {"seed": 2})
    again.resume()
    other.resume()

    assert again.so_far("") == lived
    assert again.words_of(lived).endswith("600 to go, about 2 min")
    assert (other.so_far("").histories, again.so_far("no lock").histories) == (0, 0)


def test_what_was_never_kept_begins_anew(tmp_path):
    progress = Progress(tmp_path / "faults.json", ASKED)
    progress.resume()

    assert progress.so_far("") == Done()
