"""The words that a scenario may use where it has to choose."""

from __future__ import annotations

from enum import StrEnum


class Function(StrEnum):
    """The three functions of a company, and the areas that the sources draw for them."""

    INNOVATION = "innovation"
    MARKETING_SALES = "marketing_sales"
    EXPERIENCE_PLATFORM = "experience_platform"


class Runner(StrEnum):
    """The function that runs a touchpoint, or none."""

    INNOVATION = "innovation"
    MARKETING_SALES = "marketing_sales"
    EXPERIENCE_PLATFORM = "experience_platform"
    NONE = "none"


class Stage(StrEnum):
    """The stages of a customer journey, from category need to disposal, in order."""

    NEED = "need"
    SEARCH = "search"
    EVALUATE = "evaluate"
    PURCHASE = "purchase"
    ONBOARD = "onboard"
    USE = "use"
    SUPPORT = "support"
    RENEW = "renew"
    DISPOSE = "dispose"


class Area(StrEnum):
    """Who a touchpoint belongs to in the evolution from CRM to SCRM."""

    CRM = "crm"
    """operational company channel"""
    CEM = "cem"
    """designed experience"""
    SOCIAL = "social"
    """customer to customer"""


class Resource(StrEnum):
    """What actors bring to a touchpoint; competence and help make one input, operant resources."""

    COMPETENCE = "competence"
    """what the person knows and can do (knowledge and skills)"""
    PLATFORM = "platform"
    """what the company's function behind the touchpoint supports (its money at work)"""
    HELP = "help"
    """what staff, partners or other people add to the person's own competence"""
    TIME = "time"
    """the hours that the person has for it"""


class NetworkKind(StrEnum):
    """How people are tied to each other."""

    SMALL_WORLD = "small_world"
    SCALE_FREE = "scale_free"
    RANDOM = "random"
    LATTICE = "lattice"
    GROUPS = "groups"
    """strong ties within groups, weak contacts drawn afresh every month (Goldenberg et al. 2001)"""
    FULL_MIXING = "full_mixing"
    EDGE_LIST = "edge_list"
    NONE = "none"


class ChoiceRule(StrEnum):
    """How a person who reaches the purchase chooses."""

    UTILITY = "utility"
    WHEN_AWARE = "when_aware"
    """buys from a known company at once, without an encounter (the Bass limit)"""


class HandlingTimes(StrEnum):
    """The distribution of handling times at a service desk."""

    LOGNORMAL = "lognormal"
    EXPONENTIAL = "exponential"
    CONSTANT = "constant"


class Better(StrEnum):
    """Which end of a metric or an outcome is wanted."""

    HIGH = "high"
    LOW = "low"


class FlowKind(StrEnum):
    """What kind of deliverable flows in the value network (Allee 2008)."""

    MONEY = "money"
    TANGIBLE = "tangible"
    INTANGIBLE = "intangible"
