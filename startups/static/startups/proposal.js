// The page works without this: "Refresh" shows how far the search is, and the server says which
// exhibitors belong together.
"use strict";

const live = document.querySelector("[data-progress]");

const show = (told) => {
  live.querySelector("[data-status]").textContent = told.status_label;
  live.querySelector("[data-seconds]").textContent = told.seconds;
  live.querySelector("progress").value = told.seconds;
  const done = live.querySelector("[data-parts-done]");
  if (told.of) done.textContent = done.dataset.words.replace("%(done)s", told.done).replace("%(of)s", told.of);
  for (const level of told.levels) {
    const row = live.querySelector(`[data-level="${level.name}"]`);
    if (!row) continue;
    row.querySelector("[data-objective]").textContent = level.objective;
    row.querySelector("[data-proof]").textContent = level.proof;
    row.querySelector(".is").setAttribute("width", level.share);
  }
};

const look = async () => {
  try {
    const answer = await fetch(live.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const told = await answer.json();
      if (told.is_over) return window.location.reload();
      show(told);
    }
  } catch {
    // The next look may find the server again.
  }
  window.setTimeout(look, 1000);
};
if (live) window.setTimeout(look, 1000);

// Whoever is ticked takes along those who must make room; whoever is left behind leaves the others.
const parts = document.querySelector("[data-parts]");
if (parts) {
  const boxes = new Map([...parts.querySelectorAll("[name=exhibitor]")].map((box) => [box.value, box]));
  const needs = new Map([...boxes].map(([key, box]) => [key, box.dataset.with.split(" ").filter(Boolean)]));
  const count = parts.querySelector("[data-count]");

  const spread = (key, isTicked, seen = new Set()) => {
    if (seen.has(key)) return;
    seen.add(key);
    const box = boxes.get(key);
    if (box) box.checked = isTicked;
    const others = isTicked ? needs.get(key) || [] : [...needs].filter(([, with_]) => with_.includes(key)).map(([other]) => other);
    for (const other of others) spread(other, isTicked, seen);
  };
  const tell = () => {
    const ticked = [...boxes.values()].filter((box) => box.checked).length;
    if (count) count.textContent = ticked ? count.dataset.words.replace("%(count)s", ticked) : "";
  };

  parts.addEventListener("change", (event) => {
    if (event.target.name !== "exhibitor") return;
    spread(event.target.value, event.target.checked);
    tell();
  });
  tell();
}
