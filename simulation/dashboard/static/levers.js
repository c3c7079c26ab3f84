// Levers: native inputs, made from the schema; a move calls back with paths and values.
"use strict";

function tidy(value, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Number(value.toFixed(digits));
}

class Levers {
  constructor(place, moved) {
    this.place = place; this.moved = moved; this.known = new Map(); this.rows = new Map();
    this.groups = []; this.triangles = []; this.values = () => ({}); this.filter = "";
  }
  value(path) { const changes = this.values(); return path in changes ? changes[path] : this.known.get(path).value; }

  build(groups) {
    this.known = new Map(groups.flatMap((group) => group.levers.map((lever) => [lever.path, lever])));
    this.rows = new Map(); this.groups = []; this.triangles = [];
    const parts = [], market = html("div", { class: "body" }); let owner = null;
    this.market = html("details", { class: "group" }, html("summary", {}, "The market and its assumptions"), market);
    const open = window.innerWidth > 900 ? 2 : 1;
    groups.forEach((group, at) => {
      if (group.owner !== owner) { owner = group.owner; parts.push(owner ? html("h3", {}, owner) : html("h3", {}, "Everything else"), ...(owner ? [] : [this.market])); }
      const body = html("div", { class: "body" });
      const box = html("details", { class: "group", ...(at < open ? { open: true } : {}) }, html("summary", {}, group.title), body);
      const fill = () => { if (box.open && !body.childElementCount) { this.fill(body, group); this.refresh(); } };
      box.addEventListener("toggle", fill);
      this.groups.push({ box, group, fill });
      if (group.owner) parts.push(box); else market.append(box);
    });
    this.place.replaceChildren(...parts);
    this.groups.forEach((one) => one.fill());
  }

  fill(body, group) {
    if (group.form === "triangle") this.triangle(body, group.levers);
    else body.append(...group.levers.map((lever) => this.row(lever)));
  }

