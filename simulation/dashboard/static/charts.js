// Pictures of the page: plain SVG, drawn for the width that there is.
"use strict";
const NS = "http://www.w3.org/2000/svg";

function svg(tag, attributes = {}, text) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function html(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function number(value, digits = 3) {
  if (value === null || value === undefined || !isFinite(value)) return "–";
  if (value === 0) return "0";
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const fixed = Math.min(Math.max(places, 0), 6);
  const rounded = places < 0 ? Math.round(value * 10 ** places) / 10 ** places : value;
  return rounded.toLocaleString("en-GB", { maximumFractionDigits: fixed }).replace("-", "−");
}

const compact = (value) => Math.abs(value) >= 1e6 ? `${number(value / 1e6)} M` : Math.abs(value) >= 1e4 ? `${number(value / 1e3)} k` : number(value);
const signed = (value, digits = Math.abs(value) < 10 ? 2 : 3) => (value > 0 ? "+" : "") + number(value, digits);
const percent = (value) => value === null || value === undefined ? "–" : `${number(100 * value, Math.abs(value) < 0.1 ? 2 : 3)}\u00a0%`;

function ticks(low, high, most = 5) {
  const raw = (high - low) / most || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * size).find((one) => one >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + 1e-9 * step; at += step) found.push(Math.abs(at) < 1e-9 * step ? 0 : at);
  return found;
}

// series: [{values, style}], band: {low, high}
function lineChart(place, { series, band, month, unit, label }) {
  const width = Math.max(place.clientWidth, 240), height = Math.min(320, Math.max(210, width * 0.48));
  const left = 52, right = 10, top = 20, bottom = 30;
  const all = series.flatMap((one) => one.values).concat(band ? band.low : [], band ? band.high : []).filter((one) => one !== null);
  let low = Math.min(0, ...all), high = Math.max(0, ...all);
  if (high === low) high = low + 1;
  const n = series[0].values.length;
  const x = (at) => left + (width - left - right) * (n > 1 ? at / (n - 1) : 0.5);
  const y = (value) => height - bottom - (height - top - bottom) * (value - low) / (high - low);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": label });
  for (const tick of ticks(low, high)) {
    root.append(svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), stroke: "var(--line)", "stroke-width": tick === 0 ? 2 : 1 }));
    root.append(svg("text", { x: left - 7, y: y(tick) + 4, "text-anchor": "end" }, compact(tick)));
  }
  for (const tick of ticks(1, n, width < 420 ? 4 : 7)) if (tick >= 1) root.append(svg("text", { x: x(tick - 1), y: height - 10, "text-anchor": "middle" }, String(Math.round(tick))));
  root.append(svg("text", { x: 0, y: 11 }, unit), svg("text", { x: width - right, y: height - bottom - 5, "text-anchor": "end" }, "month"));
  if (band) {
    const up = band.high.map((value, at) => [x(at), y(value)]), down = band.low.map((value, at) => [x(at), y(value)]).reverse();
    root.append(svg("path", { d: "M" + up.concat(down).map((one) => one.join(",")).join("L") + "Z", fill: "var(--band)" }));
  }
  for (const one of series) {
    let d = "", pen = "M";
    one.values.forEach((value, at) => { if (value === null) pen = "M"; else { d += `${pen}${x(at).toFixed(1)},${y(value).toFixed(1)}`; pen = "L"; } });
    root.append(svg("path", { d, fill: "none", "stroke-linejoin": "round", ...one.style }));
  }
  if (month) {
    root.append(svg("line", { x1: x(month - 1), x2: x(month - 1), y1: top, y2: height - bottom, stroke: "var(--soft)", "stroke-dasharray": "2 3" }));
  }
  place.replaceChildren(root);
}

const NOW = { stroke: "var(--accent)", "stroke-width": 2.5 };
const BASELINE = { stroke: "var(--base)", "stroke-width": 2, "stroke-dasharray": "6 4" };

// rows: [{label, value, low, high, text, small}]: bars from zero, with intervals
function barRows(place, rows) {
  const all = rows.flatMap((row) => [row.value, row.low, row.high]).filter((one) => one !== null && one !== undefined && isFinite(one));
  const low = Math.min(0, ...all), high = Math.max(0, ...all), span = high - low || 1;
  const x = (value) => 100 * (value - low) / span;
  place.replaceChildren(...rows.map((row) => {
    const colour = row.open ? "var(--base)" : row.value >= 0 ? "var(--gain)" : "var(--loss)";
    const root = svg("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" });
    const [from, to] = [x(0), x(row.value)].sort((a, b) => a - b);
    root.append(svg("rect", { x: from, y: 4, width: Math.max(to - from, 0.3), height: 12, fill: colour, opacity: row.open ? 0.5 : 0.85 }));
    if (isFinite(row.low) && isFinite(row.high) && row.low !== null && row.low !== row.high) {
      root.append(svg("line", { x1: x(row.low), x2: x(row.high), y1: 10, y2: 10, stroke: "var(--ink)", "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" }));
    }
    root.append(svg("line", { x1: x(0), x2: x(0), y1: 0, y2: 20, stroke: "var(--soft)", "vector-effect": "non-scaling-stroke" }));
    const value = html("span", { class: "num" }, row.text);
    if (row.small) value.append(html("small", {}, row.small));
    if (row.exact !== undefined) value.dataset.value = row.exact;
    return html("div", { class: "bar" }, html("span", {}, row.label), root, value);
  }));
}

