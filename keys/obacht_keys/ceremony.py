"""The dealer, who makes a key, splits it among key offices, and keeps nothing; for a machine without a network.

Beside custody it is the one module that touches shares: it alone makes them, and each leaves it only sealed to the
office that will hold it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from nacl.utils import random

from obacht_keys.custody import Custody, PublicFacts, digest
from obacht_keys.errors import CeremonyError
from obacht_protocol import group, oprf, threshold, transcript
from obacht_protocol.errors import ProtocolError
from obacht_protocol.transcript import Card, Seat, Transcript

MAX_INDEX: Final = 255


def deal(cards: Mapping[int, Card], *, needed: int, epoch: int) -> tuple[Transcript, dict[int, bytes]]:
    """Share a fresh key among offices.

    Args:
        cards: What each office says of itself, by the index it gets (1 to 255).
        needed: How many offices must answer, t.
        epoch: The number of the key's epoch.

    Returns:
        The transcript, which holds public facts only, and each index's share, sealed to its office.

    Raises:
        CeremonyError: The offices serve different deployments, t is not from 1 to their number, or something else does
            not fit together.
    """
    deployments = {card.deployment for card in cards.values()}
    if len(deployments) != 1:
        raise CeremonyError("the offices do not all serve one deployment")
    (deployment,) = deployments
    try:
        secret, public = oprf.derive_key_pair(random(32), f"{deployment}/{epoch}".encode())
        slopes = [group.scalar_random() for _ in range(needed - 1)]
        shares = threshold.split(secret, needed, cards, slopes)
        held = {
            index: Custody(share, PublicFacts(deployment, epoch, index, needed, public, group.multiply_base(share)))
            for index, share in shares.items()
        }
        seats = [
            Seat(
                index, card.name, card.url, card.transport_key, held[index].facts.public_share, bytes(32), log=card.log
            )
            for index, card in cards.items()
        ]
        agreed = transcript.make([secret, *slopes], seats, deployment=deployment, epoch=epoch)
        sealed = {index: held[index].seal(card.transport_key, agreed.facts) for index, card in cards.items()}
        named = [replace(seat, sealed=digest(sealed[seat.index])) for seat in seats]
        return replace(agreed, offices=named), sealed
    except ProtocolError as error:
        raise CeremonyError(str(error)) from error


def succeed(previous: Transcript, cards: Sequence[Card], epoch: int) -> list[int]:
    """Number the offices of the next epoch: who held a share keeps its number, and nobody gets another's.

    Args:
        previous: Of the ceremony before.
        cards: What each office says of itself.
        epoch: Number of the next epoch.

    Returns:
        An index for each card, in order. An office is the one of the ceremony before if it has the same address or the
        same transport key.

    Raises:
        CeremonyError: The epoch does not come after the previous one, or an office serves another deployment.
    """
    if epoch <= previous.epoch:
        raise CeremonyError(f"the epoch after {previous.epoch} cannot be {epoch}")
    numbers = []
    unused = max(office.index for office in previous.offices) + 1
    for card in cards:
        if card.deployment != previous.deployment:
            raise CeremonyError("the transcript of the ceremony before is another deployment's")
        kept = [
            office.index
            for office in previous.offices
            if office.url == card.url or office.transport_key == card.transport_key
        ]
        if not kept:
            kept = [unused]
            unused += 1
        numbers.append(kept[0])
    return numbers