  row(lever) {
    const id = "l-" + lever.path.replaceAll(".", "-"), fault = html("p", { class: "fault", id: id + "-f", hidden: true });
    const set = (value) => this.moved({ [lever.path]: value });
    let root, show;
    if (lever.kind === "true or false") {
      const box = html("input", { type: "checkbox", id, onchange: () => set(box.checked) });
      show = (value) => { box.checked = value; };
      root = html("div", { class: "lever" }, html("label", { class: "switch", title: lever.meaning }, box, lever.label), fault);
    } else if (lever.kind === "word") {
      const pick = html("select", { id, onchange: () => set(pick.value) }, ...lever.choices.map((word) => html("option", { value: word }, word.replaceAll("_", " "))));
      show = (value) => { pick.value = value; };
      root = html("div", { class: "lever" }, html("div", { class: "lever-head" }, html("label", { for: id }, lever.label), pick), this.about(lever), fault);
    } else {
      const range = html("input", { type: "range", id, min: lever.low, max: lever.high, step: "any", "aria-describedby": id + "-f",
        oninput: () => { exact.value = tidy(+range.value, lever.step); set(tidy(+range.value, lever.step)); } });
      const exact = html("input", { type: "number", step: "any", "aria-label": `${lever.label}, exact value`, "aria-describedby": id + "-f",
        onchange: () => { if (exact.value === "") show(this.value(lever.path)); else set(+exact.value); } });
      range.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
        if (!by) return;
        event.preventDefault();
        const step = Math.max(lever.step, tidy((lever.high - lever.low) / 100, lever.step));
        range.value = Math.min(lever.high, Math.max(lever.low, +range.value + by * step));
        range.dispatchEvent(new Event("input"));
      });
      show = (value) => {
        if (document.activeElement !== exact || +exact.value !== value) exact.value = value;
        range.value = value; range.setAttribute("aria-valuetext", `${number(value, 5)} ${lever.unit}`);
      };
      root = html("div", { class: "lever" }, html("div", { class: "lever-head" }, html("label", { for: id }, lever.label), exact), range, this.about(lever), fault);
    }
    root.dataset.path = lever.path;
    this.rows.set(lever.path, { root, show, fault });
    return root;
  }

  about(lever) {
    const more = html("span", { hidden: true }, ` Range ${lever.range || "any"}; worth exploring ${number(lever.low)} to ${number(lever.high)}. Source: ${lever.source}.`);
    const button = html("button", { class: "tiny", type: "button", "aria-expanded": "false", "aria-label": `About ${lever.label}`,
      onclick: () => { more.hidden = !more.hidden; button.setAttribute("aria-expanded", String(!more.hidden)); } }, "i");
    return html("div", { class: "about" }, `${lever.meaning}${lever.unit && lever.unit !== "share" ? ` (${lever.unit})` : ""} `, button, more);
  }

  // Three shares of a total that stays: a handle in a triangle, and a native slider for each.
  triangle(body, levers) {
    if (levers.length !== 3) { body.append(...levers.map((lever) => this.row(lever))); return; }
    const corners = [[110, 12], [12, 178], [208, 178]], colours = ["#4aa3df", "#9a6a3a", "#7d4fb0"];
    const amounts = () => levers.map((lever) => this.value(lever.path));
    const handle = svg("circle", { r: 9, fill: "var(--accent)", stroke: "var(--card)", "stroke-width": 3 });
    const picture = svg("svg", { viewBox: "0 0 220 214", role: "img", "aria-label": "Shares of the funding; use the sliders below" });
    picture.append(svg("path", { d: "M" + corners.map((one) => one.join(",")).join("L") + "Z", fill: "var(--band)", stroke: "var(--line)" }));
    corners.forEach(([x, y], at) => {
      picture.append(svg("circle", { cx: x, cy: y, r: 5, fill: colours[at] }));
      const below = [4, 16, 32][at];  // labels of the lower corners stand below each other
      picture.append(svg("text", { x: at === 0 ? x + 10 : x, y: y + below, "text-anchor": at === 0 ? "start" : at === 1 ? "start" : "end", ...(at === 1 ? { x: 0 } : at === 2 ? { x: 220 } : {}) }, levers[at].label));
    });
    picture.append(handle);
    const put = (shares, total = amounts().reduce((a, b) => a + b, 0)) => {
      const own = shares.map((one) => tidy(one * total, 0.001));
      own[2] = Math.max(0, tidy(total - own[0] - own[1], 0.001));
      this.moved(Object.fromEntries(levers.map((lever, at) => [lever.path, own[at]])));
    };
    const drag = (event) => {
      const box = picture.getBoundingClientRect(), px = 220 * (event.clientX - box.left) / box.width, py = 214 * (event.clientY - box.top) / box.height;
      const top = Math.min(1, Math.max(0, (178 - py) / 166)), right = Math.min(1 - top, Math.max(0, (px - 12 - 98 * top) / 196));
      put([top, 1 - top - right, right]);
    };
    picture.addEventListener("pointerdown", (event) => { picture.setPointerCapture(event.pointerId); drag(event); });
    picture.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
    const start = levers.reduce((sum, lever) => sum + lever.value, 0);
    const total = html("input", { type: "range", id: `total-${levers[0].path}`, min: 0, max: Math.max(4 * start, 10), step: "any", oninput: () => {
      const own = amounts(), sum = own.reduce((a, b) => a + b, 0);
      put(own.map((one) => sum ? one / sum : 1 / 3), tidy(+total.value, 0.1)); } });
    const totalShown = html("output", {});
    const rows = levers.map((lever, at) => {
      const id = "l-" + lever.path.replaceAll(".", "-"), shown = html("output", {}), fault = html("p", { class: "fault", hidden: true });
      const range = html("input", { type: "range", id, min: 0, max: 1, step: 0.01, oninput: () => {
        const own = amounts(), others = own.reduce((sum, one, i) => i === at ? sum : sum + one, 0);
        const share = +range.value;
        put(own.map((one, i) => i === at ? share : others ? (1 - share) * one / others : (1 - share) / 2)); } });
      const root = html("div", { class: "lever" }, html("div", { class: "lever-head" }, html("label", { for: id }, lever.label), shown), range, fault);
      root.dataset.path = lever.path;
      this.rows.set(lever.path, { root, fault, show: (value) => {
        const sum = amounts().reduce((a, b) => a + b, 0);
        range.value = sum ? value / sum : 0; shown.textContent = `${number(value)} · ${percent(sum ? value / sum : 0)}`;
        range.setAttribute("aria-valuetext", shown.textContent);
      } });
      return root;
    });
    this.triangles.push(() => {
      const own = amounts(), sum = own.reduce((a, b) => a + b, 0) || 1;
      handle.setAttribute("cx", own.reduce((at, one, i) => at + one / sum * corners[i][0], 0));
      handle.setAttribute("cy", own.reduce((at, one, i) => at + one / sum * corners[i][1], 0));
      total.value = sum; totalShown.textContent = number(sum);
    });
    body.append(html("div", { class: "triangle" }, picture),
      html("div", { class: "lever" }, html("div", { class: "lever-head" }, html("label", { for: total.id }, "Total, kept when shares move"), totalShown), total,
        html("div", { class: "about" }, levers[0].unit)), ...rows);
  }

  refresh() {
    const changes = this.values();
    for (const [path, row] of this.rows) { row.show(this.value(path)); row.root.classList.toggle("changed", path in changes); }
    this.triangles.forEach((one) => one());
    for (const { box, group } of this.groups) {
      const n = group.levers.filter((lever) => lever.path in changes).length;
      box.querySelector("summary").textContent = group.title + (n ? ` · ${n} changed` : "");
    }
  }

  find(text) {
    this.filter = text.trim().toLowerCase();
    if (this.filter) this.market.open = true;
    for (const { box, group, fill } of this.groups) {
      const hit = (lever) => `${lever.path} ${lever.label} ${lever.meaning}`.toLowerCase().includes(this.filter);
      const any = !this.filter || group.levers.some(hit);
      box.hidden = !any;
      if (this.filter && any) { box.open = true; fill(); }
      for (const lever of group.levers) { const row = this.rows.get(lever.path); if (row) row.root.hidden = Boolean(this.filter) && !hit(lever) && group.form !== "triangle"; }
    }
  }

  faults(list) {
    for (const row of this.rows.values()) { row.fault.hidden = true; row.root.querySelectorAll("input").forEach((one) => one.removeAttribute("aria-invalid")); }
    const elsewhere = [];
    for (const { key, text } of list) {
      const row = this.rows.get(key);
      if (!row) { elsewhere.push(text); continue; }
      row.fault.textContent = text; row.fault.hidden = false;
      row.root.querySelectorAll("input").forEach((one) => one.setAttribute("aria-invalid", "true"));
    }
    return elsewhere;
  }
}
