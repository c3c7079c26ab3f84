"""A service desk: first come, first served, and some do not wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, nextafter

from twin_draws import Dice, normal_quantile
from twin_person import Visit

from simulation.scenario.schema import Desks
from simulation.scenario.words import HandlingTimes

DAYS = 30


@dataclass
class Contact:
    """Somebody who comes to a desk; times in minutes."""

    visit: Visit
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


@dataclass
class Asker:
    """Whose draws they are: a person's in a process of a month, in a round or not."""

    dice: Dice
    process: str
    month: int
    ending: str
    person: int

    def uniform(self, name: str) -> float:
        """Return a uniform draw."""
        return self.dice.uniform(self.process, self.month, name + self.ending, self.person)


def arrival(desks: Desks, ask: Asker, part: int, parts: int, open_hours: float) -> float:
    """Return when in the month's open minutes a person comes, in one of its parts."""
    length = open_hours * 60.0 / DAYS
    day = int(DAYS * (part + ask.uniform("day")) / parts)
    return length * (day + position_in_day(ask.uniform("time"), desks.profile))


def handling(desks: Desks, ask: Asker, average: float) -> float:
    """Return how long a contact takes a server, in minutes."""
    if desks.handling is HandlingTimes.CONSTANT:
        return average
    draw = ask.uniform("handling")
    if desks.handling is HandlingTimes.EXPONENTIAL:
        return -average * log(draw)
    spread = desks.handling_spread
    return average * exp(spread * normal_quantile(draw) - spread * spread / 2.0)


def patience(desks: Desks, ask: Asker) -> float:
    """Return how long a person would wait, in minutes."""
    return -desks.patience * log(ask.uniform("patience")) if desks.abandonment else inf
