"""All sections of a scenario together."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section
from simulation.scenario.schema.capability import Calendar, Capability, Listening
from simulation.scenario.schema.companies import CompanySection
from simulation.scenario.schema.desks import Desks, PartnerSection, Touchpoint
from simulation.scenario.schema.diffusion import Network, Reach, Talk
from simulation.scenario.schema.encounter import Encounter, Handover, PeerHelp
from simulation.scenario.schema.journey import Choice, JourneySection
from simulation.scenario.schema.judgement import Evaluate, Learn
from simulation.scenario.schema.market import Blocks, Event, Start
from simulation.scenario.schema.people import Job, Needs, Population, Segment
from simulation.scenario.schema.run import Currency, Run


class ScenarioData(Section):
    """The sections of a scenario: all inputs of the simulation but the seed."""

    title: str = Field(default="", description="what it is about, in one line")
    description: str = Field(default="", description="what it is about, at length")
    market: str = Field(
        default="", description="name of the market with whose published figures it is compared"
    )
    currency: Currency = Field(default_factory=Currency)
    run: Run = Field(default_factory=Run)
    population: Population = Field(default_factory=Population)
    segments: tuple[Segment, ...] = Field(min_length=1)
    jobs: tuple[Job, ...] = Field(min_length=1)
    needs: Needs = Field(default_factory=Needs)
    companies: tuple[CompanySection, ...] = Field(min_length=1)
    partners: tuple[PartnerSection, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    capability: Capability = Field(default_factory=Capability)
    calendar: Calendar = Field(default_factory=Calendar)
    listening: Listening = Field(default_factory=Listening)
    network: Network = Field(default_factory=Network)
    reach: Reach = Field(default_factory=Reach)
    talk: Talk = Field(default_factory=Talk)
    journey: JourneySection = Field(default_factory=JourneySection)
    choice: Choice = Field(default_factory=Choice)
    encounter: Encounter = Field(default_factory=Encounter)
    handover: Handover = Field(default_factory=Handover)
    peers: PeerHelp = Field(default_factory=PeerHelp)
    evaluate: Evaluate = Field(default_factory=Evaluate)
    learn: Learn = Field(default_factory=Learn)
    desks: Desks = Field(default_factory=Desks)
    blocks: Blocks = Field(default_factory=Blocks)
    start: Start = Field(default_factory=Start)
    events: tuple[Event, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of all outcomes, job by job; the K axis of every array."""
        return tuple(name for job in self.jobs for name in job.outcomes)
