"""The value network as files: GraphML for network tools, and tidy tables as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.flows import flow_table, merge_functions, monthly_flows
from simulation.analysis.network_analyses import (
    exchange_table,
    impact_table,
    one_side,
    value_creation_table,
)
from simulation.analysis.value_network import indicators, roles

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


_OF_NODES = {"gives": "int", "gets": "int", "balance": "double", "money_balance": "double",
             "brokerage": "double"}  # fmt: skip


def graphml(ledger: pd.DataFrame) -> str:
    """Return the network as GraphML, to be opened in Gephi, yEd or networkx.

    A directed multigraph: a node a role with the attributes gives, gets (numbers of deliverables),
    balance, money_balance and brokerage (see ``roles``), an edge a deliverable with the attributes
    deliverable, kind, unit, amount (mean a month) and weight (amount over all of the same
    deliverable).
    """
    from xml.etree import ElementTree as ET

    flows = one_side(ledger)
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    types = {"deliverable": "string", "kind": "string", "unit": "string", "amount": "double",
             "weight": "double"}  # fmt: skip
    nodes = roles(ledger).set_index("role")[list(_OF_NODES)]
    known = nodes.notna().stack().to_dict()
    for part, names in (("edge", types), ("node", _OF_NODES)):
        for name, kind in names.items():
            attributes = {"id": name, "for": part, "attr.name": name, "attr.type": kind}
            ET.SubElement(root, "key", attributes)
    graph = ET.SubElement(root, "graph", id="value_network", edgedefault="directed")
    for role in sorted({*flows["giver"], *flows["receiver"]}):
        node = ET.SubElement(graph, "node", id=role)
        for name in _OF_NODES:
            if known[role, name]:
                ET.SubElement(node, "data", key=name).text = str(nodes.at[role, name])
    for place, flow in enumerate(flows.rename(columns={"share": "weight"}).to_dict("records")):
        ends = {"id": f"e{place}", "source": str(flow["giver"]), "target": str(flow["receiver"])}
        edge = ET.SubElement(graph, "edge", ends)
        for name in types:
            ET.SubElement(edge, "data", key=name).text = str(flow[name])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
