// An emulator of the paired difference (see studies/exploration/emulators.py), asked in the page.
(() => {
  const data = JSON.parse(document.getElementById("try-data").textContent);
  const $ = id => document.getElementById(id);
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer;
  for (const arm of data.arms) {
    arm.root = new Float32Array(bytes(arm.root));
    if (arm.weights) continue;
    arm.x = new Float64Array(bytes(arm.x));
    arm.alpha = new Float64Array(bytes(arm.alpha));
  }
  const lever = data.lever;  // which slider is that of a lever's level; null where arms are chosen
  const places = data.inputs.map(one => one.present);
  let arm = data.arms[0], moved = arm.kept[0];

  // Mean and standard deviation of the true effect at places of all sliders.
  const emulated = all => {
    const x = arm.kept.map(at => all[at]), width = x.length;
    if (arm.weights) {
      const z = x.map(v => 2 * v - 1), terms = [1, ...z];
      for (let i = 0; i < width; i++) for (let j = i; j < width; j++) terms.push(z[i] * z[j]);
      const mean = terms.reduce((sum, term, i) => sum + term * arm.weights[i], 0);
      const n = terms.length, parts = new Float64Array(n);
      for (let i = 0, at = 0; i < n; i++)
        for (let j = 0; j <= i; j++) parts[j] += arm.root[at++] * terms[i];
      const variance = parts.reduce((sum, part) => sum + part * part, 0);
      return [mean, Math.sqrt(variance + arm.scale * arm.scale * arm.rough)];
    }
    const n = arm.alpha.length, k = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let j = 0; j < width; j++) {
        const step = (x[j] - arm.x[i * width + j]) / arm.lengths[j];
        square += step * step;
      }
      const far = Math.sqrt(5 * square);  // Matérn, ν = 5/2
      k[i] = arm.amplitude * (1 + far + far * far / 3) * Math.exp(-far);
      mean += arm.alpha[i] * k[i];
    }
    let variance = arm.amplitude;
    for (let i = 0, at = 0; i < n; i++) {
      let part = 0;
      for (let j = 0; j <= i; j++) part += arm.root[at++] * k[j];
      variance -= part * part;
    }
    return [arm.centre + arm.scale * mean,
      arm.scale * Math.sqrt(Math.max(variance, 0) + arm.rough)];
  };
  // The emulator was not fitted to the level of the base, where there is no difference.
  const isBase = all => lever !== null && data.inputs[lever].base !== null
    && Math.abs(all[lever] - data.inputs[lever].base) < 1e-6;
  const ask = all => isBase(all) ? [0, 0] : emulated(all);

  const numberAt = (one, place) => one.log ? one.low * Math.exp(place * Math.log(one.high / one.low))
    : one.low + place * (one.high - one.low);
  const valueAt = (one, place) => one.values.length
    ? one.values[Math.min(Math.floor(place * one.values.length), one.values.length - 1)]
    : one.whole ? Math.round(numberAt(one, place)) : numberAt(one, place);
  const snapped = (one, place) => {  // a whole number is asked of the emulator where it is
    if (!one.whole) return place;
    const value = valueAt(one, place);
    return one.log ? Math.log(value / one.low) / Math.log(one.high / one.low)
      : (value - one.low) / (one.high - one.low);
  };
  const number = value => typeof value === "number"
    ? String(Number(value.toPrecision(3))).replace("-", "−") : value;
  const words = (at, place) => {
    const one = data.inputs[at];
    const value = valueAt(one, place);
    const shown = typeof value === "number" ? value * one.factor : value;
    return `${number(shown)}${one.unit ? " " + one.unit : ""}`;
  };
  const money = value => `${value > 0 ? "+" : ""}${number(value * data.factor)}`;
  const at = (which, place) => { const all = places.slice(); all[which] = place; return all; };

  // The place nearest to where a slider is at which the mean crosses the margin.
  const turn = which => {
    let best = null, before = emulated(at(which, 0))[0] - data.margin;
    for (let step = 1; step <= 200; step++) {
      const now = emulated(at(which, step / 200))[0] - data.margin;
      if (before > 0 !== now > 0) {
        const place = (step - 1 + before / (before - now)) / 200;
        if (best === null || Math.abs(place - places[which]) < Math.abs(best - places[which]))
          best = place;
      }
      before = now;
    }
    return best;
  };

  const row = cells => {
    const line = document.createElement("tr");
    cells.forEach((text, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (place) cell.className = "n"; else cell.scope = "row";
      cell.textContent = text;
      line.append(cell);
    });
    return line;
  };

  // Whole steps between low and high, as an axis is labelled.
  const ticks = (low, high, most) => {
    const raw = (high - low) / most, size = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map(one => one * size).find(one => one >= raw * .999);
    const first = Math.ceil(low / step);
    return Array.from({length: Math.floor(high / step) - first + 1}, (_, i) => (first + i) * step);
  };
  const margin = () => `the margin of ${number(data.margin * data.factor)} ${data.unit}`;

  let drawn = 0;  // width of the picture, of which a unit is a pixel, so that text is never small
  const draw = () => {
    drawn = Math.max($("try-curve").clientWidth || 640, 280);
    const left = 58, right = drawn - 14, top = 24, bottom = 200;
    const curve = Array.from({length: 41}, (_, i) => [i / 40, ...ask(at(moved, i / 40))])
      .map(([place, mean, sd]) => [place, mean, mean - 1.959964 * sd, mean + 1.959964 * sd]);
    const all = curve.flatMap(([, , low, high]) => [low, high]).concat(0, data.margin);
    const least = Math.min(...all), most = Math.max(...all), span = most - least || 1;
    const px = place => left + (right - left) * place;
    const py = value => bottom - (bottom - top) * (value - least) / span;
    const line = points => points.map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(" ");
    const band = [...curve.map(c => [c[0], c[2]]), ...curve.map(c => [c[0], c[3]]).reverse()];
    const rule = (value, look) => `<line x1="${left}" x2="${right}" y1="${py(value)}" y2="${py(value)}" stroke="currentColor" ${look}/>`;
    const text = (x, y, anchor) => `<text x="${x}" y="${y}" text-anchor="${anchor}"></text>`;
    const factor = data.factor, heights = ticks(least * factor, most * factor, 5);
    const along = drawn < 480 ? [0, .5, 1] : [0, .25, .5, .75, 1];
    const texts = [
      [data.unit, text(4, 12, "start")],
      ...heights.map(value => [number(value), text(left - 6, py(value / factor) + 4, "end")]),
      ...along.map(p => [words(moved, p),
        text(px(p), 222, p === 0 ? "start" : p === 1 ? "end" : "middle")]),
      ["margin", text(right, py(data.margin) - 4, "end")],
    ];
    $("try-curve").setAttribute("viewBox", `0 0 ${drawn} 230`);
    $("try-curve").innerHTML = `<g font-size="12" fill="currentColor"><polygon points="${line(band)}" opacity=".15"/>${heights.map(value => rule(value / factor, 'opacity=".15"')).join("")}${rule(0, 'stroke-width=".9"')}${rule(data.margin, 'stroke-dasharray="4 3" stroke-width=".8"')}<polyline points="${line(curve)}" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="${px(places[moved])}" cy="${py(ask(places)[0])}" r="5"/>${texts.map(([, made]) => made).join("")}</g>`;
    $("try-curve").querySelectorAll("text").forEach((made, i) => { made.textContent = texts[i][0]; });
    const name = data.inputs[moved].name;
    $("try-caption").textContent = `Effect in ${data.unit} over ${name}, everything else as the sliders say; band: 95 % interval; point: where the slider is.`;
    $("try-head").textContent = name;
    $("try-numbers").replaceChildren(...curve.filter((_, i) => i % 5 === 0).map(([place, ...three]) =>
      row([words(moved, place), ...three.map(money)])));
  };

  const quote = text => /^[\w.,:=/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  const show = () => {
    const same = isBase(places), [mean, sd] = ask(places), low = mean - 1.959964 * sd, high = mean + 1.959964 * sd;
    const verdict = low > data.margin ? "better" : high < -data.margin ? "worse"
      : Math.abs(low) <= data.margin && Math.abs(high) <= data.margin ? "practically the same"
      : data.margin > 0 ? `cannot tell, it may be within ${margin()}` : "cannot tell";
    const effect = $("try-effect");
    Object.assign(effect.dataset, {mean, sd});
    effect.textContent = same ? `No difference: this is the level of ${data.base}`
      : `${money(mean)} ${data.unit} (${money(low)} to ${money(high)}): ${verdict}`;
    document.querySelectorAll("#try-form input").forEach(input => {
      const which = Number(input.name), text = words(which, places[which]);
      input.value = places[which];
      input.setAttribute("aria-valuetext", text);
      input.nextElementSibling.textContent = text;
    });
    $("try-turns").replaceChildren(...arm.kept.map(which => {
      const place = turn(which);
      return row([data.inputs[which].name, words(which, places[which]),
        place === null ? "nowhere" : words(which, place)]);
    }));
    const setting = which => data.inputs[which].paths
      .map(path => `${path}=${exact(valueAt(data.inputs[which], places[which]))}`);
    const sets = data.fixed.concat(arm.kept.flatMap(which => which === lever
      || places[which] === data.inputs[which].present ? [] : setting(which)));
    const [name, changes] = lever === null ? [arm.name, arm.changes]
      : [`${arm.name} ${words(lever, places[lever])}`, [...setting(lever), ...arm.changes]];
    $("try-line").textContent = same ? `There is nothing to compare: this is the level of ${data.base}.`
      : ["cocreate compare", data.scenario, "--what-if",
        quote(`${name.replaceAll(/[:,]\s*/g, " ")}: ${changes.join(", ")}`),
        ...sets.map(text => `--set ${quote(text)}`)].join(" ");
    $("try-quality").textContent = arm.quality;
    draw();
  };
  const exact = value => typeof value === "number" ? Number(value.toPrecision(12)) : value;

  const slider = which => {
    const label = document.createElement("label"), input = document.createElement("input");
    const name = document.createElement("span"), text = document.createElement("output");
    const one = data.inputs[which];
    name.textContent = one.name;
    Object.assign(input, {type: "range", min: 0, max: 1, step: "any", name: which});
    input.addEventListener("keydown", event => {  // step "any" leaves keys to the browser
      const least = one.whole && !one.log ? 1 / (one.high - one.low) : 0;
      const step = {ArrowRight: .01, ArrowUp: .01, ArrowLeft: -.01, ArrowDown: -.01,
        PageUp: .1, PageDown: -.1}[event.key];
      if (!step) return;
      event.preventDefault();
      const by = Math.sign(step) * Math.max(Math.abs(step), least);
      input.value = Math.min(1, Math.max(0, Number(input.value) + by));
      input.dispatchEvent(new Event("input", {bubbles: true}));
    });
    label.append(name, input, text);
    return label;
  };
  const build = () => {
    if (lever !== null) $("try-lever").replaceChildren(slider(lever));
    $("try-sliders").replaceChildren(...arm.kept.filter(which => which !== lever).map(slider));
    if (!arm.kept.includes(moved)) moved = arm.kept[0];
  };
  const keep = () => history.replaceState(null, "", "#try=" + [data.arms.indexOf(arm),
    ...places.map(place => Number(place.toPrecision(6)))].join(","));
  const restore = () => {
    if (!location.hash.startsWith("#try=")) return;
    const [which, ...kept] = location.hash.slice(5).split(",").map(Number);
    if (kept.length !== places.length || kept.some(p => !(p >= 0 && p <= 1))) return;
    arm = data.arms[which] || arm;
    kept.forEach((place, i) => {  // six digits of the address stand for the scenario's value
      const one = data.inputs[i];
      places[i] = Math.abs(place - one.present) < 1e-6 ? one.present : snapped(one, place);
    });
    if (lever === null) $("try-arm").value = data.arms.indexOf(arm);
    $("try").open = true;
  };
  $("try-form").addEventListener("input", event => {
    if (event.target.id === "try-arm") { arm = data.arms[Number(event.target.value)]; build(); }
    else {
      moved = Number(event.target.name);
      places[moved] = snapped(data.inputs[moved], Number(event.target.value));
    }
    show(); keep();
  });
  $("try-form").addEventListener("reset", event => {
    event.preventDefault();
    data.inputs.forEach((one, i) => { if (i !== lever) places[i] = one.present; });
    show(); keep();
  });
  $("try-form").addEventListener("submit", event => event.preventDefault());
  addEventListener("hashchange", () => { restore(); build(); show(); });
  restore(); build(); show();
  new ResizeObserver(() => {
    const wide = $("try-curve").clientWidth;
    if (wide && Math.max(wide, 280) !== drawn) draw();
  }).observe($("try-curve"));
})();
