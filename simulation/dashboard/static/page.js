// The page: its state is its address; a move is sent, and what comes back is drawn.
"use strict";
const at = (id) => document.getElementById(id);
const state = { scenario: "", people: 0, months: 0, seeds: 0, changes: {}, pinned: {} };
const past = [], kept = [];
let welcome = null, sent = 0, shown = null, behind = null, month = 0, timer = null, sentAt = 0;
const trace = window.cocreateTrace = { answers: [], sent: [] };

const levers = new Levers(at("groups"), (moves) => {
  remember(`move ${Object.keys(moves).join()}`);
  for (const [path, value] of Object.entries(moves)) {
    if (value === levers.known.get(path).value) delete state.changes[path]; else state.changes[path] = value;
  }
  changed();
});
levers.values = () => state.changes;

// --- state and address -------------------------------------------------------------------------

const copyOf = (one) => JSON.parse(JSON.stringify(one));
let lastAct = "", lastTime = 0;
function remember(act) {                       // moves of one drag are undone together
  const now = performance.now();
  if (act !== lastAct || now - lastTime > 900) past.push(copyOf(state));
  lastAct = act; lastTime = now;
}

function toAddress() {
  const message = new URLSearchParams({ scenario: state.scenario, people: state.people, months: state.months, seeds: state.seeds });
  for (const [path, value] of Object.entries(state.changes)) message.set("set." + path, value);
  for (const [path, value] of Object.entries(state.pinned)) message.set("pin." + path, value);
  history.replaceState(null, "", "#" + message);
}

function fromAddress() {
  const message = new URLSearchParams(location.hash.slice(1));
  const plain = (text) => text === "true" ? true : text === "false" ? false : text !== "" && isFinite(text) ? Number(text) : text;
  Object.assign(state, { scenario: message.get("scenario") || welcome.first, people: +(message.get("people") || welcome.people),
    months: +(message.get("months") || welcome.months), seeds: +(message.get("seeds") || welcome.seeds), changes: {}, pinned: {} });
  for (const [key, text] of message) {
    if (key.startsWith("set.")) state.changes[key.slice(4)] = plain(text);
    if (key.startsWith("pin.")) state.pinned[key.slice(4)] = plain(text);
  }
}

