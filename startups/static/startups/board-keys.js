// Everything by keyboard: one tab stop for the grid, arrows from cell to cell, Enter picks up and
// drops, letters act on the cell; and the same as a menu on the cell, also by click.
"use strict";

(() => {
  const { Board } = window;
  const { grid } = Board;
  if (!grid) return;
  const { rows, total, say } = Board;
  const menu = document.getElementById("board-menu");
  const shortcuts = document.getElementById("board-shortcuts");
  const note = document.getElementById("board-note");

  // --- Going from cell to cell ---

  function focus(row, col, { isQuiet = false } = {}) {
    grid.querySelector("[role=gridcell][tabindex='0']")?.setAttribute("tabindex", "-1");
    const cell = Board.cellAt(row, col);
    Board.at = { stand: row.id, col };
    cell.tabIndex = 0;
    cell.setAttribute("aria-label", described(row, cell));
    cell.focus({ preventScroll: isQuiet });
    if (!isQuiet) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function described(row, el) {
    const first = Board.columnOf(el);
    const cell = row.cells[first];
    const columns = Board.span(first, first + Board.spanOf(el) - 1);
    let what = say("free");
    if (cell?.x) what = [Board.nameOf(cell.x), el.querySelector("small")?.textContent, say(cell.sure ? "confirmed" : "planned")].filter(Boolean).join(", ");
    else if (cell) what = cell.note ? say("heldFor", { note: cell.note }) : say("held");
    return say("cell", { stand: row.number, days: Board.days(columns), what });
  }

  const list = () => [...grid.querySelectorAll(".board-row")];

  // The row some stands further down (or up).
  function beyond(row, by) {
    const all = list();
    const at = Math.max(0, Math.min(all.length - 1, all.indexOf(row.el) + by));
    return rows.get(Number(all[at].dataset.s));
  }

  const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

  function walk(event, row, col) {
    const cell = Board.cellAt(row, col);
    const first = Board.columnOf(cell);
    if (event.key in steps) return focus(beyond(row, steps[event.key]), col);
    if (event.key === "ArrowLeft") return focus(row, Math.max(0, first - 1));
    if (event.key === "ArrowRight") return focus(row, Math.min(total - 1, first + Board.spanOf(cell)));
    if (event.key === "Home") return focus(event.ctrlKey ? beyond(row, -Infinity) : row, 0);
    if (event.key === "End") return focus(event.ctrlKey ? beyond(row, Infinity) : row, total - 1);
    return null;
  }

  // --- What is in the hand ---

  function pickUp(row, col) {
    const bar = Board.barAt(row, col);
    if (!Board.canMove(row, bar)) return Board.tell(say("readOnly"));
    Board.pick({ x: bar.x, origin: bar.origin });
    Board.tell(say("picked", { name: Board.nameOf(bar.x) }));
    Board.aim(row, bar.origin.columns[0]);
    return undefined;
  }

  // Who comes from beside the board: put over the first stand in sight that suits.
  function bring(x, from) {
    Board.pick({ x, from });
    const fitting = [...rows.values()].filter((row) => Board.suits(row, x));
    const count = fitting.length;
    from?.setAttribute("aria-pressed", "true");
    Board.tell(say(count > 1 ? "chosen" : count ? "chosenOne" : "chosenNone", { name: Board.nameOf(x), count }));
    const isOwn = (one) => one.mine && one.region === Board.person(x).region;
    const row = inView(fitting) ?? [...rows.values()].find(isOwn);
    if (!row) return;
    const isFree = (start) => Board.reach(x, start).every((col) => !row.cells[col] && !Board.person(x).never.includes(col));
    const col = Board.span(0, total - 1).find(isFree) ?? 0;
    focus(row, col);
    Board.aim(row, col);
  }

  // Of those that suit the one in sight, else the first.
  function inView(fitting) {
    const frame = grid.getBoundingClientRect();
    const isSeen = ({ el }) => {
      const { top, bottom } = el.getBoundingClientRect();
      return top >= frame.top + 80 && bottom <= Math.min(frame.bottom, innerHeight);
    };
    return fitting.find(isSeen) ?? fitting[0];
  }

  function carry(event) {
    const { hand } = Board;
    const row = hand.row ?? rows.get(Board.at.stand);
    const { columns, origin } = hand;
    const first = columns[0] ?? 0;
    if (event.key === "Escape") {
      const back = hand.from;
      Board.letGo();
      Board.tell(say("cancelled"));
      if (back?.isConnected) back.focus();
      else if (origin) focus(rows.get(origin.stand), origin.columns[0]);
      return true;
    }
    if (event.key === "Enter" || event.key === " ") {
      Board.drop();
      return true;
    }
    let told = null;
    if (event.key in steps && hand.mode === "move") told = Board.aim(beyond(row, steps[event.key]), Math.min(first + (hand.grab ?? 0), total - 1));
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const by = event.key === "ArrowLeft" ? -1 : 1;
      if (origin && (event.shiftKey || event.ctrlKey)) {
        resize(event.shiftKey ? "last" : "first", by);
        told = Board.aim(row, hand.mode === "first" ? hand.columns[0] : hand.columns.at(-1));
      } else if (hand.mode === "move" || !origin) told = Board.aim(row, Math.max(0, Math.min(total - 1, first + (hand.grab ?? 0) + by)));
    } else return false;
    if (told) {
      Board.tell(told.text);
      hand.row.el.scrollIntoView({ block: "nearest" });
    }
    return true;
  }

  // Both ends may be moved before the drop: the bar carried simply becomes longer or shorter.
  function resize(end, by) {
    const { hand } = Board;
    hand.mode = end;
    const { columns } = hand;
    const to = (end === "first" ? columns[0] : columns.at(-1)) + by;
    if (to < 0 || to >= total) return;
    const next = end === "first" ? Board.span(to, columns.at(-1)) : Board.span(columns[0], to);
    if (next.length) hand.columns = next;
  }

  // --- Keys ---

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[role=gridcell]");
    const row = Board.rowOf(cell);
    if (!row || event.altKey || event.metaKey) return;
    const col = Board.at?.stand === row.id ? Board.at.col : Board.columnOf(cell);
    if (Board.hand ? carry(event) : act(event, row, col)) event.preventDefault();
  });

  function act(event, row, col) {
    const { key } = event;
    const isArrow = key === "ArrowLeft" || key === "ArrowRight";
    if (isArrow && (event.shiftKey || event.ctrlKey)) {
      Board.stretch(row, col, event.shiftKey ? "last" : "first", key === "ArrowLeft" ? -1 : 1);
      return true;
    }
    if (key in steps || isArrow || key === "Home" || key === "End") {
      walk(event, row, col);
      return true;
    }
    if (event.ctrlKey) return false;
    if (key === "Enter" || key === " ") {
      if (row.cells[col]?.x) pickUp(row, col);
      else open(row, col);
      return true;
    }
    const letter = key.toLowerCase();
    if (letter === "m" || key === "ContextMenu" || (key === "F10" && event.shiftKey)) open(row, col);
    else if (letter === "c") Board.confirmBar(row, col);
    else if (key === "Delete" || key === "Backspace") Board.free(row, col);
    else if (letter === "h") keep(row, col);
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (isTyping || document.querySelector("dialog[open]")) return;
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") {
      event.preventDefault();
      Board.back(event.shiftKey ? "redo" : "undo");
    } else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "y") {
      event.preventDefault();
      Board.back("redo");
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "?") shortcuts.showModal();
    else if (key === "/") {
      event.preventDefault();
      document.getElementById("waiting-search").focus();
    } else if (key === "Escape" && Board.hand) carry(event);
  });

  // --- The menu of a cell ---

  const LABELS = menu.dataset;

  function open(row, col) {
    const cell = row.cells[col];
    const el = Board.cellAt(row, col);
    const bar = Board.barAt(row, col);
    const first = Board.columnOf(el);
    focus(row, col, { isQuiet: true });
    document.getElementById("board-menu-title").textContent = bar ? Board.nameOf(bar.x) : row.number;
    document.getElementById("board-menu-where").textContent = described(row, el);
    const actions = [];
    const add = (name, run) => actions.push([LABELS[name], run]);
    if (Board.canMove(row, bar)) {
      add("move", () => pickUp(row, col));
      add(bar.sure ? "release" : "confirm", () => Board.confirmBar(row, col));
      if (bar.origin.columns.length > 1) {
        add("endEarlier", () => Board.stretch(row, col, "last", -1));
        add("beginLater", () => Board.stretch(row, col, "first", 1));
      }
      if (bar.origin.columns.at(-1) < total - 1) add("endLater", () => Board.stretch(row, col, "last", 1));
      if (first > 0) add("beginEarlier", () => Board.stretch(row, col, "first", -1));
      add("free", () => Board.free(row, col));
    } else if (row.mine && cell?.note !== undefined) {
      add("unhold", () => keep(row, col));
    } else if (row.mine && !cell) {
      add("hold", () => Board.hold(row, [col], note.value.trim()));
      const gap = Board.span(0, total - 1).filter((one) => !row.cells[one]);
      if (gap.length > 1) add("holdAll", () => Board.hold(row, gap, note.value.trim()));
    }
    const buttons = actions.map(([label, run]) => {
      const button = Object.assign(document.createElement("button"), { className: "desk-button", textContent: label });
      button.addEventListener("click", () => { menu.onclose = run; });
      return button;
    });
    if (bar) {
      buttons.push(Object.assign(document.createElement("a"), { className: "desk-button", textContent: LABELS.page, href: el.querySelector("a").href }));
    }
    document.getElementById("board-menu-actions").replaceChildren(...buttons);
    document.getElementById("board-menu-note").hidden = !(row.mine && !cell);
    note.value = "";
    menu.onclose = null;
    menu.showModal();
    buttons[0]?.focus();
  }
  menu.addEventListener("click", (event) => event.target === menu && menu.close());

  // A free half-day is kept free once its note was asked for; one kept free is given back.
  function keep(row, col) {
    const cell = row.cells[col];
    if (cell?.x || !row.mine) return Board.tell(say("readOnly"));
    if (!cell) return open(row, col);
    const el = Board.cellAt(row, col);
    const first = Board.columnOf(el);
    return Board.hold(row, Board.span(first, first + Board.spanOf(el) - 1), null);
  }

  grid.addEventListener("click", (event) => {
    const el = event.target.closest("[role=gridcell]");
    const row = Board.rowOf(el);
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (Board.hand) {
      Board.drop();
      return;
    }
    open(row, Board.columnOf(el));
  });
  grid.addEventListener("focusin", (event) => {
    const row = Board.rowOf(event.target.closest("[role=gridcell]"));
    if (row && Board.at?.stand !== row.id) Board.at = { stand: row.id, col: Board.columnOf(event.target.closest("[role=gridcell]")) };
  });

  const start = grid.querySelector("[role=gridcell]");
  if (start) start.tabIndex = 0;
  document.getElementById("board-help").addEventListener("click", () => shortcuts.showModal());
  Object.assign(Board, { focus, bring });
})();
