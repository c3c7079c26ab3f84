"""Mesa's own tools on the model as it is: SolaraViz with its Reset, the data collector."""

from __future__ import annotations

import warnings

import pytest
from builders import scenario

from simulation.model import EcosystemModel

SMALL = scenario(population__people=60, run__months=6, run__warm_up=0)


def test_the_record_is_read_as_a_data_collector() -> None:
    model = EcosystemModel(SMALL, seed=2)
    assert model.datacollector.get_model_vars_dataframe().empty
    model.run_for(3)
    table = model.datacollector.get_model_vars_dataframe()
    assert list(table.index) == [1, 2, 3]
    assert table["adoption:focal"].iloc[-1] == model.recorder.latest("adoption", "focal")
    assert model.datacollector.model_vars["customers"] == list(table["customers"])


def test_the_class_of_its_mesa_scenario_makes_the_same_model_again() -> None:
    model = EcosystemModel(SMALL, seed=2)
    again = EcosystemModel(scenario=type(model.scenario)())
    assert again.inputs is model.inputs
    assert again.seed_used == 2
    price = {"companies.focal.price": 0.5}
    dearer = EcosystemModel(scenario=type(model.scenario)(**price))
    assert dearer.inputs == SMALL.replace(price)


def test_a_scenario_of_mesas_own_is_refused() -> None:
    from mesa.experimental.scenarios import Scenario

    with pytest.raises(TypeError, match="must be one of cocreate's"):
        EcosystemModel(scenario=Scenario())


def test_solara_viz_shows_a_curve_and_its_reset_makes_the_model_again_with_its_sliders() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of solara and its widgets, not ours
        import ipyvuetify as vue
        import ipywidgets
        import solara
        from mesa.visualization import SolaraViz, make_plot_component
        from mesa.visualization.solara_viz import ModelController

        model = solara.reactive(EcosystemModel(SMALL, seed=2))
        price = {"companies.focal.price": 0.5}
        slider = {"type": "SliderFloat", "value": 0.5, "min": 0.2, "max": 0.6, "step": 0.05}
        curve = make_plot_component("adoption:focal")
        page = SolaraViz(model, components=[curve], model_params={next(iter(price)): slider})
        _, shown = solara.render(page, handle_error=False)
        assert shown.find(ipywidgets.Image).widgets
        shown.close()
        # The controls stand in the page's sidebar, which only a server puts together.
        controls = ModelController(
            model,
            model_parameters=price,
            play_interval=solara.reactive(1),
            render_interval=solara.reactive(1),
            use_threads=solara.reactive(value=False),
        )
        _, found = solara.render(controls, handle_error=False)
        found.find(vue.Btn, children=["Step"]).widget.click()
        assert model.value.steps == 1
        first = model.value
        found.find(vue.Btn, children=["Reset"]).widget.click()
        found.close()
    assert model.value is not first
    assert model.value.steps == 0
    assert model.value.inputs == SMALL.replace(price)
