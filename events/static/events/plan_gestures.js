// Part 5: the hand: choose, drag, turn, resize, look around.
"use strict";

(() => {
  const { svg, stands, chosen, view } = Plan;
  let gesture = null;
  let isSpace = false;

  const handles = (over) => {
    const [only] = Plan.ours();
    if (chosen.size !== 1 || !only || gesture?.kind === "move") return;
    const radius = 5 / view.scale;
    const corners = Plan.corners(only);
    const group = Plan.make("g", { class: "plan-handles" }, over);
    const [a, b] = corners;
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const angle = ((only.rotation - 90) * Math.PI) / 180;
    const knob = [middle[0] + (Math.cos(angle) * 22) / view.scale, middle[1] + (Math.sin(angle) * 22) / view.scale];
    Plan.make("line", { x1: middle[0], y1: middle[1], x2: knob[0], y2: knob[1] }, group);
    Plan.make("circle", { cx: knob[0], cy: knob[1], r: radius * 1.2, "data-handle": "turn" }, group);
    corners.forEach(([x, y], index) => {
      Plan.make("rect", { x: x - radius, y: y - radius, width: radius * 2, height: radius * 2, "data-handle": index }, group);
    });
  };
  Plan.on("over", handles);
  Plan.on("over", () => {
    if (gesture?.guides) Plan.drawGuides(gesture.guides);
    if (gesture?.kind === "marquee") {
      const { start, now } = gesture;
      Plan.make("rect", {
        class: "plan-marquee", x: Math.min(start[0], now[0]), y: Math.min(start[1], now[1]),
        width: Math.abs(now[0] - start[0]), height: Math.abs(now[1] - start[1]),
      }, Plan.over);
    }
  });

  // --- Moving what is chosen ---

  const place = (list) => list.forEach((stand) => Plan.drawStand(stand.id));
  const beginMove = (start) => {
    const list = Plan.ours();
    return { kind: "move", start, list, from: list.map(({ x, y }) => ({ x, y })), box: Plan.around(list), guides: [] };
  };
  const moveTo = (point, isFree) => {
    const { start, list, from, box } = gesture;
    let [dx, dy] = [point[0] - start[0], point[1] - start[1]];
    const moved = { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy };
    const snapped = Plan.snap(moved, new Set(list.map((stand) => stand.id)), isFree);
    [dx, dy] = [dx + snapped.x, dy + snapped.y];
    gesture.guides = snapped.guides;
    list.forEach((stand, index) => {
      stand.x = from[index].x + dx;
      stand.y = from[index].y + dy;
    });
    place(list);
    Plan.tell("moving", list);
  };

  // --- Turning and resizing one ---

  const turnTo = (point, isFree) => {
    const [stand] = gesture.list;
    const angle = Math.atan2(point[1] - stand.y - stand.depth / 2, point[0] - stand.x - stand.width / 2);
    const by = isFree ? 1 : 15;
    const degrees = Math.round(((angle * 180) / Math.PI + 90) / by) * by;
    stand.rotation = ((degrees % 360) + 360) % 360;
    place([stand]);
    Plan.tell("moving", [stand]);
  };
  const sizeTo = (point, isFree) => {
    const [stand] = gesture.list;
    const { fixed, signs } = gesture;
    const angle = (stand.rotation * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [dx, dy] = [point[0] - fixed[0], point[1] - fixed[1]];
    const by = isFree ? 0.01 : Number(document.getElementById("plan-grid").value) || 0.1;
    const size = (value) => Math.max(0.2, Math.round(value / by) * by);
    stand.width = size(signs[0] * (dx * cos + dy * sin));
    stand.depth = size(signs[1] * (dy * cos - dx * sin));
    const [w, d] = [(signs[0] * stand.width) / 2, (signs[1] * stand.depth) / 2];
    stand.x = fixed[0] + w * cos - d * sin - stand.width / 2;
    stand.y = fixed[1] + w * sin + d * cos - stand.depth / 2;
    place([stand]);
    Plan.tell("moving", [stand]);
  };
  const SIGNS = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  const beginHandle = (name) => {
    const list = Plan.ours();
    if (name === "turn") return { kind: "turn", list, guides: [] };
    const index = Number(name);
    return { kind: "size", list, fixed: Plan.corners(list[0])[(index + 2) % 4], signs: SIGNS[index], guides: [] };
  };

  // --- Down, across, up ---

  svg.addEventListener("pointerdown", (event) => {
    if (Plan.tool || gesture) return;
    const point = Plan.point(event);
    const handle = event.target.closest("[data-handle]");
    const node = event.target.closest("[data-stand]");
    if (event.button === 1 || event.button === 2 || isSpace) {
      gesture = { kind: "pan", at: [event.clientX, event.clientY] };
    } else if (event.button === 0 && handle) {
      Plan.flush();
      gesture = beginHandle(handle.dataset.handle);
    } else if (event.button === 0 && node) {
      const id = Number(node.dataset.stand);
      if (event.shiftKey) Plan.toggle(id);
      else if (!chosen.has(id)) Plan.choose([id]);
      Plan.flush();
      gesture = { ...beginMove(point), id, isShift: event.shiftKey };
    } else if (event.button === 0) {
      const isTouch = event.pointerType === "touch";
      gesture = isTouch
        ? { kind: "pan", at: [event.clientX, event.clientY] }
        : { kind: "marquee", start: point, now: point, isShift: event.shiftKey, zone: event.target.closest("[data-zone]") };
    } else return;
    gesture.down = [event.clientX, event.clientY];
    svg.setPointerCapture(event.pointerId);
    svg.focus({ preventScroll: true });
    event.preventDefault();
  });

  let frame = 0;
  let latest = null;
  const follow = () => {
    frame = 0;
    const event = latest;
    if (!gesture || !event) return;
    const point = Plan.point(event);
    if (gesture.kind === "pan") {
      const [x, y] = gesture.at;
      gesture.at = [event.clientX, event.clientY];
      return Plan.look(view.x - (event.clientX - x) / view.scale, view.y - (event.clientY - y) / view.scale, view.scale);
    }
    if (gesture.kind === "marquee") gesture.now = point;
    else if (!gesture.list.length) return;
    else {
      Plan.isMoving = true;
      if (gesture.kind === "move") moveTo(point, event.altKey);
      else if (gesture.kind === "turn") turnTo(point, event.altKey);
      else sizeTo(point, event.altKey);
    }
    Plan.drawOver();
  };
  svg.addEventListener("pointermove", (event) => {
    if (!gesture) return;
    // A trembling hand that clicks does not drag.
    if (!gesture.isFar && Math.hypot(event.clientX - gesture.down[0], event.clientY - gesture.down[1]) < 4) return;
    gesture.isFar = true;
    latest = event;
    frame ||= window.requestAnimationFrame(follow);
  });

  const enclosed = ({ start, now }) => {
    const [left, right] = [Math.min(start[0], now[0]), Math.max(start[0], now[0])];
    const [top, bottom] = [Math.min(start[1], now[1]), Math.max(start[1], now[1])];
    return [...stands.values()].filter((stand) => {
      const [x, y] = [stand.x + stand.width / 2, stand.y + stand.depth / 2];
      return x >= left && x <= right && y >= top && y <= bottom;
    });
  };
  const NAMES = { move: ["x", "y"], turn: ["rotation"], size: ["x", "y", "width", "depth"] };
  svg.addEventListener("pointerup", () => {
    if (!gesture) return;
    if (frame) {
      window.cancelAnimationFrame(frame);
      follow();
    }
    const done = gesture;
    gesture = null;
    Plan.isMoving = false;
    if (done.kind === "marquee") {
      if (done.isFar) Plan.choose(enclosed(done).map((stand) => stand.id), { add: done.isShift });
      else if (done.zone) Plan.chooseZone(Number(done.zone.dataset.zone));
      else if (!done.isShift) Plan.choose([]);
    } else if (done.kind !== "pan") {
      if (!done.isFar) {
        if (done.kind === "move" && !done.isShift && chosen.size > 1) Plan.choose([done.id]);
      } else if (done.list.length) Plan.keep(done.list, NAMES[done.kind]);
      else {
        const [one] = Plan.picked();
        if (one) Plan.announce(Plan.say("not_yours", { number: one.number }));
      }
    }
    Plan.drawOver();
  });
  svg.addEventListener("pointercancel", () => { gesture = null; Plan.isMoving = false; Plan.drawOver(); });
  svg.addEventListener("contextmenu", (event) => event.preventDefault());

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    Plan.zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX, event.clientY);
  }, { passive: false });
  svg.addEventListener("keydown", (event) => { if (event.key === " ") { isSpace = true; event.preventDefault(); svg.classList.add("is-panning"); } });
  window.addEventListener("keyup", (event) => { if (event.key === " ") { isSpace = false; svg.classList.remove("is-panning"); } });
})();
