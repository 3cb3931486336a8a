// A meeting in one's hand, by pointer or by keys: in time, and where columns are places to another
// place. Dropped, the service says what it would do; only then is it done.
"use strict";

(() => {
  const { DayView } = window;
  const { grid } = DayView;
  if (!grid) return;
  const { facts, say, tell, hhmm, blocksOf, columns } = DayView;
  const STEP = 5;
  const START = 5;
  const EDGE = 48;
  const isByPlace = facts.view === "rooms";

  const listOf = (column) => column.querySelector("ol");
  const height = () => grid.querySelector(".day-hours ol").offsetHeight;
  const minuteHeight = () => height() / ((facts.until - facts.from) * 60);
  const canHold = (key) => key.startsWith("room:") || key.startsWith("stand:");

  // --- In the hand ---

  function pick(id, from = null) {
    const meeting = facts.meetings[id];
    if (!meeting?.canMove) return tell(say("fixed", meeting));
    const key = from?.closest(".day-column").dataset.c ?? blocksOf(id)[0]?.closest(".day-column").dataset.c;
    DayView.hand = { id, meeting, start: meeting.start, key, origin: key };
    for (const block of blocksOf(id)) block.classList.add("lifted");
    grid.classList.add("is-moving");
    aim(meeting.start, key);
    tell(say("picked", meeting));
    return undefined;
  }

  // Who else has that time, of those whose columns are on the page.
  function rival({ id, meeting }, start, list) {
    const from = start - meeting.margin;
    const until = start + meeting.length + meeting.margin;
    return [...list].find((column) => [...column.querySelectorAll(".block:not(.state-cancelled)")].some((block) => {
      const other = facts.meetings[block.dataset.m];
      return block.dataset.m !== String(id) && other.start - other.margin < until && other.start + other.length + other.margin > from && Object.assign(found, { title: other.title });
    }));
  }
  const found = {};

  function aim(start, key) {
    const { hand } = DayView;
    const latest = facts.until * 60 - hand.meeting.length;
    hand.start = Math.max(facts.from * 60, Math.min(latest, Math.round(start / STEP) * STEP));
    if (isByPlace && canHold(key)) hand.key = key;
    unland();
    const places = isByPlace
      ? columns().filter((column) => column.dataset.c === hand.key)
      : [...new Set(blocksOf(hand.id).map((block) => block.closest(".day-column")))];
    const taken = rival(hand, hand.start, places);
    const values = { from: hhmm(hand.start), to: hhmm(hand.start + hand.meeting.length), place: placeName(hand.key), title: found.title, who: taken?.getAttribute("aria-label") };
    for (const column of places) {
      const landing = document.createElement("li");
      landing.className = `landing${column === taken ? " is-taken" : ""}`;
      landing.setAttribute("aria-hidden", "true");
      landing.style.top = `${(hand.start - facts.from * 60) * minuteHeight()}px`;
      landing.style.height = `${hand.meeting.length * minuteHeight()}px`;
      landing.append(Object.assign(document.createElement("span"), { textContent: `${values.from}–${values.to}` }));
      listOf(column).append(landing);
    }
    hand.told = taken ? say("taken", values) : say(isByPlace ? "atPlace" : "at", values);
    return hand.told;
  }

  const placeName = (key) => grid.querySelector(`[data-c="${key}"]`)?.getAttribute("aria-label") ?? "";
  const unland = () => grid.querySelectorAll(".landing").forEach((el) => el.remove());

  function letGo() {
    const { hand } = DayView;
    DayView.hand = null;
    unland();
    grid.classList.remove("is-moving");
    for (const block of grid.querySelectorAll(".lifted")) block.classList.remove("lifted");
    return hand;
  }

  function cancel() {
    const hand = letGo();
    tell(say("cancelled"));
    focusOn(hand?.id);
  }

  const focusOn = (id, key) => (grid.querySelector(`[data-c="${key}"] .block[data-m="${id}"] a`) ?? blocksOf(id)[0]?.querySelector("a"))?.focus({ preventScroll: true });

  // --- Dropped: what it would do, then done ---

  const dialog = document.getElementById("day-preview");
  const body = document.getElementById("day-preview-body");
  const outside = document.getElementById("day-outside");
  const outsideReason = document.getElementById("day-outside-reason");
  const reason = document.getElementById("day-reason");
  const yes = document.getElementById("day-yes");
  const again = document.getElementById("day-again");

  async function drop() {
    const hand = letGo();
    if (!hand) return;
    const isSamePlace = !isByPlace || hand.key === hand.meeting.place;
    if (hand.start === hand.meeting.start && isSamePlace) {
      tell(say("unchanged"));
      focusOn(hand.id);
      return;
    }
    const move = { meeting: Number(hand.id), start: hand.start, sequence: hand.meeting.sequence, place: isSamePlace ? "" : hand.key };
    outsideReason.value = reason.value = "";
    outside.hidden = true;
    await propose(move, hand);
  }

  async function propose(move, hand) {
    let reply;
    try {
      reply = await DayView.ask("preview", { ...move, outside_hours_reason: outsideReason.value.trim() });
      if (!reply.ok) throw new Error("preview");
    } catch {
      DayView.show(say("lost"), true);
      tell(say("lost"));
      focusOn(hand.id);
      return;
    }
    const { html, can, needs_reason: needsReason } = reply.answer;
    body.innerHTML = html;
    yes.hidden = reason.parentElement.hidden = !can;
    again.hidden = !needsReason;
    outside.hidden = !needsReason && !outsideReason.value;
    dialog.returnValue = "";
    dialog.showModal();
    (needsReason ? outsideReason : can ? yes : dialog.querySelector("[value=no]")).focus();
    const answer = await new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
    if (answer === "again") await propose(move, hand);
    else if (answer === "yes") await take({ ...move, outside_hours_reason: outsideReason.value.trim(), reason: reason.value.trim() }, hand);
    else {
      tell(say("cancelled"));
      focusOn(hand.id, hand.origin);
      DayView.look();
    }
  }

  async function take(move, hand) {
    try {
      const { ok, answer } = await DayView.ask("move", move);
      DayView.show(answer.detail, !ok);
      tell(answer.detail);
    } catch {
      DayView.show(say("lost"), true);
      tell(say("lost"));
    }
    await DayView.look();
    focusOn(hand.id, hand.key);
  }

  // Enter in a field of the dialog would press its first button.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.localName !== "input") return;
    event.preventDefault();
    dialog.close(again.hidden ? "yes" : "again");
  });

  // --- By pointer ---

  let drag = null;
  let endedAt = -Infinity;

  grid.addEventListener("pointerdown", (event) => {
    const block = event.target.closest(".block.mine");
    if (event.button || !block || DayView.hand || event.pointerType === "touch") return;
    const box = block.getBoundingClientRect();
    drag = { block, id: block.dataset.m, x: event.clientX, y: event.clientY, grab: (event.clientY - box.top) / minuteHeight(), pointer: event.pointerId, isOn: false };
    event.preventDefault();
    block.querySelector("a").focus({ preventScroll: true });
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.isOn) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START) return;
      drag.isOn = true;
      pick(drag.id, drag.block);
      if (!DayView.hand) {
        drag = null;
        return;
      }
    }
    drag.event = event;
    drag.frame ??= requestAnimationFrame(step);
  });

  function step() {
    if (!drag || !DayView.hand) return;
    drag.frame = null;
    const { event } = drag;
    const box = grid.getBoundingClientRect();
    const dx = Math.max(0, event.clientX - box.right + EDGE) - Math.max(0, box.left + EDGE * 2 - event.clientX);
    const dy = Math.max(0, event.clientY - box.bottom + EDGE) - Math.max(0, box.top + EDGE * 2 - event.clientY);
    if (dx || dy) {
      grid.scrollBy(isByPlace ? dx / 3 : 0, dy / 4);
      drag.frame = requestAnimationFrame(step);
    }
    const top = listOf(grid.querySelector(".day-hours")).getBoundingClientRect().top;
    // Elsewhere than among places it stays in the columns it is in.
    const under = isByPlace && columns().find((column) => {
      const { left, right } = column.getBoundingClientRect();
      return event.clientX >= left && event.clientX < right;
    });
    aim(facts.from * 60 + (event.clientY - top) / minuteHeight() - drag.grab, (under || null)?.dataset.c ?? DayView.hand.key);
  }

  function end(isDropped) {
    if (!drag) return;
    const { isOn, frame } = drag;
    cancelAnimationFrame(frame);
    if (isOn && isDropped && drag.event) step();
    drag = null;
    if (!isOn) return;
    endedAt = performance.now();
    if (isDropped) drop();
    else cancel();
  }
  document.addEventListener("pointerup", (event) => drag?.pointer === event.pointerId && end(true));
  document.addEventListener("pointercancel", () => end(false));
  grid.addEventListener("dragstart", (event) => event.preventDefault());

  grid.addEventListener("click", (event) => {
    const block = event.target.closest(".block");
    if (!block || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // The click that ends a drag is none.
    if (performance.now() - endedAt < 80) return;
    DayView.open(block.dataset.m);
  });

  // --- By keys: one tab stop, arrows from meeting to meeting ---

  const links = () => [...grid.querySelectorAll(".day-column:not([hidden]) .block > a")];

  function tabs() {
    const all = links();
    const current = all.find((link) => link === document.activeElement) ?? all[0];
    for (const link of all) link.tabIndex = link === current ? 0 : -1;
  }

  function focus(link) {
    if (!link) return;
    for (const other of grid.querySelectorAll(".block > a[tabindex='0']")) other.tabIndex = -1;
    link.tabIndex = 0;
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const inTime = (column) => [...column.querySelectorAll(".block")].sort((a, b) => facts.meetings[a.dataset.m].start - facts.meetings[b.dataset.m].start);

  function walk(link, [across, down]) {
    const block = link.closest(".block");
    const column = block.closest(".day-column");
    if (down) return focus(inTime(column)[inTime(column).indexOf(block) + down]?.querySelector("a"));
    const { start } = facts.meetings[block.dataset.m];
    const all = columns();
    for (let at = all.indexOf(column) + across; all[at]; at += across) {
      const near = inTime(all[at]).sort((a, b) => Math.abs(facts.meetings[a.dataset.m].start - start) - Math.abs(facts.meetings[b.dataset.m].start - start))[0];
      if (near) return focus(near.querySelector("a"));
    }
    return undefined;
  }

  function carry(event) {
    const { hand } = DayView;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter") drop();
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") tell(aim(hand.start + (event.key === "ArrowUp" ? -1 : 1) * (event.shiftKey ? 30 : STEP), hand.key));
    else if (isByPlace && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const places = columns().filter((column) => canHold(column.dataset.c));
      const at = places.findIndex((column) => column.dataset.c === hand.key) + (event.key === "ArrowLeft" ? -1 : 1);
      if (places[at]) {
        tell(aim(hand.start, places[at].dataset.c));
        places[at].scrollIntoView({ block: "nearest", inline: "nearest" });
      }
    } else return false;
    grid.querySelector(".landing")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  grid.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const link = event.target.closest(".block > a");
    let isOurs = true;
    if (DayView.hand) isOurs = carry(event);
    else if (!link) {
      isOurs = event.target === grid && event.key === "Enter";
      if (isOurs) focus(links()[0]);
    } else if (event.key in ARROWS) walk(link, ARROWS[event.key]);
    else if (event.key === "Enter" || event.key === " ") DayView.open(link.parentElement.dataset.m);
    else if (event.key.toLowerCase() === "m") pick(link.parentElement.dataset.m, link);
    else if (event.key === "Home") focus(links()[0]);
    else if (event.key === "End") focus(links().at(-1));
    else isOurs = false;
    if (isOurs) event.preventDefault();
  });

  const shortcuts = document.getElementById("day-shortcuts");
  document.getElementById("day-help").addEventListener("click", () => shortcuts.showModal());
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (isTyping || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") shortcuts.showModal();
    else if (event.key === "/") {
      event.preventDefault();
      DayView.field.focus();
    } else if (event.key === "Escape") {
      if (drag) end(false);
      else if (DayView.hand) cancel();
    }
  });

  // All columns of a meeting are one meeting: the others show it, too.
  grid.addEventListener("focusin", (event) => {
    const id = event.target.closest(".block")?.dataset.m;
    for (const block of grid.querySelectorAll(".block")) block.classList.toggle("is-same", Boolean(id) && block.dataset.m === id);
  });
  grid.addEventListener("focusout", () => grid.querySelectorAll(".is-same").forEach((block) => block.classList.remove("is-same")));

  Object.assign(DayView, { pick, aim, drop, letGo, tabs });
  tabs();
})();
