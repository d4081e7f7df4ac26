"""``obacht-office statistics``: the counts of a year for the council."""

import click

from obacht_enrollment.cases import statistics as counting
from obacht_enrollment.cases import statistics_words
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.language import pick


@click.command("statistics")
@click.argument("year", type=int)
@click.option("--csv", "as_csv", is_flag=True, help="Als CSV. / As CSV.")
@acting
@click.pass_obj
def statistics(context: Context, *, year: int, as_csv: bool, credentials: Credentials) -> None:
    """Zählt ein Jahr für den Rat; kleine Zahlen sind unterdrückt. / Count a year; small numbers are suppressed."""
    with signed_in(context, credentials) as (office, user):
        tables = counting.of_year(office, user, year)
    language = context.language
    if as_csv:
        click.echo(counting.as_csv(tables, language), nl=False)  # bytes: a terminal's encoding changes nothing
        return
    for table in tables:
        total = statistics_words.number(table.total, language)
        click.echo(f"{statistics_words.title(table, language)}: {total}")
        for name, count in table.rows:
            click.echo(f"  {statistics_words.row(table, name, language)}: {statistics_words.number(count, language)}")
    share = statistics_words.share(counting.false_hits(tables), language)
    click.echo(f"{pick(statistics_words.SHARE, language)}: {share}")
