// What can be done with the board, whoever asks: a drag, a key or the menu. What is picked up is in
// one's hand until it is dropped or let go.
"use strict";

(() => {
  const { Board } = window;
  const { grid } = Board;
  if (!grid) return;
  const { rows, total, say, days, nameOf, stayOf } = Board;

  // --- In the hand ---

  // origin: { stand, columns } of a bar, null for who comes from beside the board. mode: "move", or
  // the end that is being moved ("first", "last"). grab: which half-day of the bar is held.
  function pick({ x, origin = null, mode = "move", grab = 0, from = null }) {
    letGo();
    const seen = { revisions: { [x]: Board.person(x).rev }, holds: {} };
    Board.hand = { x, origin, mode, grab, from, seen, row: null, columns: [] };
    Board.choose(x);
    Board.lift(Board.hand);
  }

  function aim(row, col) {
    const { hand } = Board;
    hand.row = row;
    hand.columns = reached(hand, col);
    hand.judged = Board.judge(hand.x, row, hand.columns);
    Board.land(row, hand.columns, hand.judged);
    return hand.judged;
  }

  function reached({ x, origin, mode, grab }, col) {
    if (!origin) return Board.reach(x, col);
    const first = origin.columns[0];
    const last = origin.columns.at(-1);
    if (mode === "first") return span(Math.min(col, last), last);
    if (mode === "last") return span(first, Math.max(col, first));
    const start = Math.max(0, Math.min(col - grab, total - origin.columns.length));
    return span(start, start + last - first);
  }

  const span = (first, last) => Array.from({ length: last - first + 1 }, (_none, at) => first + at);

  function letGo() {
    Board.hand = null;
    Board.unland();
    Board.unchoose();
    Board.lift(null);
    for (const button of document.querySelectorAll(".choose[aria-pressed=true]")) button.setAttribute("aria-pressed", "false");
  }

  function drop() {
    const { hand } = Board;
    if (!hand?.row) return letGo();
    const { x, row, origin, columns, seen, judged } = hand;
    letGo();
    const isSame = origin?.stand === row.id && String(origin.columns) === String(columns);
    if (isSame) return Board.tell(say("cancelled"));
    if (judged.state === "not") {
      Board.tell(judged.text);
      return refuse(judged.text, row, columns);
    }
    const stay = without(x, origin);
    for (const col of columns) stay.set(col, row.id);
    const stays = new Map([[x, stay]]);
    const values = { name: nameOf(x), stand: row.number, days: days(columns) };
    // Where somebody is in the way nothing is drawn: the server says who, and what can be done.
    return Board.take(
      { kind: origin ? "move" : "place", stays },
      {
        changed: judged.state === "taken" ? null : stays,
        done: say(origin ? "moved" : "placed", values),
        seen,
        refused: (answer) => refuse(answer.detail, row, columns, answer.code === "half_days_taken" ? ways({ x, row, origin, columns, stay }) : []),
      },
    ).then((isDone) => isDone && Board.focus(rows.get(row.id), columns[0]));
  }

  function without(x, origin) {
    const stay = new Map(stayOf(x));
    for (const col of origin?.columns ?? []) if (stay.get(col) === origin.stand) stay.delete(col);
    return stay;
  }

  // --- Where somebody is in the way: change places, or take theirs ---

  function ways({ x, row, origin, columns, stay }) {
    const there = Board.others(row, columns, x);
    if (!there.length || !there.every(Board.isMine)) return [];
    const names = there.map(nameOf).join(", ");
    const values = { name: nameOf(x), other: names };
    const leaving = () => new Map(there.map((other) => [other, new Map([...stayOf(other)].filter(([col, stand]) => stand !== row.id || !columns.includes(col)))]));
    const found = [];
    const swapped = leaving();
    const canSwap = origin && there.every((other) => columns.every((col, at) => {
      if (row.cells[col]?.x !== other) return true;
      const back = origin.columns[at];
      if (back === undefined || swapped.get(other).has(back)) return false;
      swapped.get(other).set(back, origin.stand);
      return true;
    }));
    const act = (label, kind, others, done) => ({
      label: say(label, values),
      run: () => {
        const stays = new Map([[x, stay], ...others]);
        return Board.take({ kind, stays }, { changed: null, done: say(done, values), refused: (answer) => refuse(answer.detail, row, columns) });
      },
    });
    if (canSwap) found.push(act("exchange", "exchange", swapped, "exchanged"));
    found.push(act("takeOver", origin ? "move" : "place", leaving(), "tookOver"));
    return found;
  }

  // --- Next to the bar: why not ---

  const box = document.getElementById("board-refusal");

  function refuse(detail, row = null, columns = [], actions = []) {
    box.firstElementChild.textContent = detail;
    const holder = box.querySelector(".board-actions");
    const close = { label: say("close"), run: () => {} };
    holder.replaceChildren(...[...actions, close].map(({ label, run }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "desk-button", textContent: label });
      button.addEventListener("click", () => {
        hush();
        run();
      });
      return button;
    }));
    box.hidden = false;
    const cell = row && Board.cellAt(rows.get(row.id), columns[0] ?? 0).getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const left = cell ? cell.left : (innerWidth - width) / 2;
    const top = cell ? cell.bottom + 6 : 80;
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    box.style.top = `${top + height > innerHeight - 8 ? Math.max(8, (cell?.top ?? top) - height - 6) : top}px`;
    box.dataset.back = row ? `${row.id}:${columns[0] ?? 0}` : "";
    holder.firstElementChild.focus({ preventScroll: true });
  }

  function hush() {
    if (box.hidden) return;
    box.hidden = true;
    const [stand, col] = (box.dataset.back || "").split(":").map(Number);
    if (rows.has(stand)) Board.focus(rows.get(stand), col);
  }
  box.addEventListener("keydown", (event) => event.key === "Escape" && hush());

  // --- At once ---

  // The bar under a cell: its exhibitor and its half-days in a row.
  function barAt(row, col) {
    const cell = row.cells[col];
    if (!cell?.x) return null;
    const el = Board.cellAt(row, col);
    const first = Board.columnOf(el);
    return { x: cell.x, sure: cell.sure, el, origin: { stand: row.id, columns: span(first, first + Board.spanOf(el) - 1) } };
  }

  const canMove = (row, bar) => row.mine && bar && Board.isMine(bar.x);

  function stretch(row, col, mode, by) {
    const bar = barAt(row, col);
    if (!canMove(row, bar)) return Board.tell(say("readOnly"));
    const { columns } = bar.origin;
    const to = (mode === "first" ? columns[0] : columns.at(-1)) + by;
    const tooShort = mode === "first" ? to > columns.at(-1) : to < columns[0];
    if (to < 0 || to >= total || tooShort) return undefined;
    pick({ x: bar.x, origin: bar.origin, mode });
    aim(row, to);
    return drop();
  }

  function free(row, col) {
    const bar = barAt(row, col);
    if (!canMove(row, bar)) return Board.tell(say("readOnly"));
    const stays = new Map([[bar.x, without(bar.x, bar.origin)]]);
    const done = say("freed", { name: nameOf(bar.x), days: days(bar.origin.columns) });
    return Board.take({ kind: "free", stays }, { changed: stays, done, refused: (answer) => refuse(answer.detail, row, [col]) });
  }

  function confirmBar(row, col) {
    const bar = barAt(row, col);
    if (!canMove(row, bar)) return Board.tell(say("readOnly"));
    const done = say(bar.sure ? "releasedDone" : "confirmedDone", { name: nameOf(bar.x), stand: row.number });
    return Board.take(
      { kind: bar.sure ? "release" : "confirm", exhibitors: [bar.x], columns: bar.origin.columns },
      { done, refused: (answer) => refuse(answer.detail, row, [col]) },
    );
  }

  // Keeps the cells given free, for what the note says; null gives them back.
  function hold(row, columns, note) {
    if (!row.mine) return Board.tell(say("readOnly"));
    const holds = Object.fromEntries(columns.map((col) => [`${row.id}:${Board.facts.halfDays[col].id}`, note]));
    const done = say(note === null ? "unheldDone" : "heldDone", { stand: row.number, days: days(columns) });
    return Board.take({ kind: "hold", holds }, { done, refused: (answer) => refuse(answer.detail, row, columns) });
  }

  Object.assign(Board, { pick, aim, drop, letGo, refuse, hush, barAt, canMove, stretch, free, confirmBar, hold, span });
})();
