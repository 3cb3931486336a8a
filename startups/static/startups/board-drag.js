// By pointer: bars and those beside the board are dragged, either end of a bar stretched; and who
// was chosen by a click is put down by a click, for whoever cannot drag.
"use strict";

(() => {
  const { Board } = window;
  const { grid } = Board;
  if (!grid) return;
  const { rows, total } = Board;
  // Before this many pixels it is a click; this near its ends a bar is stretched; and this near the
  // edges of the board it scrolls.
  const START = 4;
  const END = 9;
  const EDGE = 44;

  let drag = null;
  let endedAt = -Infinity;
  let lastRow = null;

  // Holds the pointer during a drag, and its cursor with it: a class on the page would have the
  // browser style thousands of bars anew.
  const holder = Object.assign(document.createElement("div"), { className: "board-hand" });
  document.querySelector(".board-page").append(holder);

  const grips = ["first", "last"].map((end) => Object.assign(document.createElement("span"), { className: `grip ${end}` }));
  grid.addEventListener("pointerover", (event) => {
    const bar = event.target.closest(".bar");
    const row = bar && Board.rowOf(bar);
    if (!bar || Board.hand || !Board.canMove(row, { x: Number(bar.dataset.x) })) return;
    bar.append(...grips);
  });

  // The row and column under the pointer; over a heading, the last row.
  function under(event) {
    const el = document.elementFromPoint(event.clientX, event.clientY)?.closest(".board-row");
    lastRow = (el && rows.get(Number(el.dataset.s))) || lastRow;
    if (lastRow && !lastRow.el.isConnected) lastRow = rows.get(lastRow.id);
    const first = Board.heads[0].getBoundingClientRect();
    const width = (Board.heads.at(-1).getBoundingClientRect().right - first.left) / total;
    const col = Math.floor((event.clientX - first.left) / width);
    return { row: lastRow, col: Math.max(0, Math.min(total - 1, col)) };
  }

  grid.addEventListener("pointerdown", (event) => {
    if (event.button || Board.hand) return;
    const el = event.target.closest(".bar");
    const row = el && Board.rowOf(el);
    if (!el || !row) return;
    const bar = Board.barAt(row, Board.columnOf(el));
    if (!Board.canMove(row, bar)) return;
    const box = el.getBoundingClientRect();
    const isFirst = event.clientX - box.left < END;
    const isLast = box.right - event.clientX < END;
    const mode = isLast ? "last" : isFirst ? "first" : "move";
    const { col } = under(event);
    begin(event, { x: bar.x, origin: bar.origin, mode, grab: col - bar.origin.columns[0] }, el);
  });

  document.getElementById("waiting").addEventListener("pointerdown", (event) => {
    const entry = event.target.closest(".waiting.mine");
    if (event.button || !entry || event.target.closest("a")) return;
    begin(event, { x: Number(entry.dataset.x), from: entry.querySelector(".choose") }, entry);
  });

  function begin(event, hand, el) {
    drag = { hand, el, id: event.pointerId, x: event.clientX, y: event.clientY, isOn: false, ghost: null };
    // A text selection would begin otherwise, and a link be dragged as such.
    if (event.pointerType === "mouse" && !event.target.closest("button")) event.preventDefault();
  }

  function lift(event) {
    drag.isOn = true;
    Board.hush();
    Board.pick(drag.hand);
    if (drag.hand.mode === undefined || drag.hand.mode === "move") {
      const box = drag.el.getBoundingClientRect();
      drag.ghost = drag.el.cloneNode(true);
      drag.ghost.removeAttribute("id");
      drag.ghost.classList.add("ghost");
      drag.ghost.style.width = `${Math.min(box.width, 340)}px`;
      drag.dx = Math.min(drag.x - box.left, 330);
      drag.dy = drag.y - box.top;
      document.querySelector(".board-page").append(drag.ghost);
    }
    holder.className = drag.ghost ? "board-hand" : "board-hand is-sizing";
    try {
      holder.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already: its end follows.
    }
  }

  document.addEventListener("pointermove", (event) => {
    if (!drag) {
      // Chosen by a click, from beside the board: shown where it would come to lie.
      if (Board.hand?.from && event.target.closest?.(".board-row")) aimAt(event);
      return;
    }
    if (event.pointerId !== drag.id) return;
    if (!drag.isOn) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START) return;
      lift(event);
    }
    drag.event = event;
    if (drag.ghost) drag.ghost.style.transform = `translate(${event.clientX - drag.dx}px, ${event.clientY - drag.dy}px)`;
    if (!drag.frame) drag.frame = requestAnimationFrame(step);
  });

  // Once a frame, also while the pointer rests near an edge and the board scrolls.
  function step() {
    if (!drag) return;
    drag.frame = 0;
    const { event } = drag;
    const box = grid.getBoundingClientRect();
    const head = Board.heads[0].getBoundingClientRect().bottom;
    const up = Math.max(0, head + EDGE - event.clientY);
    const down = Math.max(0, event.clientY - box.bottom + EDGE);
    if ((up || down) && event.clientX > box.left && event.clientX < box.right) {
      grid.scrollBy(0, Math.min(18, down / 2) - Math.min(18, up / 2));
      drag.frame = requestAnimationFrame(step);
    }
    aimAt(event);
  }

  function aimAt(event) {
    const frame = grid.getBoundingClientRect();
    const isInside = event.clientX >= frame.left && event.clientX <= frame.right && event.clientY >= frame.top && event.clientY <= frame.bottom;
    if (!isInside) {
      Board.hand.row = null;
      Board.unland();
      return;
    }
    const { row, col } = under(event);
    const { origin, mode } = Board.hand;
    const target = mode === "move" || !origin ? row : rows.get(origin.stand);
    if (target) Board.aim(target, col);
  }

  function end(isDropped) {
    if (!drag) return;
    const { isOn, ghost, frame } = drag;
    cancelAnimationFrame(frame);
    ghost?.remove();
    drag = null;
    if (!isOn) return;
    endedAt = performance.now();
    if (isDropped) Board.drop();
    else {
      Board.letGo();
      Board.tell(Board.say("cancelled"));
    }
  }

  document.addEventListener("pointerup", (event) => {
    if (drag?.id !== event.pointerId) return;
    if (drag.isOn) aimAt(event);
    end(true);
  });
  document.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag?.isOn) {
      event.stopPropagation();
      end(false);
    }
  }, true);

  // The click that ends a drag is none.
  addEventListener("click", (event) => {
    if (performance.now() - endedAt > 60) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  grid.addEventListener("dragstart", (event) => event.preventDefault());
})();
