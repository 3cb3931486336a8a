// Draws on the board: a change before the server has answered, rows that the server drew again,
// where something would come to lie, and where an exhibitor fits.
"use strict";

(() => {
  const { Board } = window;
  const { grid } = Board;
  if (!grid) return;
  const { facts, rows, total } = Board;
  const heads = [...grid.querySelectorAll("[data-column]")];

  // --- Rows ---

  // Puts a row's element in place of the one with the same stand; focus and what is lifted stay.
  function put(el, { isFresh = false } = {}) {
    const old = rows.get(Number(el.dataset.s));
    if (!old) return;
    const focused = old.el.contains(document.activeElement) ? Board.at?.col ?? 0 : null;
    Board.unlink(old);
    old.el.replaceWith(el);
    const row = Board.read(el);
    if (isFresh) el.classList.add("fresh");
    if (focused !== null) Board.focus(row, focused);
    if (Board.hand) lift(Board.hand);
    if (Board.chosen && marked.has(el.closest(".board-area"))) mark(row, Board.chosen);
  }

  function fromServer(html, options) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    put(holder.content.firstElementChild, options);
  }

  // The change as it will be, at once; answers how to put everything back.
  function draw(changed) {
    const touched = new Set();
    const names = new Map();
    for (const [x, stay] of changed) {
      for (const stand of [...Board.stayOf(x).values(), ...stay.values()]) touched.add(stand);
      names.set(x, grid.querySelector(`[data-x="${x}"]`));
    }
    const before = [...touched].map((stand) => rows.get(stand)?.el).filter(Boolean);
    const after = before.map((el) => {
      const row = rows.get(Number(el.dataset.s));
      const cells = row.cells.map((cell) => (cell?.x && changed.has(cell.x) ? null : cell));
      for (const [x, stay] of changed) {
        for (const [col, stand] of stay) {
          if (stand !== row.id) continue;
          const was = row.cells[col];
          cells[col] = was?.x === x ? was : { x, sure: false };
        }
      }
      return rebuilt(row, cells, names);
    });
    after.forEach((el) => put(el));
    return () => before.forEach((el) => put(el));
  }

  const isSame = (one, other) => (one && other ? one.x === other.x && one.sure === other.sure && one.note === other.note : false);

  function rebuilt(row, cells, names) {
    const el = row.el.cloneNode(false);
    el.classList.remove("fresh");
    el.append(row.el.firstElementChild.cloneNode(true));
    for (let col = 0; col < total; ) {
      const cell = cells[col];
      let span = 1;
      while (isSame(cell, cells[col + span])) span += 1;
      el.append(piece(cell, span, cell && row.cells[col] && Board.cellAt(row, col), names));
      col += span;
    }
    return el;
  }

  function piece(cell, span, old, names) {
    if (!cell) {
      const hole = document.createElement("div");
      hole.setAttribute("role", "gridcell");
      hole.className = "hole";
      hole.append(Object.assign(document.createElement("i"), { textContent: Board.say("free") }));
      return hole;
    }
    const isOwn = old && (cell.x ? Number(old.dataset.x) === cell.x : old.classList.contains("held"));
    const model = isOwn ? old : names.get(cell.x);
    const el = model ? model.cloneNode(true) : bar(cell.x);
    el.className = el.className.replace(/\bn\d+\b|\blifted\b|\bsure\b/g, "").trim();
    el.classList.add(`n${span}`);
    if (cell.sure) el.classList.add("sure");
    el.setAttribute("aria-colspan", span);
    el.removeAttribute("tabindex");
    el.querySelectorAll(".grip").forEach((grip) => grip.remove());
    return el;
  }

  function bar(x) {
    const { theme } = Board.person(x);
    const el = document.createElement("div");
    el.setAttribute("role", "gridcell");
    el.className = `bar t${theme}`;
    el.dataset.x = x;
    const name = Object.assign(document.createElement("a"), { textContent: Board.nameOf(x) });
    name.href = `${facts.urls.exhibitor}${x}/`;
    const under = Object.assign(document.createElement("small"), { textContent: facts.themes[theme - 1] ?? "" });
    el.append(name, under);
    return el;
  }

  // --- Where something would come to lie ---

  const landings = [];

  function land(row, columns, { state, text }) {
    const frame = grid.getBoundingClientRect();
    const top = row.el.getBoundingClientRect();
    const runs = [];
    for (const col of [...columns].sort((a, b) => a - b)) {
      if (runs.length && runs.at(-1)[1] === col - 1) runs.at(-1)[1] = col;
      else runs.push([col, col]);
    }
    while (landings.length > runs.length) landings.pop().remove();
    runs.forEach(([first, last], at) => {
      if (!landings[at]) {
        landings[at] = document.createElement("div");
        landings[at].setAttribute("aria-hidden", "true");
        landings[at].append(document.createElement("span"));
        grid.append(landings[at]);
      }
      const left = heads[first].getBoundingClientRect().left;
      const right = heads[last].getBoundingClientRect().right;
      landings[at].className = `landing is-${state}`;
      landings[at].firstElementChild.textContent = at ? "" : text;
      Object.assign(landings[at].style, {
        left: `${left - frame.left + grid.scrollLeft - grid.clientLeft}px`,
        top: `${top.top - frame.top + grid.scrollTop - grid.clientTop}px`,
        width: `${right - left}px`,
        height: `${top.height}px`,
      });
    });
  }

  function unland() {
    while (landings.length) landings.pop().remove();
  }

  function lift(hand) {
    grid.querySelectorAll(".lifted").forEach((el) => el.classList.remove("lifted"));
    if (!hand?.origin) return;
    const row = rows.get(hand.origin.stand);
    for (const col of hand.origin.columns) {
      if (row?.cells[col]?.x === hand.x) Board.cellAt(row, col).classList.add("lifted");
    }
  }

  // --- Where an exhibitor fits ---

  function mark(row, x) {
    const { wished, never } = Board.person(x);
    const isFit = Board.suits(row, x);
    row.el.classList.toggle("fits", isFit);
    row.el.classList.toggle("lacks", !isFit && row.mine && Board.lacks(row, x).length > 0);
    let col = 0;
    for (const cell of [...row.el.children].slice(1)) {
      const span = Board.spanOf(cell);
      if (cell.classList.contains("hole")) cell.classList.toggle("never", never.includes(col));
      else if (isFit) cell.classList.toggle("clashes", wished.some((one) => one >= col && one < col + span));
      col += span;
    }
  }

  // Only what is near the window is marked: the rest is when it comes near. Marking thousands of
  // rows at once would take longer than a drag may.
  const areas = [...grid.querySelectorAll(".board-area")];
  const near = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
      if (isIntersecting && Board.chosen) markArea(target);
    }
  }, { root: grid, rootMargin: "200px" });
  for (const area of areas) watch.observe(area);
  const marked = new Set();

  function markArea(area) {
    if (marked.has(area)) return;
    marked.add(area);
    area.classList.add("choosing");
    for (const el of area.querySelectorAll(".board-row")) mark(rows.get(Number(el.dataset.s)), Board.chosen);
  }

  function choose(x) {
    unchoose();
    Board.chosen = x;
    grid.firstElementChild.classList.add("choosing");
    const { wished, never } = Board.person(x);
    heads.forEach((head, col) => {
      head.classList.toggle("never", never.includes(col));
      const word = never.includes(col) ? `✕ ${Board.say("impossible")}` : wished.includes(col) ? `✓ ${Board.say("wish")}` : "";
      head.querySelector("em").textContent = word;
    });
    near.forEach(markArea);
  }

  function unchoose() {
    if (!Board.chosen) return;
    Board.chosen = 0;
    grid.firstElementChild.classList.remove("choosing");
    for (const area of marked) {
      area.classList.remove("choosing");
      for (const el of area.querySelectorAll(".fits, .lacks")) el.classList.remove("fits", "lacks");
      for (const el of area.querySelectorAll(".clashes, .hole.never")) el.classList.remove("clashes", "never");
    }
    marked.clear();
    heads.forEach((head) => {
      head.classList.remove("never");
      head.querySelector("em").textContent = "";
    });
  }

  Object.assign(Board, { heads, draw, fromServer, land, unland, lift, choose, unchoose });
})();
