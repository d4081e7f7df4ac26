"""Work in threads: told how far it is, stopped where it may be, never failing in silence, not too much at a time."""

import threading

import pytest

from obacht_enrollment import work
from obacht_enrollment.errors import CaseError, ImportFileError
from obacht_enrollment.work import Work, Works

PATIENCE = 10.0


def test_it_tells_how_far_it_is_and_what_came_of_it() -> None:
    def do(at_work: Work[str]) -> str:
        at_work.tell(3, 4)
        return "done"

    begun = Work(do)
    assert begun.wait(PATIENCE)
    assert (begun.done, begun.of, begun.result, begun.error, begun.was_stopped) == (3, 4, "done", None, False)


def test_it_stops_where_it_tells_how_far_it_is() -> None:
    told, go_on = threading.Event(), threading.Event()

    def do(at_work: Work[None]) -> None:
        told.set()
        assert go_on.wait(PATIENCE)
        at_work.tell(1)
        raise AssertionError

    begun = Work(do)
    assert told.wait(PATIENCE)
    begun.stop()
    go_on.set()
    assert begun.wait(PATIENCE)
    assert (begun.was_stopped, begun.result, begun.error) == (True, None, None)


@pytest.mark.parametrize(
    ("raised", "code"), [(CaseError("changed", number=1), "changed"), (KeyError("x"), "work-failed")]
)
def test_what_went_wrong_is_told(raised: Exception, code: str) -> None:
    def do(_: Work[None]) -> None:
        raise raised

    begun = Work(do)
    assert begun.wait(PATIENCE)
    assert begun.error is not None
    assert begun.error.code == code


def test_one_thing_is_done_once_at_a_time_and_not_too_much_altogether() -> None:
    go_on = threading.Event()
    works = Works()

    def do(_: Work[bool]) -> bool:
        return go_on.wait(PATIENCE)

    begun = [works.begin(name, do) for name in range(work.MOST)]
    with pytest.raises(ImportFileError, match="work-busy"):
        works.begin(0, do)
    with pytest.raises(ImportFileError, match="work-many"):
        works.begin("another", do)
    go_on.set()
    assert all(one.wait(PATIENCE) for one in begun)
    assert works.begin(0, do).wait(PATIENCE)