function changed({ wait = 60 } = {}) {
  toAddress(); fields(); levers.refresh();
  document.body.classList.add("stale"); document.body.dataset.waiting = "yes";
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

function send() {
  timer = null;
  sent += 1; sentAt = performance.now(); trace.sent.push([sent, sentAt]);
  Shiny.setInputValue("state", { ...copyOf(state), number: sent }, { priority: "event" });
}

function fields() {
  for (const name of ["people", "months", "seeds"]) at(name).value = state[name];
  at("scenario").value = state.scenario;
  at("undo").disabled = !past.length;
  at("reset").disabled = !Object.keys(state.changes).length && !Object.keys(state.pinned).length;
  const same = JSON.stringify(state.changes) === JSON.stringify(state.pinned);
  at("pin").disabled = same; at("keep").disabled = same;
}

// --- messages ----------------------------------------------------------------------------------

const messages = {
  welcome(message) {
    welcome = message;
    at("scenario").replaceChildren(...message.scenarios.map((one) => html("option", { value: one.name }, one.title)));
    at("get-scenario").href = message.links.scenario; at("get-result").href = message.links.result;
    at("seeds").max = message.most_seeds;
    at("size-note").textContent = `At most ${message.person_months.toLocaleString("en-GB")} people × months and ${message.most_seeds} pairs on this page; the command line has no such limits.`;
    fromAddress(); changed({ wait: 0 });
  },
  levers(message) {
    document.title = `${message.title} · cocreate`;
    levers.build(message.groups); levers.refresh(); levers.find(at("find").value);
    at("month").max = message.months; month = message.months; at("month").value = month; at("month-shown").textContent = month;
  },
  // The connection takes only handlers of one argument.
  accepted(_told) { at("faults").replaceChildren(); levers.faults([]); },
  refused(message) {
    if (message.number < sent) return;
    const elsewhere = levers.faults(message.faults);
    arrived(message);
    at("faults").replaceChildren(...elsewhere.map((text) => html("p", { class: "fault" }, text)));
  },
  answer(message) {
    if (message.number !== sent) return;
    trace.answers.push([message.number, message.pairs, performance.now() - sentAt]);
    shown = message; if (!message.final) behind = null;
    document.body.classList.toggle("stale", !message.final);
    showAnswer();
  },
  details(message) { if (message.number === sent) { behind = message; showDetails(); arrived(message); } },
  full(message) { at("sentences").replaceChildren(html("p", {}, message.text)); },
};
function arrived(message) { if (message.number === sent && !timer) delete document.body.dataset.waiting; }
for (const [name, handler] of Object.entries(messages)) Shiny.addCustomMessageHandler(name, handler);
$(document).on("shiny:disconnected", () => {
  document.body.classList.add("stale");
  at("faults").replaceChildren(html("p", { class: "fault" }, "The server has stopped. Start cocreate dashboard again and open the address that it prints; the part of this address after # restores this page."));
});

// --- the answer --------------------------------------------------------------------------------

const unit = () => shown.unit;
const money = (value) => value * shown.factor;

function showAnswer() {
  const whole = shown.rows[0], differs = shown.differs, value = differs ? whole.difference : whole.what_if_mean;
  at("headline").textContent = differs ? signed(money(value)) : number(money(value));
  at("headline").dataset.value = value;
  at("headline").className = differs && whole.verdict === "better" ? "gain" : differs && whole.verdict === "worse" ? "loss" : "";
  at("headline-unit").textContent = `${unit()}, co-created value`;
  const pinned = Object.keys(state.pinned).length;
  at("versus").textContent = differs ? `Difference to ${pinned ? "what is pinned" : "the unchanged scenario"}, ${shown.since}; mean of the last 12 months` : "Unchanged scenario, mean of the last 12 months";
  const low = differs ? whole.low : whole.level_low, high = differs ? whole.high : whole.level_high;
  at("interval").textContent = shown.pairs > 1 ? `95 % interval ${number(money(low))} to ${number(money(high))}` : "one pair: no interval yet";
  at("interval").dataset.low = low; at("interval").dataset.high = high;
  at("sentences").replaceChildren(...shown.sentences.map((text) => html("p", {}, text)));
  at("strip").textContent = `${at("headline").textContent} ${unit()} · ${at("interval").textContent} · ${shown.pairs} of ${shown.planned}`;
  at("progress").max = shown.planned; at("progress").value = shown.pairs;
  showSure(whole, differs);
  showActors(differs);
  showCurve();
}

function showSure(whole, differs) {
  const parts = [`${shown.pairs} of ${shown.planned} ${differs ? "pairs" : "runs"}${shown.final ? "" : "; the interval is provisional until all are there"}.`];
  if (differs && shown.final && whole.unpaired_runs_for_same_precision) parts.push(`The same people and seeds on both sides: as precise as ${whole.unpaired_runs_for_same_precision.toLocaleString("en-GB")} unpaired runs.`);
  if (differs && shown.pairs > 1) parts.push(`Chance that it is better on average: ${percent(whole.p_mean_better)}.`);
  parts.push(`Intervals cover random variation between seeds${shown.draws ? " and draws of what your data leave open; they do not cover uncertainty about the other" : ", not uncertainty about the"} assumptions.`);
  at("sure").replaceChildren(...parts.map((text) => html("p", {}, text)));
}

function showActors(differs) {
  const own = shown.rows.filter((row) => row.outcome !== "co_created_value");
  at("actors-note").textContent = differs ? `Change for each actor, then each segment, ${unit()}; lines are 95 % intervals that hold together.` : `Surplus of each actor, then each segment, ${unit()}.`;
  barRows(at("actors"), own.map((row) => {
    const value = differs ? row.difference : row.what_if_mean, low = differs ? row.low : row.level_low, high = differs ? row.high : row.level_high;
    return { label: row.label, value: money(value), low: low === null ? null : money(low), high: high === null ? null : money(high), exact: value, open: differs && row.verdict === "undecided",
      text: differs ? signed(money(value)) : number(money(value)), small: differs && shown.pairs > 1 ? { better: "gains", worse: "loses", undecided: "open", "practically the same": "the same" }[row.verdict] : "" };
  }));
}

function showCurve() {
  const pick = at("curve"), names = [];
  shown.curves.forEach((curve, n) => { names.push([`level ${n}`, curve.label]); if (curve.difference) names.push([`difference ${n}`, `${curve.label}: difference`]); });
  if (pick.dataset.names !== JSON.stringify(names)) {
    const was = pick.value;
    pick.replaceChildren(...names.map(([value, text]) => html("option", { value }, text)));
    const usual = shown.differs ? "difference 0" : "level 0";
    pick.value = pick.dataset.chosen && names.some(([value]) => value === was) ? was : usual;
    pick.dataset.names = JSON.stringify(names);
  }
  const [kind, n] = pick.value.split(" "), curve = shown.curves[+n] || shown.curves[0];
  const scaled = (values) => values.map((value) => value === null ? null : money(value));
  if (kind === "difference" && curve.difference) {
    const sure = shown.pairs > 1;
    lineChart(at("value-chart"), { series: [{ values: scaled(curve.difference), style: NOW }], band: sure ? { low: scaled(curve.low), high: scaled(curve.high) } : null, month, unit: unit(), label: `${curve.label}: difference over the months` });
    at("value-legend").replaceChildren(html("span", {}, html("i"), "difference"), ...(sure ? [html("span", {}, html("i", { class: "band" }), "95 % band over all months")] : []));
  } else {
    const lines = [{ values: scaled(curve.what_if), style: NOW }];
    if (shown.differs) lines.unshift({ values: scaled(curve.base), style: BASELINE });
    lineChart(at("value-chart"), { series: lines, month, unit: unit(), label: `${curve.label} over the months` });
    at("value-legend").replaceChildren(html("span", {}, html("i"), shown.differs ? "with the change" : "as it is"), ...(shown.differs ? [html("span", {}, html("i", { class: "base" }), "baseline")] : []));
  }
}

// --- what stands behind it -----------------------------------------------------------------------

function showDetails() { showMonth(); showDesks(); showPeople(); showMarket(); showBridge(); }

function showMonth() {
  at("month-shown").textContent = month;
  if (shown) showCurve();
  if (!behind) return;
  const pick = (values) => values ? values[Math.min(month, values.length) - 1] : null;
  const most = Math.max(1, ...behind.journey.filter((row) => row.label !== "idle").flatMap((row) => row.what_if));
  at("journey").replaceChildren(...behind.journey.filter((row) => row.label !== "idle").map((row) => {
    const value = pick(row.what_if), base = pick(row.base);
    const root = svg("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" });
    root.append(svg("rect", { x: 0, y: 4, width: 100 * value / most, height: 12, fill: "var(--accent)", opacity: 0.8 }));
    if (base !== null) root.append(svg("line", { x1: 100 * base / most, x2: 100 * base / most, y1: 0, y2: 20, stroke: "var(--ink)", "stroke-width": 2, "vector-effect": "non-scaling-stroke" }));
    const change = shown.differs && base !== null ? html("small", {}, signed(value - base)) : "";
    return html("div", { class: "bar" }, html("span", {}, row.label), root, html("span", { class: "num" }, number(value), change));
  }));
  networkChart(at("network"), behind.network, month);
}

