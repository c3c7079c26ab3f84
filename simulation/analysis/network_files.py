"""The value network as files: GraphML for network tools, and tidy tables as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.value_network import (
    exchange_table,
    flow_table,
    graphml,
    impact_table,
    indicators,
    merge_functions,
    monthly_flows,
    roles,
    value_creation_table,
)

if TYPE_CHECKING:
    import pandas as pd

GRAPH = "value_network.graphml"
FLOWS = "value_network.csv"


def network_files(ledger: pd.DataFrame) -> dict[str, str]:
    """Return the files of a value network, by their names.

    - ``value_network.graphml``: roles and what flows between them
    - ``value_network.csv``: every flow, with its interval over runs
    - ``value_network_by_month.csv``: every flow in every month
    - ``value_network_indicators.csv``: reciprocity and the like in every run and month, of the
      network in which a company is one role
    - ``value_network_roles.csv``, ``_exchange.csv``, ``_impact.csv``, ``_creation.csv``: what each
      role gives and gets, and Allee's three analyses

    Args:
        ledger: Rows of flows, at least one of which is above 0.
    """
    merged = merge_functions(ledger)
    tables = {
        FLOWS: flow_table(ledger),
        "value_network_by_month.csv": monthly_flows(ledger),
        "value_network_indicators.csv": indicators(merged),
        "value_network_roles.csv": roles(ledger),
        "value_network_exchange.csv": exchange_table(merged),
        "value_network_impact.csv": impact_table(ledger),
        "value_network_creation.csv": value_creation_table(ledger),
    }
    return {GRAPH: graphml(ledger)} | {
        name: table.to_csv(index=False) for name, table in tables.items()
    }
