// Part 3: where a hand probably meant to go: in line with what stands nearby, else on the grid.
"use strict";

(() => {
  const REACH = 8; // pixels
  const AROUND = 12; // metres: nobody aligns with what is out of sight

  const step = () => Number(document.getElementById("plan-grid").value);
  Plan.toGrid = (value) => {
    const grid = step();
    return grid ? Math.round(value / grid) * grid : value;
  };

  const nearby = (box, moving) => {
    const lines = { x: [], y: [] };
    for (const stand of Plan.stands.values()) {
      if (moving.has(stand.id)) continue;
      const far = Math.max(stand.width, stand.depth) + AROUND;
      if (Math.abs(stand.x - box.left) > far + (box.right - box.left)) continue;
      if (Math.abs(stand.y - box.top) > far + (box.bottom - box.top)) continue;
      const around = Plan.around([stand]);
      lines.x.push(around.left, around.right);
      lines.y.push(around.top, around.bottom);
    }
    for (const zone of Plan.zones.values()) {
      for (const [x, y] of zone.outline) {
        lines.x.push(x);
        lines.y.push(y);
      }
    }
    return lines;
  };

  const best = (edges, lines, reach) => {
    let found = null;
    for (const edge of edges) {
      for (const line of lines) {
        const by = line - edge;
        if (Math.abs(by) <= reach && (found === null || Math.abs(by) < Math.abs(found.by))) found = { by, line };
      }
    }
    return found;
  };

  // How much further to move the box, and the lines it then lies on.
  Plan.snap = (box, moving, isFree) => {
    const guides = [];
    const move = { x: 0, y: 0 };
    if (isFree || !step()) return { ...move, guides };
    const lines = nearby(box, moving);
    const reach = REACH / Plan.view.scale;
    for (const [axis, low, high] of [["x", "left", "right"], ["y", "top", "bottom"]]) {
      const aligned = best([box[low], box[high]], lines[axis], reach);
      if (aligned) {
        move[axis] = aligned.by;
        guides.push({ axis, at: aligned.line });
      } else move[axis] = Plan.toGrid(box[low]) - box[low];
    }
    return { ...move, guides };
  };

  Plan.drawGuides = (guides) => {
    const { view, svg } = Plan;
    const [width, height] = [svg.clientWidth / view.scale, svg.clientHeight / view.scale];
    for (const { axis, at } of guides) {
      const ends = axis === "x"
        ? { x1: at, x2: at, y1: view.y, y2: view.y + height }
        : { y1: at, y2: at, x1: view.x, x2: view.x + width };
      Plan.make("line", { class: "plan-guide", ...ends }, Plan.over);
    }
  };
})();
