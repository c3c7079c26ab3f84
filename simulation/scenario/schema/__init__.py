"""A scenario: everything that is assumed, with one section for each mechanism.

Money is in currency units, time at touchpoints in hours, time at service desks in minutes,
rates are per month. Section numbers (§) refer to ``docs/model.md``.
"""

from simulation.scenario.schema.capability import Calendar, Capability, Listening, PerFunction
from simulation.scenario.schema.companies import (
    CompanySection,
    Coupling,
    Funding,
    OwnTouchpoint,
    Strategy,
)
from simulation.scenario.schema.data import ScenarioData
from simulation.scenario.schema.desks import Desks, PartnerSection, Touchpoint
from simulation.scenario.schema.diffusion import Network, Reach, Talk
from simulation.scenario.schema.encounter import (
    Encounter,
    Handover,
    PeerHelp,
    StageWeights,
    Weights,
)
from simulation.scenario.schema.journey import Choice, JourneySection
from simulation.scenario.schema.judgement import Evaluate, Learn, Moments
from simulation.scenario.schema.market import Blocks, CompanyStart, Event, Start
from simulation.scenario.schema.people import Job, Needs, Population, Segment
from simulation.scenario.schema.run import Currency, Run

__all__ = [
    "Blocks",
    "Calendar",
    "Capability",
    "Choice",
    "CompanySection",
    "CompanyStart",
    "Coupling",
    "Currency",
    "Desks",
    "Encounter",
    "Evaluate",
    "Event",
    "Funding",
    "Handover",
    "Job",
    "JourneySection",
    "Learn",
    "Listening",
    "Moments",
    "Needs",
    "Network",
    "OwnTouchpoint",
    "PartnerSection",
    "PeerHelp",
    "PerFunction",
    "Population",
    "Reach",
    "Run",
    "ScenarioData",
    "Segment",
    "StageWeights",
    "Start",
    "Strategy",
    "Talk",
    "Touchpoint",
    "Weights",
]
