// The last part: the tools come out, and the drawing is there.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  for (const each of document.querySelectorAll(".plan-script")) each.hidden = false;
  Plan.svg.setAttribute("tabindex", "0");
  Plan.svg.setAttribute("role", "application");

  byId("plan-in").addEventListener("click", () => Plan.zoomAt(1.25));
  byId("plan-out").addEventListener("click", () => Plan.zoomAt(0.8));
  byId("plan-fit").addEventListener("click", () => Plan.fitLevel());

  const asked = new URLSearchParams(location.search);
  const stand = Number(asked.get("stand"));
  Plan.zone = Number(Plan.page.dataset.zone) || null;
  if (stand) Plan.chosen.add(stand);
  Plan.take(Plan.first);
  const [chosen] = Plan.picked();
  const shown = Plan.zones.get(Plan.zone);
  Plan.fitLevel();
  if (chosen) {
    Plan.fit(Plan.around([chosen]), 8);
  } else if (asked.get("zone") && shown?.outline.length) {
    const xs = shown.outline.map((corner) => corner[0]);
    const ys = shown.outline.map((corner) => corner[1]);
    Plan.fit({ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) });
  }
  Plan.page.dataset.ready = "yes";
})();
