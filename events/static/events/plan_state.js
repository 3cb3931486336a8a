// The drawing's editor, part 1: what is known of the level, and who wants to hear of a change.
// The page works without these scripts: forms and a list do all of it. Rules live on the server;
// here is only what a hand needs to see at once.
"use strict";

window.Plan = (() => {
  const page = document.querySelector(".plan-page");
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = read("plan-words");
  const language = document.documentElement.lang || "fr";
  const digits = new Intl.NumberFormat(language, { maximumFractionDigits: 2, useGrouping: false });

  // In the order of events.drawing.STAND_COLUMNS.
  const COLUMNS = [
    "id", "number", "zone", "kind", "x", "y", "width", "depth", "rotation", "power_watts",
    "has_screen", "has_wired_network", "has_storage", "has_water", "max_load", "is_accessible",
    "is_open", "revision",
  ];
  const BOOLEANS = ["has_screen", "has_wired_network", "has_storage", "has_water", "is_accessible", "is_open"];

  const stands = new Map();
  const zones = new Map();
  const beside = new Map();
  const aisles = new Map();
  const state = {
    page, words, stands, zones, beside, aisles, COLUMNS, BOOLEANS,
    warnings: [], level: null, chosen: new Set(), zone: null, undo: "", redo: "",
    mayEdit: Boolean(document.getElementById("plan-stands")),
    mayDraw: Boolean(document.getElementById("plan-draw")),
  };

  const listeners = {};
  state.on = (what, listener) => (listeners[what] ??= []).push(listener);
  state.tell = (what, detail) => (listeners[what] ?? []).forEach((listener) => listener(detail));

  state.say = (word, values = {}) =>
    (words[word] ?? word).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  state.number = (value) => digits.format(Math.round(value * 100) / 100);
  state.parse = (text) => {
    const value = Number(String(text).trim().replace(",", "."));
    return String(text).trim() === "" || !Number.isFinite(value) ? null : value;
  };
  state.round = (value) => Math.round(value * 100) / 100;

  const live = document.getElementById("plan-live");
  let spoken = 0;
  // Read out after the last of several: nobody wants to hear each step of an arrow key.
  state.announce = (sentence) => {
    window.clearTimeout(spoken);
    spoken = window.setTimeout(() => (live.textContent = sentence), 150);
  };

  // Geometry a hand needs: corners and the straight box around a turned rectangle.
  state.corners = (stand) => {
    const angle = (stand.rotation * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [x, y] = [stand.x + stand.width / 2, stand.y + stand.depth / 2];
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => {
      const [w, d] = [(a * stand.width) / 2, (b * stand.depth) / 2];
      return [x + w * cos - d * sin, y + w * sin + d * cos];
    });
  };
  state.around = (list) => {
    const all = list.flatMap(state.corners);
    const xs = all.map((each) => each[0]);
    const ys = all.map((each) => each[1]);
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  };
  state.holds = (outline, x, y) => {
    let isIn = false;
    outline.forEach(([ax, ay], index) => {
      const [bx, by] = outline.at(index - 1);
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isIn = !isIn;
    });
    return isIn;
  };
  state.zoneAt = (x, y) => [...zones.values()].find((zone) => state.holds(zone.outline, x, y));
  state.isMine = (stand) => Boolean(state.mayEdit && zones.get(stand.zone)?.is_mine);
  state.picked = () => [...state.chosen].map((id) => stands.get(id)).filter(Boolean);
  state.ours = () => state.picked().filter(state.isMine);

  state.choose = (ids, { add = false, quiet = false } = {}) => {
    if (!add) state.chosen.clear();
    for (const id of ids) state.chosen.add(id);
    const first = state.picked()[0];
    if (first) state.zone = first.zone;
    state.tell("chosen");
    if (!quiet) state.announceChosen();
  };
  state.toggle = (id) => {
    state.chosen.has(id) ? state.chosen.delete(id) : state.chosen.add(id);
    state.choose([], { add: true });
  };
  state.chooseZone = (id) => {
    state.chosen.clear();
    state.zone = id;
    state.tell("chosen");
    const zone = zones.get(id);
    if (zone) state.announce(state.say("zone", { name: zone.name, count: state.inZone(id).length }));
  };
  state.inZone = (id) => [...stands.values()].filter((stand) => stand.zone === id);
  state.announceChosen = () => {
    const picked = state.picked();
    if (!picked.length) return state.announce(state.say("none"));
    if (picked.length > 1) return state.announce(state.say("many", { count: picked.length }));
    const [one] = picked;
    const told = { number: one.number };
    for (const name of ["x", "y", "width", "depth"]) told[name] = state.number(one[name]);
    state.announce([state.say("chosen", told), ...state.neighbours(one)].join(" "));
  };
  state.neighbours = (stand) => {
    const names = [...(beside.get(stand.id) ?? [])].map((id) => stands.get(id)?.number).sort();
    const facing = [...aisles.values()]
      .filter((aisle) => aisle.first === stand.id || aisle.second === stand.id)
      .map((aisle) => {
        const other = stands.get(aisle.first === stand.id ? aisle.second : aisle.first);
        return state.say("metres", { number: other?.number ?? "?", width: state.number(aisle.width) });
      })
      .sort();
    const nobody = state.say("nobody");
    return [
      state.say("beside", { names: names.join(", ") || nobody }),
      state.say("across", { names: facing.join(", ") || nobody }),
    ];
  };

  // An answer of the server: all of the level, or what an edit touched and what lies around it.
  state.take = (answer, keep = new Set()) => {
    state.level = answer.level;
    const isAll = answer.near === null;
    if (isAll) stands.clear();
    for (const row of answer.stands) {
      const stand = Object.fromEntries(COLUMNS.map((name, index) => [name, row[index]]));
      const was = stands.get(stand.id);
      // What is still being moved by hand stays where the hand has it.
      if (was && keep.has(stand.id)) Object.assign(was, { revision: stand.revision });
      else stands.set(stand.id, stand);
    }
    for (const id of answer.gone) {
      stands.delete(id);
      state.chosen.delete(id);
    }
    zones.clear();
    for (const zone of answer.zones) zones.set(zone.id, zone);
    if (!zones.has(state.zone)) state.zone = zones.keys().next().value ?? null;
    for (const id of [...state.chosen]) if (!stands.has(id)) state.chosen.delete(id);

    const near = new Set(answer.near ?? []);
    const stale = (...ids) => isAll || ids.some((id) => near.has(id));
    for (const [id, others] of beside) {
      if (stale(id)) beside.delete(id);
      else for (const other of [...others]) if (near.has(other)) others.delete(other);
    }
    for (const [one, other] of answer.beside) {
      for (const [a, b] of [[one, other], [other, one]]) {
        if (!beside.has(a)) beside.set(a, new Set());
        beside.get(a).add(b);
      }
    }
    for (const [key, aisle] of aisles) if (stale(aisle.first, aisle.second)) aisles.delete(key);
    for (const [first, second, width, corners] of answer.aisles) {
      aisles.set(`${first}-${second}`, { first, second, width, corners });
    }
    state.warnings = [
      ...(isAll ? [] : state.warnings.filter((each) => !stale(...each.stands))),
      ...answer.warnings,
    ];
    state.undo = answer.undo;
    state.redo = answer.redo;
    state.tell("drawn", { touched: isAll ? null : answer.stands.map((row) => row[0]), gone: answer.gone, isAll });
  };
  state.first = read("plan-data");
  return state;
})();
