// Asks who is free whenever the form beside it changes, and takes a proposed time over into it.
// The end follows the start and the format's usual length, unless somebody typed another.
"use strict";

(() => {
  const panel = document.getElementById("choosing");
  const form = document.querySelector(".desk-form");
  if (!panel || !form) return;
  const shown = panel.querySelector(".desk-choosing-shown");
  // Nothing else of what is typed leaves the page: neither subject nor note.
  const asked = [
    "day", "starts", "ends", "format", "buffer_minutes", "travel_minutes",
    "people", "one_of", "optional_people", "offices", "optional_offices",
    "room", "stand", "place",
  ];
  let timer = 0;
  let latest = 0;

  const address = () => {
    const typed = new FormData(form);
    const query = new URLSearchParams();
    for (const name of asked) {
      for (const value of typed.getAll(name)) if (value) query.append(name, value);
    }
    for (const name of ["meeting", "request"]) {
      if (panel.dataset[name]) query.append(name, panel.dataset[name]);
    }
    return `${panel.dataset.url}?${query}`;
  };

  const ask = async () => {
    const mine = ++latest;
    try {
      const answer = await fetch(address(), { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const text = await answer.text();
      if (mine === latest) shown.innerHTML = text;
    } catch {
      if (mine === latest) shown.textContent = panel.dataset.failed;
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  };

  const [starts, ends, format] = ["starts", "ends", "format"].map((name) =>
    form.elements.namedItem(name),
  );
  const lengths = JSON.parse(panel.dataset.lengths || "{}");
  const minutesOf = (clock) => {
    const [hours, minutes] = clock.split(":").map(Number);
    return clock ? 60 * hours + minutes : NaN;
  };
  const clockOf = (minutes) =>
    [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0")).join(":");
  // A meeting that moves stays as long as it is.
  const present = minutesOf(ends.value) - minutesOf(starts.value);
  // The end that nobody typed; what comes back from the service was typed.
  let written = "typed" in panel.dataset ? "" : ends.value;

  const follow = (event) => {
    if (event.target !== starts && event.target !== format) return;
    if (ends.value && ends.value !== written) return;
    const length = lengths[format ? format.value : ""] || present;
    const end = minutesOf(starts.value) + length;
    if (!(length > 0) || !(end < 24 * 60)) return;
    ends.value = written = clockOf(end);
  };

  form.addEventListener("change", follow);
  form.addEventListener("change", soon);
  // The fields with a search in them tell jQuery alone.
  const jQuery = window.django && window.django.jQuery;
  if (jQuery) jQuery(form).on("change", soon);

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-day]");
    if (!button) return;
    for (const name of ["day", "starts", "ends"]) {
      const field = form.elements.namedItem(name);
      if (field) field.value = button.dataset[name];
    }
    written = ends.value;
    const room = form.elements.namedItem("room");
    if (room && button.dataset.room && !room.value) room.value = button.dataset.room;
    form.elements.namedItem("starts")?.focus();
    soon();
  });

  ask();
})();
