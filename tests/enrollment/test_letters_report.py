"""The yearly report is drawn from plain counts, and refuses tables with holes."""

from dataclasses import replace

import pytest

from invented_letters import REPORT, SENDER
from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters.making import make
from obacht_enrollment.letters.yearly import Row, Table


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ((), ()),
        (("a",), ()),
        (("a",), (Row("x", (1, 2)),)),
        (("a", "b"), (Row("x", (1, 2)), Row("y", (1,)))),
        (("a",) * 7, (Row("x", (1,) * 7),)),
        (("a",), (Row("x", (-1,)),)),
    ],
)
def test_a_table_with_holes_is_refused(columns: tuple[str, ...], rows: tuple[Row, ...]) -> None:
    with pytest.raises(LetterError):
        replace(REPORT.tables[0], columns=columns, rows=rows)


def test_a_chart_of_nothing_can_be_drawn() -> None:
    table = Table("Leer", "Art", ("Zahl",), (Row("a", (0,)), Row("b", (None,))), chart=True)
    assert make(replace(REPORT, tables=(table,)), SENDER)
