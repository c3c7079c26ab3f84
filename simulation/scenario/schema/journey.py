"""The journey and the choice of touchpoint."""

from __future__ import annotations

from simulation.scenario.parameter import Section, param
from simulation.scenario.words import ChoiceRule, Stage

EAST = "derived from East, Hammond & Lomax 2008, IJRM 25:215"
FADER = "form: Fader & Hardie 2007, J. Interactive Marketing 21:76; size: assumption"


class JourneySection(Section):
    """The journey: which stages there are, and how people move."""

    stages: tuple[Stage, ...] = param(
        tuple(Stage), "stages of the journey, in order; any may be left out", founding=True
    )
    rule: ChoiceRule = param(ChoiceRule.UTILITY, "how people choose at the purchase")
    sensitivity: float = param(
        4.0,
        "sensitivity of the choice of provider to value and price",
        unit="1/money",
        low=0,
        sweep=(1, 10),
    )
    word_of_mouth_shift: float = param(
        0.30,
        "how far reputation moves a purchase probability",
        low=0,
        high=1,
        source=EAST,
        sweep=(0.1, 0.5),
    )
    push: float = param(
        0.1,
        "utility that pure transaction (switch 'why' at 0) adds to buying now",
        unit="money",
        low=0,
        sweep=(0, 0.3),
    )
    give_up_months: int = param(
        6,
        "months after which a need that no company meets is given up",
        unit="months",
        low=1,
        high=120,
    )
    problem_rate: float = param(
        0.3, "chance of a problem without any offering or knowledge", unit="1/month", low=0, high=1
    )
    problem_loss: float = param(
        0.6, "share of outcome progress lost while a problem is open", low=0, high=1
    )
    rounds: int = param(
        1,
        "rounds a month in which people can move on, as far as purposes are met and hours "
        "last (4: weekly)",
        unit="1/month",
        low=1,
        high=30,
        sweep=(1, 6),
    )
    query_rate: float = param(
        0.0,
        "chance that a user without any knowledge has a query about bills, changes or how-to "
        "(.1-.4; 0: no queries)",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.4),
    )
    doubt: float = param(
        0.3,
        "chance that a query at a touchpoint without staff raises a new one for staff, if "
        "nothing is clear",
        low=0,
        high=1,
        sweep=(0, 0.6),
        source="form: Kumar & Telang 2012, MIS Quarterly 36:23; size: assumption",
    )
    need_persists: float = param(
        0.0,
        "chance that the need outlives the contract, so that people whose contract lapsed "
        "search again (telecom, bank: 1; otherwise .5)",
        low=0,
        high=1,
    )
    contract_months: int = param(
        12, "months of a contract", unit="months", low=1, high=120, sweep=(1, 36)
    )
    churn_a: float = param(
        1.0,
        "first parameter of the beta distribution of base churn",
        above=0,
        founding=True,
        source=FADER,
        sweep=(0.5, 2),
    )
    churn_b: float = param(
        4.0,
        "second parameter of the beta distribution of base churn",
        above=0,
        founding=True,
        source=FADER,
        sweep=(1, 10),
    )
    churn_journey: float = param(
        1.5,
        "decrease of the churn logit per unit of journey score",
        low=0,
        sweep=(0, 3),
        source="one sd moves the hazard 1.3-2 times (ours)",
    )
    churn_attitude: float = param(
        2.0,
        "decrease of the churn logit per unit of attitude",
        low=0,
        sweep=(0, 3),
        source="one sd moves the hazard 1.3-2 times (ours)",
    )
    churn_value: float = param(
        0.0,
        "decrease of the churn logit per unit by which the provider's value exceeds that of "
        "the best alternative (0: alternatives do not count; 1.5 is a moderate value)",
        unit="1/money",
        low=0,
        sweep=(0, 4),
        source="form: level for alternatives, Thibaut & Kelley 1959; size: assumption",
    )
    own_attitude: float = param(
        0.0,
        "how far a person's own attitude replaces reputation at the purchase if they have "
        "dealt with the company (0: only reputation counts)",
        low=0,
        high=1,
    )


class Choice(Section):
    """Choice of touchpoint (§6.5)."""

    quality: float = param(2.0, "weight of a touchpoint's known quality", low=0, sweep=(0, 6))
    social: float = param(2.0, "weight of social contact for sociable people", low=0, sweep=(0, 6))
    effort: float = param(1.0, "weight of effort relative to a person's hours", low=0, sweep=(0, 6))
    quality_start: float = param(
        0.3, "quality expected of a touchpoint that nobody has used yet", low=0, high=1
    )
    quality_fade: float = param(
        0.1,
        "speed at which quality returns to this value while nobody comes",
        unit="1/month",
        low=0,
        high=1,
    )
