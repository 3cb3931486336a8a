// The rotation board as its script knows it: which exhibitor is on which stand, half-day by
// half-day. It is read from the page, row by row, whenever the server draws a row again.
// Columns count from 0; a cell is null (free), { note } (kept free) or { x, sure } (an exhibitor).
"use strict";

window.Board = { grid: document.getElementById("board") };

(() => {
  const { Board } = window;
  const { grid } = Board;
  if (!grid) return;

  const facts = JSON.parse(document.getElementById("board-facts").textContent);
  const total = facts.halfDays.length;
  const rows = new Map();
  // Exhibitor → Map(column → stand).
  const stays = new Map();

  function stayOf(x) {
    if (!stays.has(x)) stays.set(x, new Map());
    return stays.get(x);
  }

  function read(el) {
    const row = {
      el,
      id: Number(el.dataset.s),
      number: el.querySelector(".stand b").textContent,
      region: el.dataset.r,
      mine: el.classList.contains("mine"),
      shut: el.classList.contains("shut"),
      cells: [],
    };
    for (const cell of [...el.children].slice(1)) {
      const { x } = cell.dataset;
      let what = null;
      if (x) what = { x: Number(x), sure: cell.classList.contains("sure") };
      else if (cell.classList.contains("held")) what = { note: cell.querySelector("small").textContent };
      for (let n = spanOf(cell); n; n -= 1) row.cells.push(what);
      // One tab stop for the whole grid: the arrows do the rest.
      cell.querySelector("a")?.setAttribute("tabindex", "-1");
    }
    link(row);
    rows.set(row.id, row);
    return row;
  }

  function link(row) {
    row.cells.forEach((cell, col) => cell?.x && stayOf(cell.x).set(col, row.id));
  }

  function unlink(row) {
    row.cells.forEach((cell, col) => {
      if (cell?.x && stayOf(cell.x).get(col) === row.id) stayOf(cell.x).delete(col);
    });
  }

  const spanOf = (cell) => Number(cell.getAttribute("aria-colspan")) || 1;
  const rowOf = (el) => rows.get(Number(el?.closest(".board-row")?.dataset.s));

  // Where a cell's element begins, and the element that covers a column.
  function columnOf(el) {
    let col = 0;
    for (let other = el.previousElementSibling; other?.previousElementSibling; other = other.previousElementSibling) {
      col += spanOf(other);
    }
    return col;
  }

  function cellAt(row, col) {
    let at = 0;
    for (const cell of [...row.el.children].slice(1)) {
      at += spanOf(cell);
      if (col < at) return cell;
    }
    return row.el.lastElementChild;
  }

  // --- Words ---

  function say(name, values = {}) {
    return facts.words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  }

  // Neighbouring half-days as one: "mer. 16 matin à ven. 18 après-midi".
  function days(columns) {
    const sorted = [...columns].sort((a, b) => a - b);
    const runs = [];
    for (const col of sorted) {
      if (runs.length && runs.at(-1)[1] === col - 1) runs.at(-1)[1] = col;
      else runs.push([col, col]);
    }
    const label = (col) => facts.halfDays[col].label;
    return runs
      .map(([first, last]) => (first === last ? label(first) : say("to", { first: label(first), last: label(last) })))
      .join(", ");
  }

  const person = (x) => facts.people[x];
  const nameOf = (x) => person(x)?.name ?? "";
  const isMine = (x) => person(x)?.rev !== undefined;

  // --- What suits whom ---

  const parts = new Map();
  function parsed(text) {
    if (!parts.has(text)) {
      const [kind, ...numbers] = text.split(",");
      parts.set(text, [kind, ...numbers.map(Number)]);
    }
    return parts.get(text);
  }

  // The same words as the server's `lacks`.
  function lacks(row, x) {
    const needs = person(x)?.needs;
    if (!needs) return [];
    const [kind, watts, ...asked] = parsed(needs);
    const [hasKind, hasWatts, ...has] = parsed(row.el.dataset.has);
    const found = [];
    if (kind && kind !== hasKind) found.push(say("otherKind"));
    if (watts > hasWatts) {
      const kilo = String(Math.round(watts / 10) / 100).replace(".", say("kilowatt"));
      found.push(watts >= 1000 ? `${kilo}\u00a0kW` : `${watts}\u00a0W`);
    }
    ["screen", "network", "storage", "water"].forEach((name, at) => {
      if (asked[at] && !has[at]) found.push(say(name));
    });
    if (asked[4] > has[4]) found.push(`${asked[4]}\u00a0kg/m²`);
    if (asked[5] && !has[5]) found.push(say("accessible"));
    return found;
  }

  // Who or what is in the way of x on these columns of a row.
  function others(row, columns, x) {
    return [...new Set(columns.map((col) => row.cells[col]?.x).filter((other) => other && other !== x))];
  }

  function judge(x, row, columns) {
    const values = { stand: row.number, days: days(columns), name: nameOf(x) };
    const told = (state, word, more = {}) => ({ state, text: say(word, { ...values, ...more }) });
    const isForeign = !row.mine || row.shut || (row.region && row.region !== person(x).region);
    if (isForeign) return told("not", "notYours");
    const there = others(row, columns, x);
    if (there.length) return told("taken", "taken", { others: there.map(nameOf).join(", ") });
    if (columns.some((col) => row.cells[col]?.note !== undefined)) return told("taken", "keptFree");
    if (columns.some((col) => person(x).never?.includes(col))) return told("odd", "never");
    const missing = lacks(row, x);
    if (missing.length) return told("odd", "lacks", { lacks: missing.join(", ") });
    return told("fits", "fits");
  }

  // Half-days still due; at least one, so that more than granted can be given on purpose.
  const due = (x) => Math.max(1, (person(x).granted || total) - stayOf(x).size);

  // The half-days that x would take when it is put down on a column: those wished, if that is what
  // it lacks and the column is one of them, else as many as it lacks in a row.
  function reach(x, col) {
    const length = Math.min(due(x), total);
    const wished = person(x).wished.filter((one) => !stayOf(x).has(one));
    if (wished.length === length && wished.includes(col)) return wished;
    const start = Math.max(0, Math.min(col, total - length));
    return Array.from({ length }, (_none, at) => start + at);
  }

  function hasRoom(row, x) {
    const isFree = (col) => {
      const cell = row.cells[col];
      return (!cell || cell.x === x) && !person(x).never.includes(col);
    };
    for (let col = 0; col < total; col += 1) if (reach(x, col).every(isFree)) return true;
    return false;
  }

  const suits = (row, x) =>
    judge(x, row, []).state === "fits" && hasRoom(row, x);

  Object.assign(Board, {
    facts, total, rows, stays, stayOf, read, link, unlink, spanOf, rowOf, columnOf, cellAt,
    say, days, person, nameOf, isMine, lacks, others, judge, due, reach, suits,
  });

  for (const el of grid.querySelectorAll(".board-row")) read(el);
})();
