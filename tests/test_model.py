"""The model from plain Mesa code, as any Mesa tool would drive it."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from builders import run_model, scenario
from mesa.agent import AgentSet
from mesa.datacollection import DataCollector

from simulation.model import EcosystemModel
from simulation.processes.process import Process
from simulation.recorder import Metric
from simulation.streams import Draws, uniforms
from simulation.world.company import Company
from simulation.world.partner import Partner
from simulation.world.view import Customer, NonCustomer, Person
from simulation.world.world import World


@pytest.fixture(scope="module")
def model() -> EcosystemModel:
    return run_model(scenario(population__people=400), 24)


def test_it_is_a_mesa_model_that_steps_and_runs_for_a_while() -> None:
    model = EcosystemModel(scenario(population__people=50), seed=3)
    assert isinstance(model, mesa.Model)
    model.step()
    model.run_for(4)
    assert model.steps == 5
    assert model.time == 5
    assert model.world.step == 5


def test_companies_and_partners_are_its_agents(model: EcosystemModel) -> None:
    assert {agent.name for agent in model.agents} == {"focal", "rival", "installer"}
    assert len(model.agents_by_type[Company]) == 2
    assert len(model.agents_by_type[Partner]) == 1
    (focal,) = model.agents.select(lambda agent: agent.name == "focal").to_list()
    assert focal.n_customers == np.count_nonzero(model.world.people.provider == 0) > 0
    assert focal.receipts == pytest.approx(focal.n_customers * 0.35)
    assert focal.capability.shape == (3, 3, 8)
    assert (focal.capability > 0).all()


def test_a_data_collector_with_model_reporters_works() -> None:
    model = EcosystemModel(scenario(population__people=60), seed=1)
    collector = DataCollector(
        model_reporters={
            "customers": lambda m: len(m.customers),
            "value": lambda m: m.recorder.latest("co_created_value"),
        },
        agenttype_reporters={Company: {"surplus": "surplus"}},
    )
    for _ in range(6):
        model.step()
        collector.collect(model)
    table = collector.get_model_vars_dataframe()
    column = model.recorder.labels.index(("co_created_value", ""))
    assert list(table["value"]) == list(model.recorder.values[:6, column])
    surplus = collector.get_agenttype_vars_dataframe(Company)
    assert len(surplus) == 12


def test_stepping_beyond_the_scenario_extends_the_record() -> None:
    model = run_model(scenario(population__people=50, run__months=3), 8)
    assert model.world.step == 8
    assert not np.isnan(model.recorder.values[:8, 0]).any()


def test_a_process_and_a_metric_can_be_added_without_touching_the_package() -> None:
    def gift(world: World, draws: Draws) -> None:
        """Give a tenth of the people, drawn anew each month, an hour more."""
        world.people.hours[uniforms(draws("lucky"), world.people.n) < 0.1] += 1.0

    hours = Metric(
        "mean_hours",
        "hours/month",
        "mean hours",
        lambda _: [""],
        lambda seen: [seen.world.people.hours.mean()],
    )

    class Generous(EcosystemModel):
        month = (*EcosystemModel.month, Process("gift", gift, (), ("people.hours",), "last"))
        metrics = (*EcosystemModel.metrics, hours)

    model = Generous(scenario(population__people=500), seed=1)
    before = model.world.people.hours.mean()
    model.run_for(10)
    assert model.recorder.latest("mean_hours") == pytest.approx(before + 1.0, abs=0.1)


def test_the_scenario_is_not_changed_by_a_run() -> None:
    inputs = scenario(population__people=50)
    before = inputs.model_dump_json()
    run_model(inputs, 6)
    assert inputs.model_dump_json() == before


class TestViews:
    """Views of people have the interface of Mesa's AgentSet, over columns."""

    def test_roles_part_the_people(self, model: EcosystemModel) -> None:
        assert len(model.customers) + len(model.non_customers) == 400
        assert all(isinstance(person, Customer) for person in model.customers)
        assert all(isinstance(person, NonCustomer) for person in model.non_customers)
        assert model.customers.count() == len(model.customers.to_list())

    def test_get_set_and_agg(self, model: EcosystemModel) -> None:
        hours = model.customers.get("hours")
        assert hours.shape == (len(model.customers),)
        assert model.customers.agg("hours", np.mean) == hours.mean()
        model.customers.set("hours", 5.0)
        assert (model.customers.get("hours") == 5.0).all()
        model.world.people.hours[model.customers.ids] = hours

    def test_select_by_function_and_by_array_agree(self, model: EcosystemModel) -> None:
        people = model.customers
        by_function = people.select(lambda person: person.knowledge > 0.25)
        by_array = people.select(people.get("knowledge") > 0.25)
        assert by_function.ids.tolist() == by_array.ids.tolist()
        assert 0 < len(by_array) < len(people)
        assert len(people.select(at_most=3)) == 3
        assert len(people.select(at_most=0.5)) == len(people) // 2

    @pytest.mark.parametrize("at_most", [0, 1, 3, -1, 0.0, 0.25, 0.5, 1.0, float("inf")])
    def test_select_takes_as_many_as_mesa_does(self, model: EcosystemModel, at_most: float) -> None:
        """An integer counts persons; a float is a share of the set before it is filtered."""
        people = model.customers
        persons = people.to_list()  # Mesa's set does not keep them alive
        of_mesa = AgentSet(persons, random=model.random)

        def keep(person: Person) -> bool:
            return person.knowledge > 0.25

        assert len(people) / 2 < len(people.select(keep)) < len(people)
        for chosen in (None, keep):
            expected = [person.unique_id for person in of_mesa.select(chosen, at_most=at_most)]
            assert people.select(chosen, at_most=at_most).ids.tolist() == expected

    def test_groupby_parts_the_set(self, model: EcosystemModel) -> None:
        groups = model.customers.groupby("provider")
        assert set(groups) == {0, 1}
        assert sum(len(group) for group in groups.values()) == len(model.customers)

    def test_people_are_made_on_demand_and_write_through(self, model: EcosystemModel) -> None:
        person = model.customers[0]
        assert person in model.customers
        assert person not in model.non_customers
        assert person == model.customers[0]
        assert person.satisfaction.shape == (8,)
        kept = person.money
        person.money = 9.0
        assert model.world.people.money[person.unique_id] == 9.0
        person.money = kept
        with pytest.raises(AttributeError, match="no attribute 'colour'"):
            _ = person.colour
