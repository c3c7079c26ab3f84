"""Terms open their explanation; names of things in a scenario that hold one do not."""

from __future__ import annotations

from simulation.report.assumptions import assumptions
from simulation.report.page import Remake, Report
from simulation.report.templating import terms

SCENARIO = {"touchpoints": [{"name": "retention_contact"}], "companies": [{"name": "focal"}]}


def test_a_term_is_marked_once_and_not_inside_a_name() -> None:
    text = "Retention rose; most is slack at retention contact, and retention of focal"
    plain = terms(text)
    named = terms(text, ("retention contact",))
    assert plain.count("<button") == named.count("<button") == 2
    assert ">Retention</button>" in named
    assert "at retention contact, and retention of" in named
    only = terms("long waits at retention contact", ("retention contact",))
    assert "<button" not in only


def test_a_report_knows_the_names_of_its_scenario() -> None:
    assumed = assumptions(SCENARIO)
    assert "retention contact" in assumed.names
    report = Report("T", [], ["People wait at retention contact."], assumed, Remake())
    assert "popovertarget" not in report.html({})
    other = Report("T", [], ["Retention rose."], assumed, Remake())
    assert 'popovertarget="term-retention"' in other.html({})
