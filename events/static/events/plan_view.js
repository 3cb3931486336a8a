// Part 2: the level drawn, and looked at from nearer or farther.
"use strict";

(() => {
  const { stands, zones, aisles, chosen } = Plan;
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.getElementById("plan-drawing");
  const frame = document.getElementById("plan-frame");
  const layer = document.getElementById("plan-stands-drawn");
  const zoneLayer = document.getElementById("plan-zones");
  const nameLayer = document.getElementById("plan-names");
  const aislePath = document.getElementById("plan-aisles");
  const over = document.getElementById("plan-over");
  const nodes = new Map();
  const view = { x: 0, y: 0, scale: 10 }; // left, top in metres; pixels to the metre
  Plan.view = view;
  Plan.svg = svg;

  Plan.make = (name, attributes = {}, parent = null) => {
    const node = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    parent?.append(node);
    return node;
  };

  for (const group of layer.children) {
    nodes.set(Number(group.dataset.stand), group);
  }

  Plan.drawStand = (id) => {
    const stand = stands.get(id);
    let group = nodes.get(id);
    if (!stand) {
      group?.remove();
      nodes.delete(id);
      hidden.delete(id);
      return;
    }
    if (!group) {
      group = Plan.make("g", { "data-stand": id }, layer);
      Plan.make("rect", {}, group);
      Plan.make("text", {}, group);
      nodes.set(id, group);
    }
    const { x, y, width, depth, rotation, number } = stand;
    group.setAttribute("transform", `translate(${x + width / 2} ${y + depth / 2}) rotate(${rotation})`);
    const [rect, text] = group.children;
    rect.setAttribute("x", -width / 2);
    rect.setAttribute("y", -depth / 2);
    rect.setAttribute("width", width);
    rect.setAttribute("height", depth);
    if (text.textContent !== number) text.textContent = number;
    text.setAttribute("font-size", Math.min(depth * 0.5, (width / Math.max(number.length, 1)) * 1.45, 0.55));
    // Nobody reads upside down.
    if (rotation > 90 && rotation < 270) text.setAttribute("transform", "rotate(180)");
    else text.removeAttribute("transform");
  };

  let marked = new Set();
  let lit = new Set();
  const classes = (id) => {
    const stand = stands.get(id);
    const group = nodes.get(id);
    if (!stand || !group) return;
    const names = ["stand"];
    if (!Plan.isMine(stand)) names.push("is-theirs");
    if (!stand.is_open) names.push("is-closed");
    if (marked.has(id)) names.push("is-marked");
    if (lit.has(id)) names.push("is-beside");
    if (chosen.has(id)) names.push("is-chosen");
    group.setAttribute("class", names.join(" "));
  };

  const drawZones = () => {
    zoneLayer.replaceChildren();
    nameLayer.replaceChildren();
    for (const zone of zones.values()) {
      if (zone.outline.length < 3) continue;
      const group = Plan.make(
        "g",
        { class: `zone region region-${zone.region || "none"}${zone.id === Plan.zone ? " is-shown" : ""}`, "data-zone": zone.id },
        zoneLayer,
      );
      Plan.make("polygon", { points: zone.outline.map((corner) => corner.join(",")).join(" ") }, group);
      const top = zone.outline.reduce((best, corner) => (corner[1] < best[1] || (corner[1] === best[1] && corner[0] < best[0]) ? corner : best));
      const width = Math.max(...zone.outline.map((corner) => corner[0])) - top[0];
      const size = Math.min(1.2, (width / Math.max(zone.name.length, 1)) * 1.7);
      Plan.make("text", { x: top[0], y: top[1] - 0.25, "font-size": Math.min(size, Math.max(14 / view.scale, 0.3)), "data-size": size }, nameLayer).textContent = zone.name;
    }
  };
  Plan.drawZones = drawZones;

  const drawAisles = () => {
    aislePath.setAttribute(
      "d",
      [...aisles.values()].map((aisle) => `M${aisle.corners.map((corner) => corner.join(" ")).join("L")}Z`).join(""),
    );
  };

  // --- What lies over it: aisles and neighbours of the chosen one, handles, guides ---

  const drawOver = () => {
    over.replaceChildren();
    const [only] = chosen.size === 1 ? chosen : [];
    if (only !== undefined && !Plan.isMoving) {
      for (const aisle of aisles.values()) {
        if (aisle.first !== only && aisle.second !== only) continue;
        const [a, b, c, d] = aisle.corners;
        const start = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        const end = [(c[0] + d[0]) / 2, (c[1] + d[1]) / 2];
        const isNarrow = aisle.width < 1.4;
        const group = Plan.make("g", { class: isNarrow ? "plan-measure is-narrow" : "plan-measure" }, over);
        Plan.make("line", { x1: start[0], y1: start[1], x2: end[0], y2: end[1] }, group);
        const label = Plan.make("text", { x: (start[0] + end[0]) / 2 + 10 / view.scale, y: (start[1] + end[1]) / 2, "font-size": 12 / view.scale }, group);
        label.textContent = `${Plan.number(aisle.width)} m`;
      }
    }
    Plan.tell("over", over);
  };
  Plan.drawOver = drawOver;
  Plan.over = over;

  // --- From where one looks ---

  // What is out of sight costs nothing: it is not even laid out.
  const hidden = new Set();
  const cull = () => {
    const far = 6;
    const [left, top] = [view.x - far, view.y - far];
    const [right, bottom] = [view.x + frame.clientWidth / view.scale + far, view.y + frame.clientHeight / view.scale + far];
    for (const [id, group] of nodes) {
      const stand = stands.get(id);
      if (!stand) continue;
      const isOut = stand.x > right || stand.y > bottom || stand.x + stand.width < left || stand.y + stand.depth < top;
      if (isOut === hidden.has(id)) continue;
      if (isOut) {
        hidden.add(id);
        group.setAttribute("display", "none");
      } else {
        hidden.delete(id);
        group.removeAttribute("display");
      }
    }
  };
  const apply = () => {
    const { clientWidth: width, clientHeight: height } = frame;
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
    svg.classList.toggle("is-far", view.scale < 9);
    svg.classList.toggle("is-near", view.scale >= 14);
    svg.classList.toggle("is-crowded", stands.size > 600);
    for (const name of nameLayer.children) name.setAttribute("font-size", Math.min(name.dataset.size, Math.max(14 / view.scale, 0.3)));
    cull();
    document.getElementById("plan-zoom").textContent = Plan.say("zoom", { percent: Math.round((view.scale / 50) * 100) });
    const bar = [0.5, 1, 2, 5, 10, 20, 50].find((metres) => metres * view.scale >= 60) ?? 100;
    document.getElementById("plan-scale-bar").style.width = `${bar * view.scale}px`;
    document.getElementById("plan-scale-text").textContent = `${Plan.number(bar)} m`;
    drawOver();
  };
  Plan.look = (x, y, scale) => {
    Object.assign(view, { x, y, scale: Math.min(200, Math.max(1.5, scale)) });
    apply();
  };
  Plan.zoomAt = (factor, clientX, clientY) => {
    const box = svg.getBoundingClientRect();
    const [px, py] = [(clientX ?? box.left + box.width / 2) - box.left, (clientY ?? box.top + box.height / 2) - box.top];
    const scale = Math.min(200, Math.max(1.5, view.scale * factor));
    Plan.look(view.x + px / view.scale - px / scale, view.y + py / view.scale - py / scale, scale);
  };
  Plan.fit = (box, margin = 1.5) => {
    const { clientWidth: width, clientHeight: height } = frame;
    const scale = Math.min(width / (box.right - box.left + margin * 2), height / (box.bottom - box.top + margin * 2), 60);
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    Plan.look(x - width / scale / 2, y - height / scale / 2, scale);
  };
  Plan.fitLevel = () => Plan.fit({ left: 0, top: 0, right: Plan.level.width, bottom: Plan.level.depth });
  Plan.show = (list) => {
    // Bring into view what is outside of it, without changing how near one looks.
    const box = Plan.around(list);
    const [right, bottom] = [view.x + frame.clientWidth / view.scale, view.y + frame.clientHeight / view.scale];
    if (box.left >= view.x && box.top >= view.y && box.right <= right && box.bottom <= bottom) return;
    Plan.look(
      (box.left + box.right) / 2 - frame.clientWidth / view.scale / 2,
      (box.top + box.bottom) / 2 - frame.clientHeight / view.scale / 2,
      Math.max(view.scale, 12),
    );
  };
  Plan.point = (event) => {
    const box = svg.getBoundingClientRect();
    return [view.x + (event.clientX - box.left) / view.scale, view.y + (event.clientY - box.top) / view.scale];
  };
  new ResizeObserver(apply).observe(frame);
  // As high as the level needs, within what CSS allows.
  frame.style.aspectRatio = `${Plan.first.level.width + 3} / ${Plan.first.level.depth + 3}`;

  // --- Drawn again when something changed ---

  Plan.on("drawn", ({ touched, gone, isAll }) => {
    if (isAll) {
      for (const id of [...nodes.keys()]) if (!stands.has(id)) Plan.drawStand(id);
      for (const id of stands.keys()) Plan.drawStand(id);
    } else for (const id of [...touched, ...gone]) Plan.drawStand(id);
    const were = marked;
    marked = new Set(Plan.warnings.flatMap((each) => each.stands));
    const stale = isAll ? stands.keys() : new Set([...were, ...marked, ...touched]);
    for (const id of stale) if (isAll || touched.includes(id) || were.has(id) !== marked.has(id)) classes(id);
    drawZones();
    drawAisles();
    Plan.tell("chosen");
  });
  let shown = new Set();
  let shownZone = null;
  Plan.on("chosen", () => {
    const were = lit;
    lit = chosen.size === 1 ? new Set(Plan.beside.get([...chosen][0]) ?? []) : new Set();
    for (const id of new Set([...shown, ...chosen, ...were, ...lit])) classes(id);
    shown = new Set(chosen);
    if (shownZone !== Plan.zone) {
      shownZone = Plan.zone;
      for (const group of zoneLayer.children) group.classList.toggle("is-shown", Number(group.dataset.zone) === Plan.zone);
    }
    drawOver();
  });
})();
