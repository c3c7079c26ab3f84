"""What a question claims, as its file states it before any run: which effects must hold where.

The ``[verdict]`` of a question has ``claim`` and ``rule`` in words, and the effects that the claim
stands on, ``[[verdict.must]]``: the arms that should create ``more``, the arms ``than`` which, and
whose benefit it is (``of``). Where several arms are listed, their values are added up, so that

    more = ["platform, aligned", "nothing, apart"]
    than = ["platform, apart", "nothing, aligned"]

is the claim that the platform adds more where aligned. ``not_less = true`` only asks that nobody
loses more than the margin. Effects under ``[[verdict.also]]`` are shown beside the claim, and are
left out of a quick look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.analysis.percentage import percentage
from simulation.errors import Fault
from simulation.scenario.suggest import did_you_mean, listed
from simulation.studies.futures.margin import MARGIN

AS_IT_IS = "as it is"
"""The arm that changes nothing, where no level of the lever is called something else."""

BENEFITS = ("everyone", "customers", "company", "rivals", "partners", "adoption", "retention",
            "savers", "doers", "explorers")  # fmt: skip
"""Whose benefit a claim may be about: somebody's money, the share of people who are the focal
company's customers (adoption), or the share of its contracts that are renewed (retention)."""

VERDICT_KEYS = ("claim", "rule", "must", "also", "margin", "equal_cost", "not_in")
_EFFECT_KEYS = ("name", "more", "than", "of", "not_less")


@dataclass(frozen=True)
class Effect:
    """An effect that must hold.

    Attributes:
        name: as it is shown.
        more: arms whose values are added.
        than: arms whose values are taken off.
        of: whose benefit.
        not_less: whether it only must not be negative.
    """

    name: str
    more: tuple[str, ...]
    than: tuple[str, ...]
    of: str = "everyone"
    not_less: bool = False

    @property
    def arms(self) -> tuple[str, ...]:
        """All arms that it needs."""
        return (*self.more, *self.than)


@dataclass(frozen=True)
class Claim:
    """What is claimed, and on which effects it stands."""

    text: str
    rule: str
    effects: tuple[Effect, ...]
    margin: float = percentage(MARGIN)
    equal_cost: bool = False
    not_in: Mapping[str, str] | None = None
    """Markets in which it cannot be asked, each with the reason."""
    also: tuple[Effect, ...] = ()
    """Effects that are shown beside it, and on which it does not stand."""

    def arms(self, *, quick: bool = False) -> tuple[str, ...]:
        """Return all arms that it needs, each once; a quick look leaves out what stands beside."""
        every = self.effects if quick else (*self.effects, *self.also)
        return tuple(dict.fromkeys(arm for effect in every for arm in effect.arms))


def claim_of(verdict: Mapping[str, Any]) -> Claim:
    """Return the claim of a ``[verdict]`` table without faults (see ``claim_faults``)."""
    return Claim(
        str(verdict["claim"]).strip(),
        " ".join(str(verdict["rule"]).split()),
        tuple(map(_effect, verdict["must"])),
        percentage(verdict.get("margin", MARGIN)),
        verdict.get("equal_cost", False),
        dict(verdict.get("not_in", {})),
        tuple(map(_effect, verdict.get("also", ()))),
    )


def _effect(one: Mapping[str, Any]) -> Effect:
    name = one.get("name") or f"{' and '.join(one['more'])} rather than {' and '.join(one['than'])}"
    return Effect(str(name), tuple(one["more"]), tuple(one["than"]), str(one.get("of", "everyone")),
                  one.get("not_less", False))  # fmt: skip


def claim_faults(verdict: Mapping[str, Any], arms: Sequence[str] | None) -> list[Fault]:
    """Return all that is wrong with a ``[verdict]``, so that no run is done for nothing.

    Args:
        verdict: the table.
        arms: the names of all arms; None where the levers do not say, so that any may be named.
    """
    faults = []
    for key in ("claim", "rule"):
        if not str(verdict.get(key, "")).strip():
            hint = f'Write {key} = "…": what must hold for a yes, decided before the run.'
            faults.append(Fault("is missing.", key=f"verdict.{key}", hint=hint))
    faults += _unknown_keys(verdict, VERDICT_KEYS, "verdict")
    faults += _margin_faults(verdict)
    faults += _flag_faults(verdict, "equal_cost", "verdict")
    faults += _not_in_faults(verdict)
    for part in ("must", "also"):
        effects = verdict.get(part, [])
        hint = f'Write [[verdict.{part}]] and below it more = ["…"] and than = ["…"].'
        if part == "must" and (not isinstance(effects, list) or not effects):
            faults.append(Fault("is missing.", key="verdict.must", hint=hint))
            continue
        if not isinstance(effects, list):
            faults.append(Fault("must be a list of tables.", key=f"verdict.{part}", hint=hint))
            continue
        for at, one in enumerate(effects):
            faults += _effect_faults(one, f"verdict.{part}[{at}]", arms)
    return faults


def _unknown_keys(table: Mapping[str, Any], known: Sequence[str], key: str) -> list[Fault]:
    return [
        Fault("is an unknown key.", key=f"{key}.{name}",
              hint=did_you_mean(name, list(known)) or f"There are {listed(known)}.")
        for name in table if name not in known
    ]  # fmt: skip


def _flag_faults(table: Mapping[str, Any], name: str, key: str) -> list[Fault]:
    value = table.get(name, False)
    if isinstance(value, bool):
        return []
    hint = f"Write {name} = true, without quotation marks."
    return [Fault(f"must be true or false. Got {value!r}.", key=f"{key}.{name}", hint=hint)]


def _not_in_faults(verdict: Mapping[str, Any]) -> list[Fault]:
    markets = verdict.get("not_in", {})
    if isinstance(markets, Mapping) and all(isinstance(why, str) for why in markets.values()):
        return []
    hint = 'Write not_in = { saas = "why it cannot be asked there" }.'
    return [Fault("must give a reason for each market.", key="verdict.not_in", hint=hint)]


def _margin_faults(verdict: Mapping[str, Any]) -> list[Fault]:
    try:
        share = percentage(verdict.get("margin", MARGIN))
    except ValueError:
        share = -1.0
    if share > 0.0:
        return []
    hint = 'Write margin = "1%": of the gross value of the market as it is.'
    return [Fault("must be a percentage above 0.", key="verdict.margin", hint=hint)]


def _effect_faults(effect: Any, key: str, arms: Sequence[str] | None) -> list[Fault]:
    if not isinstance(effect, Mapping):
        return [Fault("must be a table.", key=key, hint='Write more = ["…"] and than = ["…"].')]
    faults = _unknown_keys(effect, _EFFECT_KEYS, key)
    faults += _flag_faults(effect, "not_less", key)
    for side in ("more", "than"):
        named = effect.get(side)
        if not isinstance(named, list) or not named or not all(isinstance(n, str) for n in named):
            hint = f'Write {side} = ["…"]: arms, which are the levels of the lever.'
            faults.append(Fault("is missing.", key=f"{key}.{side}", hint=hint))
            continue
        faults += [
            Fault(f"is not an arm: {arm}.", key=f"{key}.{side}",
                  hint=did_you_mean(str(arm), list(arms)) or f"There are {listed(arms)}.")
            for arm in named if arms is not None and arm not in arms
        ]  # fmt: skip
    whose = effect.get("of", "everyone")
    if whose not in BENEFITS:
        faults.append(Fault(f"is an unknown beneficiary: {whose}.", key=f"{key}.of",
                            hint=f"There are {listed(BENEFITS)}."))  # fmt: skip
    return faults