const cell = (text, kind = "") => html("td", { class: kind }, text);
const heads = (...names) => html("tr", {}, ...names.map((name, n) => html("th", { class: n ? "n" : "", scope: "col" }, name)));
const late = (values) => { const own = (values || []).slice(-12).filter((one) => one !== null); return own.length ? own.reduce((a, b) => a + b, 0) / own.length : null; };
const fromTo = (base, now, form) => shown.differs && base !== null && base !== undefined ? `${form(base)} → ${form(now)}` : form(now);

function showDesks() {
  if (!behind.desks.length) { at("desks").replaceChildren(html("tr", {}, cell("This scenario has no service desks."))); return; }
  at("desks").replaceChildren(heads("Mean of the last 12 months", "wait, minutes", "busy", "staff"), ...behind.desks.map((desk) => html("tr", {}, cell(desk.label),
    cell(fromTo(late(desk.wait.base), late(desk.wait.what_if), (one) => number(one, 2)), "n"),
    cell(desk.occupancy ? fromTo(desk.occupancy.base, desk.occupancy.what_if, (one) => percent(one === null ? null : Math.round(100 * one) / 100)) : "–", "n"),
    cell(desk.servers ? fromTo(desk.servers.base, desk.servers.what_if, (one) => number(one, 2)) : "–", "n"))));
}

function showPeople() {
  if (!behind.people.length) { at("persons").replaceChildren(html("p", { class: "note" }, "Move a lever: the same persons are then compared with themselves.")); return; }
  at("persons").replaceChildren(...behind.people.map((group) => {
    const [better] = group.better, [worse] = group.worse;
    const root = svg("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" });
    root.append(svg("rect", { x: 0, y: 3, width: 100 * better, height: 14, fill: "var(--gain)" }), svg("rect", { x: 100 * better, y: 3, width: Math.max(0, 100 * (1 - better - worse)), height: 14, fill: "var(--line)" }),
      svg("rect", { x: 100 * (1 - worse), y: 3, width: 100 * worse, height: 14, fill: "var(--loss)" }));
    return html("div", { class: "bar" }, html("span", {}, group.label), root, html("span", { class: "num" }, `▲ ${percent(better)}  ▼ ${percent(worse)}`));
  }), html("p", { class: "note" }, "▲ persons who have more over all months than the same person in the baseline, ▼ who have less."));
}

