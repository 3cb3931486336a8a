// Part 7: everything by keyboard. Single letters count only while the drawing has the focus.
"use strict";

(() => {
  const { svg, view, chosen } = Plan;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // Within the area shown, as one reads: row after row.
  const ordered = () =>
    Plan.inZone(Plan.zone).sort((a, b) => {
      const rows = Math.round(a.y - b.y);
      return rows || a.x - b.x || a.id - b.id;
    });
  const next = (by, isAdding) => {
    const list = ordered();
    if (!list.length) return;
    const last = [...chosen].at(-1);
    const at = list.findIndex((stand) => stand.id === last);
    const to = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
    Plan.choose([list[to].id], { add: isAdding });
    Plan.show([list[to]]);
  };

  const nudge = ([dx, dy], step) => {
    const list = Plan.ours();
    if (!list.length) {
      if (chosen.size) return Plan.announce(Plan.say("not_yours", { number: Plan.picked()[0].number }));
      const by = 60 / view.scale;
      return Plan.look(view.x + dx * by, view.y + dy * by, view.scale);
    }
    for (const stand of list) {
      stand.x = Plan.round(stand.x + dx * step);
      stand.y = Plan.round(stand.y + dy * step);
      Plan.drawStand(stand.id);
    }
    Plan.show(list);
    Plan.drawOver();
    Plan.tell("moving", list);
    const [{ number, x, y }] = list;
    Plan.announce(Plan.say("moving", { number, x: Plan.number(x), y: Plan.number(y) }));
    Plan.keepLater(list, ["x", "y"]);
  };

  const turn = (by) => {
    const list = Plan.ours();
    for (const stand of list) {
      stand.rotation = (stand.rotation + by + 360) % 360;
      Plan.drawStand(stand.id);
    }
    if (!list.length) return;
    Plan.drawOver();
    Plan.tell("moving", list);
    Plan.announce(Plan.say("turning", { angle: list[0].rotation }));
    Plan.keepLater(list, ["rotation"]);
  };

  const open = (id, field) => {
    const fold = document.getElementById(id);
    if (!fold) return;
    fold.open = true;
    const input = document.getElementById(field);
    input?.focus();
    input?.select();
  };

  const withControl = {
    a: () => Plan.choose(Plan.inZone(Plan.zone).map((stand) => stand.id)),
    d: () => open("plan-row", "id_row-count"),
    z: (event) => (event.shiftKey ? Plan.redoEdit() : Plan.undoEdit()),
    y: () => Plan.redoEdit(),
  };
  const plain = {
    n: (event) => next(1, event.shiftKey),
    p: (event) => next(-1, event.shiftKey),
    r: (event) => turn(event.shiftKey ? -15 : 15),
    delete: () => Plan.remove(),
    backspace: () => Plan.remove(),
    escape: () => (Plan.tool ? Plan.take_up("") : Plan.choose([])),
    enter: () => (Plan.tool === "draw" ? Plan.closeArea() : document.getElementById("id_number")?.focus()),
    "+": () => Plan.zoomAt(1.25),
    "=": () => Plan.zoomAt(1.25),
    "-": () => Plan.zoomAt(0.8),
    0: () => Plan.fitLevel(),
  };

  svg.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (ARROWS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      return nudge(ARROWS[event.key], event.shiftKey ? 1 : 0.1);
    }
    const known = event.ctrlKey || event.metaKey ? withControl[key] : event.altKey ? null : plain[key];
    if (known) {
      event.preventDefault();
      known(event);
    }
  });
  // Undo from anywhere but a field, which has an undo of its own.
  document.addEventListener("keydown", (event) => {
    const isField = event.target.closest("input, textarea, select");
    const key = event.key.toLowerCase();
    if (event.defaultPrevented || isField || !(event.ctrlKey || event.metaKey) || !"zy".includes(key)) return;
    event.preventDefault();
    withControl[key](event);
  });
})();