function networkChart(place, { nodes, links }, month) {
  const width = Math.max(place.clientWidth, 240), height = Math.min(400, Math.max(280, width * 0.66));
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `Who gives what to whom in month ${month}` });
  const spots = {};
  nodes.forEach((node, at) => {
    const angle = 2 * Math.PI * at / nodes.length - Math.PI / 2;
    spots[node.name] = [width / 2 + (width / 2 - 74) * Math.cos(angle), height / 2 + (height / 2 - 30) * Math.sin(angle)];
  });
  for (const link of links) {
    const [x1, y1] = spots[link.from], [x2, y2] = spots[link.to];
    const strength = link.strength[Math.min(month, link.strength.length) - 1] || 0;
    const bend = (link.tangible ? 0.13 : 0.26), mx = (x1 + x2) / 2 + bend * (y2 - y1), my = (y1 + y2) / 2 - bend * (x2 - x1);
    const away = (fx, fy, tx, ty, by) => { const d = Math.hypot(tx - fx, ty - fy) || 1; return [fx + by * (tx - fx) / d, fy + by * (ty - fy) / d]; };
    const [ax, ay] = away(x1, y1, mx, my, 24), [bx, by] = away(x2, y2, mx, my, 26);
    const path = svg("path", { d: `M${ax},${ay}Q${mx},${my} ${bx},${by}`, fill: "none", stroke: link.tangible ? "var(--accent)" : "var(--base)",
      "stroke-width": (0.4 + 4.6 * strength).toFixed(2), "stroke-dasharray": link.tangible ? "none" : "7 5", opacity: (0.2 + 0.65 * strength).toFixed(2) });
    path.append(svg("title", {}, `${link.from} → ${link.to}: ${link.what.join(", ")}`));
    const angle = Math.atan2(by - my, bx - mx) * 180 / Math.PI;
    root.append(path, svg("path", { d: "M0,0L-9,4.5L-9,-4.5Z", transform: `translate(${bx},${by}) rotate(${angle})`, fill: link.tangible ? "var(--accent)" : "var(--base)", opacity: (0.2 + 0.65 * strength).toFixed(2) }));
  }
  for (const node of nodes) {
    const [cx, cy] = spots[node.name], wide = Math.max(54, 7.2 * node.label.length + 18);
    const at = Math.min(Math.max(cx, wide / 2 + 2), width - wide / 2 - 2);
    root.append(svg("rect", { x: at - wide / 2, y: cy - 14, width: wide, height: 28, rx: 14, fill: "var(--card)", stroke: "var(--line)" }));
    root.append(svg("text", { x: at, y: cy + 4, "text-anchor": "middle", style: "fill:var(--ink)" }, node.label));
  }
  place.replaceChildren(root);
}

// steps: [{label, amount, total}] from base to what-if
function bridgeChart(place, steps, unit) {
  let level = 0;
  const rows = steps.map((step) => {
    const from = step.total ? step.amount : level, to = step.total ? step.amount : level + step.amount;
    level = to;
    return { ...step, from, to };
  });
  // The axis spans the steps, not zero, so that they can be seen beside a large total; so totals are marks.
  const all = rows.flatMap((row) => [row.from, row.to]), pad = 0.15 * (Math.max(...all) - Math.min(...all)) || 1;
  const low = Math.min(...all) - pad, high = Math.max(...all) + pad;
  const x = (value) => 100 * (value - low) / (high - low);
  place.replaceChildren(...rows.map((row) => {
    const root = svg("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" });
    const [from, to] = [x(row.from), x(row.to)].sort((a, b) => a - b);
    root.append(row.total
      ? svg("line", { class: "total", x1: from, x2: from, y1: 10, y2: 10, stroke: "var(--ink)", "stroke-width": 10, "stroke-linecap": "round", "vector-effect": "non-scaling-stroke" })
      : svg("rect", { x: from, y: 3, width: Math.max(to - from, 0.3), height: 14, fill: row.amount >= 0 ? "var(--gain)" : "var(--loss)" }));
    return html("div", { class: "bar" }, html("span", {}, row.label), root, html("span", { class: "num" }, row.total ? number(row.amount) : signed(row.amount)));
  }), html("p", { class: "note" }, `${unit}; dots are totals, bars are changes, and the axis need not begin at zero`));
}
