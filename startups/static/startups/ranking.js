// The page works without this. It draws the line and the balance again as one ticks, and keeps the
// choice in the address: nothing is saved by looking.
"use strict";

const rows = JSON.parse(document.getElementById("ranking-data").textContent);
const byId = new Map(rows.map((row) => [row.id, row]));
const cutForm = document.getElementById("cut-form");
const ticks = document.getElementById("ticks");
const note = document.getElementById("tied-note");
const panel = document.querySelector(".desk-balance");
const address = new URL(location.href);
const lineWords = ticks.dataset.lineWords;
const language = document.documentElement.lang || "fr";
let isPrepared = Boolean(document.querySelector("[data-mode=prepared]"));
const keys = (name) => new Set((address.searchParams.get(name) || "").split(",").filter(Boolean).map(Number));
const taken = keys("in");
const left = keys("out");

const held = rows.filter((row) => row.held);
const candidates = rows.filter((row) => row.open && row.mean !== null);

// The same rule as startups/ranking.py: those who have a place keep it, the best get the rest.
const cutAt = (places) => {
  if (isPrepared) {
    const chosen = rows.filter((row) => row.held || row.prepared).map((row) => row.id);
    return { chosen: new Set(chosen), line: null, tied: new Set() };
  }
  const best = candidates.slice(0, Math.max(0, places - held.length));
  const next = candidates[best.length];
  const last = best[best.length - 1];
  const shared = last && next && last.mean === next.mean;
  const tied = shared ? candidates.filter((row) => row.mean === last.mean).map((row) => row.id) : [];
  const chosen = [...held, ...best].map((row) => row.id);
  return { chosen: new Set(chosen), line: last ? last.id : null, tied: new Set(tied) };
};

let cut = cutAt(Number(cutForm.elements.cut.value));

const choice = () => {
  const chosen = new Set(cut.chosen);
  for (const id of left) if (byId.get(id)?.open) chosen.delete(id);
  for (const id of taken) if (byId.get(id)?.open) chosen.add(id);
  return chosen;
};

const keep = () => {
  for (const [name, set] of [["in", taken], ["out", left]]) {
    if (set.size) address.searchParams.set(name, [...set].sort((a, b) => a - b).join(","));
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
  // Whatever leads on takes the choice along.
  for (const link of document.querySelectorAll(".desk-pages a, .desk-tabs a, a[data-choice]")) {
    if (!/\/(ranking|balance)\//.test(link.pathname)) continue;
    const target = new URL(link.href);
    for (const name of ["in", "out", "cut"]) {
      const value = address.searchParams.get(name);
      if (value) target.searchParams.set(name, value);
      else target.searchParams.delete(name);
    }
    link.href = target;
  }
  for (const form of [cutForm, ticks]) {
    for (const name of ["in", "out", "cut"]) {
      if (form === cutForm && name === "cut") continue;
      let input = form.querySelector(`input[type=hidden][name=${name}]`);
      const value = address.searchParams.get(name);
      if (value && !input) {
        input = Object.assign(document.createElement("input"), { type: "hidden", name });
        form.append(input);
      }
      if (value) input.value = value;
      else input?.remove();
    }
  }
};

const drawRows = (chosen) => {
  document.querySelector("[data-line]")?.remove();
  for (const tr of ticks.querySelectorAll("tr[data-id]")) {
    const id = Number(tr.dataset.id);
    tr.classList.toggle("is-in", chosen.has(id));
    tr.classList.toggle("is-tied", cut.tied.has(id));
    tr.querySelector("button")?.setAttribute("aria-pressed", String(chosen.has(id)));
    const isLine = id === cut.line && !cutForm.elements.sort.value;
    tr.classList.toggle("is-line", isLine);
    if (isLine) {
      const line = document.createElement("tr");
      line.className = "desk-line";
      line.dataset.line = "";
      const cell = document.createElement("td");
      cell.colSpan = 7;
      cell.textContent = lineWords.replace("%(count)s", cutForm.elements.cut.value);
      line.append(cell);
      tr.after(line);
    }
  }
  note.hidden = cut.tied.size === 0;
  note.textContent = note.dataset.words.replace("%(count)s", cut.tied.size);
};

const drawBalance = (chosen) => {
  const places = Number(panel.dataset.places) || 1;
  const counts = new Map();
  let founders = 0;
  let women = 0;
  for (const row of rows) {
    if (!chosen.has(row.id)) continue;
    for (const [dimension, value] of Object.entries(row.values)) {
      const key = `${dimension}:${value}`;
      counts.set(key, (counts.get(key) || 0) + 1);
    }
    if (row.founders && row.women !== null) {
      founders += row.founders;
      women += row.women;
    }
  }
  panel.querySelector("[data-chosen]").textContent = chosen.size;
  const leftOut = [];
  for (const tr of panel.querySelectorAll("tr[data-bar]")) {
    const count = counts.get(tr.dataset.bar) || 0;
    tr.querySelector("b").textContent = count;
    tr.querySelector(".is").setAttribute("width", Math.min(100, Math.round((100 * count) / places)));
    tr.classList.toggle("is-short", tr.dataset.least !== "" && count < Number(tr.dataset.least));
    if (tr.hasAttribute("data-own") && Number(tr.dataset.applied) && !count) leftOut.push(tr.dataset.label);
  }
  const remark = panel.querySelector("[data-left-out]");
  remark.hidden = leftOut.length === 0;
  const names = new Intl.ListFormat(language, { type: "conjunction" }).format(leftOut);
  remark.textContent = remark.dataset.words.replace("%(names)s", names);
  const share = panel.querySelector("[data-women]");
  share.textContent = founders ? share.dataset.words.replace("%(share)s", Math.round((100 * women) / founders)) : "";
};

const draw = () => {
  const chosen = choice();
  drawRows(chosen);
  drawBalance(chosen);
  keep();
};

ticks.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=flip]");
  if (!button) return;
  event.preventDefault();
  const id = Number(button.value);
  const isIn = choice().has(id);
  taken.delete(id);
  left.delete(id);
  if (isIn && cut.chosen.has(id)) left.add(id);
  if (!isIn && !cut.chosen.has(id)) taken.add(id);
  draw();
});

cutForm.elements.cut.addEventListener("input", () => {
  const places = Number(cutForm.elements.cut.value);
  isPrepared = false;
  document.querySelector("[data-mode=prepared]")?.remove();
  address.searchParams.set("cut", places);
  cut = cutAt(places);
  draw();
});

for (const select of cutForm.querySelectorAll("select")) {
  select.addEventListener("change", () => cutForm.requestSubmit());
}
