"""Every benchmark still runs: with counts so small that its figures say nothing."""

from pathlib import Path

import pytest

from bench import page, parties, run
from bench.figures import Fact, Figure, Findings


@pytest.mark.slow
@pytest.mark.sockets
def test_every_figure_of_the_page_can_still_be_measured() -> None:
    least = run.Extent(
        rows=50,
        appending={"rounds": 1, "entries": 32},
        auditing={"rounds": 1, "receipts": 3},
        comparing={"rounds": 1, "cases": 30, "lines": 20, "looks": 3},
        evaluation={"rounds": 1, "evaluations": 2, "seconds": 0.05},
        publishing={"rounds": 1, "sizes": (20, 50, 100)},
        question={"questions": 20},
        serving={"rounds": 1, "requests": 20},
        sharing={"questions": 10},
        stretching={"rounds": 1, "people": 4, "stretch": "CHEAPEST"},
    )
    with parties.workplace() as folder:
        found = list(run.measure(folder, least))
    figures = [figure for findings in found for figure in findings.figures]
    assert len(figures) == 11
    assert all(figure.how and figure.measured and figure.target for figure in figures)
    assert sum(findings.topic.startswith("Memory") for findings in found) == 1
    text = page.markdown(found, [Fact("cores", "2")])
    assert all(figure.what in text and figure.measured in text for figure in figures)
    assert not (parties._ROOT / "var" / Path(folder).name).exists()


@pytest.mark.parametrize(("measured", "reached"), [(0.74, False), (0.75, True), (0.76, True)])
def test_a_figure_is_reached_at_its_bound_and_not_before(measured: float, reached: bool) -> None:  # noqa: FBT001 - a table
    assert Figure.at_least("x", 0.75, measured, "y").reached is reached
    assert Figure.at_most("x", 0.75, 1.5 - measured, "y").reached is reached


def test_the_page_says_no_where_a_target_was_missed() -> None:
    assert "| **no** |" in page.markdown([Findings("t", [Figure.at_most("x", 1, 2, "y")])], [])
