"""``obacht-office case``: what staff do with cases, one file per verb."""

import click

from obacht_enrollment.cli.case.approve import approve
from obacht_enrollment.cli.case.document import document
from obacht_enrollment.cli.case.edit import edit
from obacht_enrollment.cli.case.end import end
from obacht_enrollment.cli.case.export import export
from obacht_enrollment.cli.case.history import history
from obacht_enrollment.cli.case.list_ import list_
from obacht_enrollment.cli.case.new import new
from obacht_enrollment.cli.case.reject import reject
from obacht_enrollment.cli.case.renew import renew
from obacht_enrollment.cli.case.restrict import restrict
from obacht_enrollment.cli.case.show import show
from obacht_enrollment.cli.case.similar import similar
from obacht_enrollment.cli.case.submit import submit
from obacht_enrollment.cli.case.template import template


@click.group()
def case() -> None:
    """Fälle: vom Entwurf über die zweite Person bis zum Ende. / Cases, from the draft to the end."""


for command in (
    list_,
    show,
    template,
    new,
    edit,
    submit,
    approve,
    reject,
    end,
    renew,
    restrict,
    history,
    similar,
    export,
    document,
):
    case.add_command(command)
