"""A service desk: first come, first served, and some do not wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, nextafter

from twin_draws import Dice

from simulation.scenario.schema import Desks
from simulation.scenario.words import HandlingTimes

DAYS = 30


@dataclass
class Contact:
    """Somebody who comes to a desk; times in minutes."""

    person: int
    arrival: float
    handling: float
    patience: float
    wait: float = 0.0
    abandoned: bool = False


def serve(contacts: list[Contact], servers: int, dice: Dice) -> None:
    """Let every contact wait, and be served or leave."""
    free_at = [0.0] * servers
    for contact in sorted(contacts, key=lambda contact: (contact.arrival, contact.person)):
        first = free_at.index(min(free_at))
        start = max(contact.arrival, free_at[first])
        contact.wait = start - contact.arrival
        dice.note(contact.wait - contact.patience, f"patience of {contact.person}")
        if contact.wait > contact.patience:
            contact.wait, contact.abandoned = contact.patience, True
        else:
            free_at[first] = start + contact.handling


def position_in_day(draw: float, profile: Sequence[float]) -> float:
    """Return when in the open hours of a day a contact arrives, in [0, 1)."""
    hours = [arrivals for arrivals in profile if arrivals > 0]
    total, before = sum(hours), 0.0
    for hour, arrivals in enumerate(hours):
        share = arrivals / total
        if draw < before + share or hour == len(hours) - 1:
            return min((hour + (draw - before) / share) / len(hours), nextafter(1.0, 0.0))
        before += share
    raise AssertionError


def arrival(desks: Desks, dice: Dice, month: int, person: int, open_hours: float) -> float:
    """Return when in the month's open minutes a person comes."""
    length = open_hours * 60.0 / DAYS
    day = int(DAYS * dice.uniform("encounter", month, "day", person))
    draw = dice.uniform("encounter", month, "time", person)
    return length * (day + position_in_day(draw, desks.profile))


def handling(desks: Desks, dice: Dice, month: int, person: int, average: float) -> float:
    """Return how long a contact takes a server, in minutes."""
    if desks.handling is HandlingTimes.CONSTANT:
        return average
    if desks.handling is HandlingTimes.EXPONENTIAL:
        return -average * log(dice.uniform("encounter", month, "handling", person))
    spread = desks.handling_spread
    draw = dice.normal("encounter", month, "handling", person)
    return average * exp(spread * draw - spread * spread / 2.0)


def patience(desks: Desks, dice: Dice, month: int, person: int) -> float:
    """Return how long a person would wait, in minutes."""
    if not desks.abandonment:
        return inf
    return -desks.patience * log(dice.uniform("encounter", month, "patience", person))
