"""From one epoch to the next: enrol everybody for the next one, publish under it, destroy what the last one left.

The descriptor names both epochs meanwhile. Nobody has to say when to go over: a register is published under the newest
epoch that has begun and for which every valid record is enrolled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from obacht_clients.transport import Clock
from obacht_enrollment import enrolling, epochs
from obacht_enrollment.errors import DescriptorDraftError
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside, Warned
from obacht_enrollment.store import Store
from obacht_enrollment.tables import Destruction
from obacht_enrollment.turns import NEXT_EPOCH, turn
from obacht_protocol.descriptor import Descriptor, Epoch

Progress = Callable[[int, int, int], None]
"""Told the number of an epoch, how many records were enrolled for it, and how many remain."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an epoch is.

    Attributes:
        number: Of the epoch.
        published: Whether the newest register is of this epoch.
        valid: How many records are valid, the canary among them.
        missing: How many of those are not enrolled yet.
        ends: Unix seconds from which nobody may be asked about in it.
    """

    number: int
    published: bool
    valid: int
    missing: int
    ends: int


def choose(store: Store, descriptor: Descriptor, now: int) -> Epoch:
    """Choose the epoch under which to publish: never one before that of the newest register.

    Raises:
        DescriptorDraftError: No epoch of the descriptor is in force (``epoch-over``).
    """
    in_force = [epoch for epoch in epochs.in_order(descriptor) if epoch.begins <= now < epoch.ends]
    if not in_force:
        raise DescriptorDraftError("epoch-over")
    published = published_epoch(store, descriptor)
    if published in in_force:
        in_force = in_force[in_force.index(published) :]
    for epoch in reversed(in_force[1:]):
        if not store.missing(epochs.identify(descriptor.deployment, epoch), now):
            return epoch
    return in_force[0] if published in in_force else in_force[-1]  # the newest, if nothing is published yet


def published_epoch(store: Store, descriptor: Descriptor) -> Epoch | None:
    """Find the descriptor's epoch under which the newest register was published; None if there is none."""
    latest = store.latest_publication()
    if latest is None:
        return None
    of_descriptor = {epochs.identify(descriptor.deployment, epoch): epoch for epoch in descriptor.epochs}
    return of_descriptor.get(latest.epoch_id)


def check_names_published(store: Store, descriptor: Descriptor) -> Descriptor:
    """Refuse a descriptor without the epoch of the newest register, which clients could then no longer use.

    Raises:
        DescriptorDraftError: ``epoch-published``.
    """
    latest = store.latest_publication()
    if latest is not None and epochs.of_number(descriptor, latest.epoch) is None:
        raise DescriptorDraftError("epoch-published", epoch=latest.epoch)
    return descriptor


def awaiting(store: Store, descriptor: Descriptor, now: int) -> list[Epoch]:
    """List the epochs after the one published for which records are to be enrolled, the oldest first."""
    published = published_epoch(store, descriptor)
    if published is None:
        return []
    return [
        epoch
        for epoch in epochs.in_order(descriptor)
        if epoch.number > published.number
        and now < epoch.ends
        and store.missing(epochs.identify(descriptor.deployment, epoch), now)
    ]


async def prepare(
    office: Office,
    outside: Outside,
    descriptor: Descriptor,
    clock: Clock,
    *,
    enrolled: Progress = lambda _epoch, _done, _remaining: None,
    warned: Warned = lambda _index, _warning: None,
) -> bool:
    """Enrol every valid record for the epochs after the one published, unless another process is at it.

    Args:
        office: Unlocked.
        outside: The way to the key offices.
        descriptor: In force.
        clock: Gives Unix seconds.
        enrolled: Told after each batch.
        warned: Told of key offices that did not do their part.

    Returns:
        Whether this process did it.

    Raises:
        EnrollingError: The key offices could not be asked; the batches before are kept.
    """
    with turn(office.home, NEXT_EPOCH) as mine:
        if not mine:
            return False
        for epoch in awaiting(office.store, descriptor, clock()):
            evaluate = outside.evaluator(descriptor, epoch, warned)
            # once more after the last: records may have come in meanwhile
            while await enrolling.enrol(
                office.store,
                office.vault,
                descriptor.deployment,
                epoch,
                evaluate,
                now=clock(),
                progress=partial(enrolled, epoch.number),
            ):
                pass
        return True


def standings(store: Store, descriptor: Descriptor, now: int) -> list[Standing]:
    """Tell how far each epoch of the descriptor is, the oldest first."""
    published, valid = published_epoch(store, descriptor), store.valid(now)
    return [
        Standing(
            epoch.number,
            epoch == published,
            valid,
            store.missing(epochs.identify(descriptor.deployment, epoch), now),
            epoch.ends,
        )
        for epoch in epochs.in_order(descriptor)
    ]


def forget(store: Store, descriptor: Descriptor, now: int) -> Sequence[Destruction]:
    """Destroy the derived keys of all epochs that the descriptor in force does not name any more.

    Returns:
        The record of each epoch whose keys were destroyed now.
    """
    kept = [epochs.identify(descriptor.deployment, epoch) for epoch in descriptor.epochs]
    return store.destroy_enrolments(kept, now)