function showMarket() {
  const rows = behind.market, known = rows.filter((row) => row.known), inside = known.filter((row) => row.inside);
  at("market-short").replaceChildren(html("p", {}, rows.length ? `${inside.length} of ${known.length} reference figures are met, with the current levers.` : "This scenario names no market with whose published figures it could be compared."));
  at("market").replaceChildren(...rows.map((row) => html("div", { class: "figure", title: row.source },
    html("span", {}, row.name, html("small", {}, row.unit)),
    html("span", { class: "num" }, `${number(row.value)} · published ${number(row.low)} to ${number(row.high)}`, html("small", { class: row.known && !row.inside ? "loss" : "" }, !row.known ? "not measured" : row.inside ? "✓ inside" : "✗ outside")))));
}

function showBridge() {
  const bridges = behind.bridge || [];
  at("bridge-card").hidden = !bridges.length;
  if (!bridges.length) return;
  const pick = at("bridge-actor"), names = bridges.map((one) => one.label);
  if (pick.dataset.names !== JSON.stringify(names)) { pick.replaceChildren(...names.map((name, n) => html("option", { value: n }, name))); pick.dataset.names = JSON.stringify(names); }
  const own = bridges[+pick.value] || bridges[0];
  bridgeChart(at("bridge"), own.steps.map((step) => ({ ...step, amount: money(step.amount) })), unit());
}

// --- tools -----------------------------------------------------------------------------------------

function say(text) { const toast = at("toast"); toast.textContent = text; toast.classList.add("on"); setTimeout(() => toast.classList.remove("on"), 2500); }

at("scenario").addEventListener("change", (event) => { remember("scenario"); Object.assign(state, { scenario: event.target.value, changes: {}, pinned: {} }); changed(); });
for (const name of ["people", "months", "seeds"]) at(name).addEventListener("change", (event) => { remember(name); state[name] = Math.round(+event.target.value); changed(); });
at("undo").addEventListener("click", () => { Object.assign(state, past.pop()); lastAct = ""; changed({ wait: 0 }); });
at("reset").addEventListener("click", () => { remember("reset"); state.changes = {}; state.pinned = {}; changed({ wait: 0 }); });
at("pin").addEventListener("click", () => { remember("pin"); state.pinned = copyOf(state.changes); changed({ wait: 0 }); say("Pinned: from here on, differences are to this."); });
at("keep").addEventListener("click", () => {
  if (!shown || !shown.differs) return;
  kept.push({ state: copyOf(state), row: shown.rows[0], own: shown.rows.filter((row) => row.outcome === "surplus"), pairs: shown.pairs, factor: shown.factor, unit: shown.unit });
  at("kept-card").hidden = false;
  at("kept").replaceChildren(heads("What is changed", "co-created value", "95 % interval", "", ""), ...kept.map((one) => html("tr", {},
    cell(Object.entries(one.state.changes).map(([path, value]) => `${path} = ${value}`).join(", ") || one.state.scenario),
    cell(signed(one.factor * one.row.difference), "n"), cell(`${number(one.factor * one.row.low)} to ${number(one.factor * one.row.high)}`, "n"), cell(one.row.verdict, "n"),
    html("td", { class: "n" }, html("button", { class: "tiny", onclick: () => { remember("show"); Object.assign(state, copyOf(one.state)); changed({ wait: 0 }); } }, "Show")))));
  say("Kept in the table below.");
});
at("link").addEventListener("click", async () => { try { await navigator.clipboard.writeText(location.href); say("Address copied."); } catch { say("The address bar has the state of this page."); } });
at("find").addEventListener("input", (event) => levers.find(event.target.value));
at("curve").addEventListener("change", () => { at("curve").dataset.chosen = "yes"; showCurve(); });
at("bridge-actor").addEventListener("change", () => showBridge());
at("month").addEventListener("input", (event) => { month = +event.target.value; showMonth(); });
let playing = null;
at("play").addEventListener("click", () => {
  if (playing) { clearInterval(playing); playing = null; } else {
    if (month >= +at("month").max) month = 0;
    playing = setInterval(() => { month += 1; at("month").value = month; showMonth(); if (month >= +at("month").max) { clearInterval(playing); playing = null; at("play").textContent = "Play"; } }, 180);
  }
  at("play").textContent = playing ? "Stop" : "Play"; at("play").setAttribute("aria-pressed", String(Boolean(playing)));
});
window.addEventListener("hashchange", () => { if (welcome) { remember("address"); fromAddress(); changed({ wait: 0 }); } });
let drawn = 0;
window.addEventListener("resize", () => { cancelAnimationFrame(drawn); drawn = requestAnimationFrame(() => { if (shown) showCurve(); if (behind) showMonth(); }); });
