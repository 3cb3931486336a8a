// Part 6: areas: their corners by hand, new ones corner by corner; and putting a new stand.
"use strict";

(() => {
  const { svg, zones, view } = Plan;
  let corner = null; // {zone, index, outline} being dragged
  let draft = []; // corners of the area being drawn
  let pointer = null;

  const shown = () => {
    const zone = zones.get(Plan.zone);
    return Plan.mayDraw && !Plan.chosen.size && zone?.is_mine ? zone : null;
  };

  Plan.on("over", (over) => {
    const zone = shown();
    if (zone && !Plan.tool && zone.outline.length > 2) {
      const radius = 5 / view.scale;
      const group = Plan.make("g", { class: "plan-handles plan-corners" }, over);
      const outline = corner?.outline ?? zone.outline;
      if (corner) Plan.make("polygon", { class: "plan-draft", points: outline.map((each) => each.join(",")).join(" ") }, group);
      outline.forEach(([x, y], index) => {
        const [nx, ny] = outline[(index + 1) % outline.length];
        Plan.make("circle", { cx: (x + nx) / 2, cy: (y + ny) / 2, r: radius * 0.7, "data-between": index }, group);
      });
      outline.forEach(([x, y], index) => {
        Plan.make("circle", { cx: x, cy: y, r: radius * 1.2, "data-corner": index }, group);
      });
    }
    if (draft.length) {
      const ends = pointer ? [...draft, pointer] : draft;
      Plan.make("polyline", { class: "plan-draft", points: ends.map((each) => each.join(",")).join(" ") }, over);
      draft.forEach(([x, y]) => Plan.make("circle", { class: "plan-draft-corner", cx: x, cy: y, r: 4 / view.scale }, over));
    }
  });

  const snapped = (event) => {
    const point = Plan.point(event);
    return event.altKey ? point.map(Plan.round) : point.map((value) => Plan.round(Plan.toGrid(value)));
  };

  // Before the gestures of plan_gestures.js: handles of areas lie over everything.
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (Plan.tool) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return Plan.tool === "put" ? put(event) : add(event);
    }
    const { corner: at, between } = event.target.dataset;
    const zone = shown();
    if (!zone || (at === undefined && between === undefined)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const outline = zone.outline.map((each) => [...each]);
    let index = Number(at);
    if (between !== undefined) {
      index = Number(between) + 1;
      outline.splice(index, 0, snapped(event));
    }
    corner = { zone, index, outline, isNew: between !== undefined };
    svg.setPointerCapture(event.pointerId);
    svg.focus({ preventScroll: true });
  }, { capture: true });
  svg.addEventListener("pointermove", (event) => {
    if (corner) {
      corner.outline[corner.index] = snapped(event);
      corner.isMoved = true;
      Plan.drawOver();
    } else if (Plan.tool === "draw" && draft.length) {
      pointer = snapped(event);
      Plan.drawOver();
    }
  });
  svg.addEventListener("pointerup", () => {
    if (!corner) return;
    const { zone, outline, isMoved, isNew } = corner;
    corner = null;
    if (isMoved || isNew) {
      zone.outline = outline;
      Plan.drawZones();
      Plan.edit({ zones: { [zone.id]: { outline } } });
    }
    Plan.drawOver();
  });
  svg.addEventListener("dblclick", (event) => {
    const zone = shown();
    const at = event.target.dataset.corner;
    if (zone && at !== undefined && zone.outline.length > 3) {
      Plan.edit({ zones: { [zone.id]: { outline: zone.outline.filter((_corner, index) => index !== Number(at)) } } });
    }
  });

  // --- A tool in the hand ---

  const buttons = { put: document.getElementById("plan-put"), draw: document.getElementById("plan-draw") };
  Plan.take_up = (tool) => {
    Plan.tool = tool;
    draft = [];
    pointer = null;
    for (const [name, button] of Object.entries(buttons)) button?.setAttribute("aria-pressed", String(name === tool));
    svg.classList.toggle("is-placing", Boolean(tool));
    if (tool) {
      Plan.announce(Plan.say(tool));
      document.getElementById("plan-saved").textContent = Plan.say(tool);
      svg.focus({ preventScroll: true });
    } else document.getElementById("plan-saved").textContent = "";
    Plan.drawOver();
  };
  for (const [name, button] of Object.entries(buttons)) {
    button?.addEventListener("click", () => Plan.take_up(Plan.tool === name ? "" : name));
  }

  const put = (event) => {
    const point = Plan.point(event);
    const zone = Plan.zoneAt(...point);
    if (!zone?.is_mine) return Plan.refuse(Plan.say("off_level"));
    // Like the one chosen, else like the last of the area.
    const like = Plan.picked()[0] ?? Plan.inZone(zone.id).at(-1) ?? {};
    const { kind, width = 1, depth = 1, rotation = 0, power_watts, max_load } = like;
    const fresh = { zone: zone.id, kind, width, depth, rotation, power_watts, max_load };
    for (const name of Plan.BOOLEANS) fresh[name] = like[name];
    const corner = [point[0] - width / 2, point[1] - depth / 2];
    const box = { left: corner[0], top: corner[1], right: corner[0] + width, bottom: corner[1] + depth };
    const move = Plan.snap(box, new Set(), event.altKey);
    Plan.flush();
    Plan.edit({
      new_stands: [{ ...fresh, x: Plan.round(corner[0] + move.x), y: Plan.round(corner[1] + move.y) }],
      then: (told) => Plan.choose(told.stands.map((row) => row[0]), { quiet: true }),
    });
    Plan.take_up("");
  };

  const add = (event) => {
    const point = snapped(event);
    const [first] = draft;
    if (first && draft.length > 2 && Math.hypot(point[0] - first[0], point[1] - first[1]) < 8 / view.scale) return Plan.closeArea();
    draft.push(point);
    Plan.announce(Plan.say("drawn", { count: draft.length }));
    Plan.drawOver();
  };
  Plan.closeArea = () => {
    if (draft.length < 3) return Plan.refuse(Plan.say("three"));
    const outline = draft;
    const known = new Set(zones.keys());
    const name = Plan.say("new_area", { number: zones.size + 1 });
    Plan.take_up("");
    Plan.edit({
      new_zones: { new: { name_fr: name, outline } },
      then: () => {
        const made = [...zones.keys()].find((id) => !known.has(id));
        if (made !== undefined) Plan.chooseZone(made);
        document.getElementById("plan-zone-fold")?.setAttribute("open", "");
      },
    });
  };
})();
