"""The month: which process comes when, and why there."""

from __future__ import annotations

from simulation.processes.account import account
from simulation.processes.choose import choose
from simulation.processes.consult import consult
from simulation.processes.encounter import encounter
from simulation.processes.evaluate import evaluate
from simulation.processes.firms import firms
from simulation.processes.learn import learn
from simulation.processes.listen import listen
from simulation.processes.needs import needs
from simulation.processes.process import Process
from simulation.processes.progress import progress
from simulation.processes.reach import reach
from simulation.processes.talk import talk

JOURNEY_SCORE_COLUMNS = ("journey_weight", "journey_mean", "journey_peak", "journey_last")
JOURNEY_SCORE = tuple(f"people.{name}" for name in JOURNEY_SCORE_COLUMNS)

MONTH: tuple[Process, ...] = (
    Process(
        "firms", firms,
        (),
        ("firms", "offers", "partners", "month"),
        "what companies can do is settled before anybody meets them",
    ),
    Process(
        "needs", needs,
        ("stage",),
        ("levels", "people.stage", "people.job", "people.waited", *JOURNEY_SCORE, "month"),
        "a need that arises can be acted upon in the same month",
    ),
    Process(
        "reach", reach,
        ("segment", "provider", "aware"),
        ("people.aware", "month"),
        "companies speak before people talk, so that news can travel",
    ),
    Process(
        "talk", talk,
        ("aware", "attitude", "knowledge", "reputation"),
        ("people.aware", "people.reputation", "people.knowledge", "month"),
        "people talk about what they knew last month, and decide on what they hear",
    ),
    Process(
        "consult", consult,
        ("segment", "provider", "job", "satisfaction"),
        ("firms.reported", "firms.promised"),
        "what is expected this month rests on what customers have come to report",
    ),
    Process(
        "choose", choose,
        (
            "segment", "provider", "considers", "stage", "aware", "attitude", "reputation",
            "sociability", "hours", "knowledge",
        ),
        ("people.considers", "encounters.touchpoint", "month"),
        "where to go depends on who is known by now",
    ),
    Process(
        "encounter", encounter,
        (
            "segment", "provider", "considers", "stage", "job", "tenure", "problem", "knowledge",
            "skill", "hours", "deviation", "fit",
        ),
        (
            "people.progress", "encounters.wait", "encounters.abandoned", "encounters.purpose",
            "encounters.attained", "encounters.burden", "encounters.outlay", "encounters.gained",
            "encounters.alone", "encounters.needy", "effort_by_value", "firms.brought",
            "firms.slack", "month",
        ),
        "everybody's choice makes the queue that each meets",
    ),
    Process(
        "evaluate", evaluate,
        (
            "segment", "provider", "considers", "stage", "job", "tenure", "deviation", "progress",
            "satisfaction", "attitude", "norm", "dealt", *JOURNEY_SCORE_COLUMNS,
        ),
        (
            "people.satisfaction", "people.attitude", "people.norm", "people.dealt",
            *JOURNEY_SCORE, "encounters.judgement", "firms.quality", "month",
        ),
        "the experience is judged by expectations from before it",
    ),
    Process(
        "learn", learn,
        (
            "segment", "provider", "considers", "stage", "job", "tenure", "deviation",
            "skill_start", "knowledge", "practice",
        ),
        ("people.knowledge", "people.skill", "people.practice", "month"),
        "what is learned now helps from the next encounter on",
    ),
    Process(
        "progress", progress,
        (
            "segment", "provider", "stage", "job", "tenure", "waited", "contacts", "problem",
            "money", "churn_base", "deviation", "satisfaction", "knowledge", "aware", "attitude",
            "reputation", "dealt", "fit", "remembered", "journey_mean", "journey_peak",
            "journey_last", "joined",
        ),
        (
            "people.provider", "people.stage", "people.job", "people.tenure", "people.waited",
            "people.contacts", "people.problem", "people.aware", "people.remembered",
            "people.joined", "people.left", *JOURNEY_SCORE, "month",
        ),
        "people decide with this month's experience in mind",
    ),
    Process(
        "listen", listen,
        ("segment", "provider", "considers", "job", "deviation", "satisfaction"),
        ("firms.heard", "firms.focus", "month"),
        "companies hear what people say after the month's experience",
    ),
    Process(
        "account", account,
        ("segment", "provider", "considers", "paid", "surplus"),
        ("people.paid", "people.surplus", "firms.receipts", "partners", "month"),
        "the books are closed last",
    ),
)
