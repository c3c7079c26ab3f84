"""The month: which process comes when, and why there."""

from __future__ import annotations

from simulation.processes.account import account
from simulation.processes.choose import choose, choose_use
from simulation.processes.consult import consult
from simulation.processes.encounter import encounter, use
from simulation.processes.evaluate import evaluate, judge_use
from simulation.processes.firms import firms
from simulation.processes.learn import learn, teach
from simulation.processes.listen import listen
from simulation.processes.needs import needs
from simulation.processes.peers import answer, ask, ask_in_use
from simulation.processes.prepare import prepare
from simulation.processes.process import MonthOfProcesses, Process, RoundOfProcesses
from simulation.processes.progress import progress
from simulation.processes.reach import reach
from simulation.processes.renew import renew
from simulation.processes.staff import staff
from simulation.processes.talk import talk

JOURNEY_SCORE_COLUMNS = ("journey_weight", "journey_mean", "journey_peak", "journey_last")
JOURNEY_SCORE = tuple(f"people.{name}" for name in JOURNEY_SCORE_COLUMNS)

CHOICE_COLUMNS = (
    "segment", "provider", "considers", "problem", "queries", "for_staff", "aware", "attitude",
    "reputation", "sociability", "hours", "usage",
)

MONTH: MonthOfProcesses = (
    Process(
        "firms", firms,
        (),
        ("firms", "offers", "partners", "month"),
        "what companies can do is settled before anybody meets them",
    ),
    Process(
        "staff", staff,
        (),
        ("firms",),
        "desks are staffed for the contacts of the months before, not of this one",
    ),
    Process(
        "needs", needs,
        ("stage",),
        ("levels", "people.stage", "people.job", "people.waited", "people.need_month",
         *JOURNEY_SCORE, "month"),
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
        "prepare", prepare,
        (
            "segment", "provider", "stage", "job", "tenure", "problem", "queries", "knowledge",
            "deviation", "fit", "usage",
        ),
        ("use", "encounters", "balance", "rounds", "effort_by_value", "month"),
        "what the month has in store is settled before anybody acts",
    ),
    Process(
        "choose_use", choose_use,
        CHOICE_COLUMNS,
        ("use", "balance", "rounds", "month"),
        "use comes first: its hours are set aside",
    ),
    Process(
        "ask_in_use", ask_in_use,
        (
            "provider", "considers", "job", "last_job", "knowledge", "skill", "sociability",
            "hours", "helpful", "aware",
        ),
        ("people.last_job", "use", "peers", "month"),
        "who is there to answer depends on where everybody went",
    ),
    RoundOfProcesses(
        "rounds",
        (
            Process(
                "choose", choose,
                (*CHOICE_COLUMNS, "stage"),
                (
                    "people.considers", "people.problem", "people.queries", "encounters",
                    "balance", "rounds", "month",
                ),
                "where to go depends on who is known by now",
            ),
            Process(
                "ask", ask,
                ("provider", "considers", "last_job"),
                ("encounters", "peers", "month"),
                "who is there to answer depends on where everybody went",
            ),
            Process(
                "encounter", encounter,
                (
                    "segment", "provider", "considers", "job", "tenure", "problem", "knowledge",
                    "skill", "deviation", "usage", "tries", "tried", "tried_at", "tried_in",
                ),
                (
                    "people.tried", "people.tried_at", "people.tried_in", "use", "encounters",
                    "month",
                ),
                "everybody's choice makes the queue that each meets",
            ),
            Process(
                "evaluate", evaluate,
                (
                    "segment", "provider", "considers", "job", "tenure", "deviation", "progress",
                    "satisfaction", "attitude", "dealt", "usage", *JOURNEY_SCORE_COLUMNS,
                ),
                ("people.attitude", "people.dealt", *JOURNEY_SCORE, "encounters", "month"),
                "the experience is judged by expectations from before it",
            ),
            Process(
                "teach", teach,
                ("segment", "provider", "considers", "job", "tenure", "deviation", "knowledge"),
                ("people.knowledge", "month"),
                "what is learned now helps from the next encounter on",
            ),
            Process(
                "progress", progress,
                (
                    "segment", "provider", "stage", "job", "waited", "contacts",
                    "problem", "queries", "for_staff", "tries", "need_month", "hours", "money",
                    "usage", "deviation", "aware", "attitude", "reputation", "dealt", "remembered",
                    "joined",
                ),
                (
                    "people.provider", "people.considers", "people.stage", "people.job",
                    "people.tenure", "people.waited", "people.contacts", "people.problem",
                    "people.queries",
                    "people.for_staff", "people.tries", "people.need_month", "people.aware",
                    "people.dealt", "people.joined", *JOURNEY_SCORE, "balance", "rounds", "month",
                ),
                "people decide with this experience in mind, and go on",
            ),
        ),
        "who moves goes on within the month, as far as purposes are met and hours last",
    ),
    Process(
        "use", use,
        (
            "segment", "provider", "considers", "job", "tenure", "knowledge", "skill", "deviation",
            "fit", "usage",
        ),
        ("people.progress", "use", "balance", "firms.brought", "firms.slack", "month"),
        "how long problems were open is known after the rounds",
    ),
    Process(
        "judge_use", judge_use,
        (
            "segment", "provider", "considers", "job", "tenure", "deviation", "progress",
            "satisfaction", "attitude", "norm", "dealt", "usage", *JOURNEY_SCORE_COLUMNS,
        ),
        (
            "people.satisfaction", "people.attitude", "people.norm",
            *JOURNEY_SCORE, "use", "firms.quality", "month",
        ),
        "use is judged as a whole",
    ),
    Process(
        "learn", learn,
        (
            "segment", "provider", "job", "tenure", "deviation", "skill_start", "knowledge",
            "practice",
        ),
        ("people.knowledge", "people.skill", "people.practice", "month"),
        "what is learned by using helps from next month on",
    ),
    Process(
        "renew", renew,
        (
            "segment", "provider", "stage", "job", "tenure", "waited", "contacts", "money",
            "usage", "churn_base", "deviation", "satisfaction", "aware", "attitude", "remembered",
            "journey_mean", "journey_peak", "journey_last",
        ),
        (
            "people.provider", "people.stage", "people.job", "people.tenure", "people.waited",
            "people.contacts", "people.problem", "people.queries", "people.for_staff",
            "people.tries", "people.tried", "people.tried_at", "people.tried_in",
            "people.need_month", "people.left",
            "people.remembered",
            *JOURNEY_SCORE, "month",
        ),
        "contracts end with their last month, with all of it in mind",
    ),
    Process(
        "listen", listen,
        ("segment", "provider", "job", "deviation", "satisfaction"),
        ("firms.heard", "firms.focus", "month"),
        "companies hear what people say after the month's experience",
    ),
    Process(
        "answer", answer,
        ("segment", "provider", "last_job", "hours"),
        ("balance", "peers", "month"),
        "what was asked in the month has been answered by its end",
    ),
    Process(
        "account", account,
        ("segment", "provider", "considers", "usage", "paid", "surplus"),
        (
            "people.paid", "people.surplus", "firms.receipts", "firms.earned", "firms.served",
            "firms.contacts", "firms.occupancy", "firms.failed", "firms.complained", "partners",
            "month",
        ),
        "the books are closed last",
    ),
)
