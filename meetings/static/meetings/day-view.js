// The organisers' day as its script knows it: what was drawn, what others change meanwhile, the line
// of the present moment, the search, and the panel of a meeting.
"use strict";

window.DayView = { grid: document.getElementById("day-grid") };

(() => {
  const { DayView } = window;
  const { grid } = DayView;
  if (!grid) return;
  const facts = JSON.parse(document.getElementById("day-facts").textContent);
  const token = document.querySelector(".day-page [name=csrfmiddlewaretoken]").value;
  const LOOK = 4000;
  const state = document.getElementById("day-state");
  const live = document.getElementById("day-live");
  const { lang } = document.documentElement;

  const say = (name, values = {}) => facts.words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const clock = (moment = new Date()) => moment.toLocaleTimeString(lang, { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
  const tell = (text) => { live.textContent = live.textContent === text ? `${text}\u00a0` : text; };
  const hhmm = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const blocksOf = (id) => [...grid.querySelectorAll(`.block[data-m="${id}"]`)];
  const columns = () => [...grid.querySelectorAll(".day-column:not([hidden])")];

  function show(text, isWrong = false) {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("is-wrong", isWrong);
  }

  async function ask(name, body) {
    const address = new URL(facts.urls[name], location.href);
    for (const [key, value] of new URLSearchParams(location.search)) address.searchParams.set(key, value);
    const options = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(20_000) };
    if (body) Object.assign(options, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body) });
    else address.searchParams.set("since", facts.since);
    const response = await fetch(address, options);
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(response.status);
    return { ok: response.ok, answer: await response.json() };
  }

  // --- What others change ---

  // Only columns that differ are drawn anew; the focus stays on the meeting it was on.
  function apply(answer) {
    facts.since = answer.since;
    if (!answer.columns) return;
    if (answer.from !== facts.from || answer.until !== facts.until) {
      location.reload();
      return;
    }
    const active = document.activeElement.closest?.(".block");
    const focus = active && { column: active.closest(".day-column").dataset.c, id: active.dataset.m };
    const before = facts.meetings;
    facts.meetings = answer.meetings;
    const known = new Map([...grid.querySelectorAll(".day-column")].map((el) => [el.dataset.c, el]));
    const template = document.createElement("template");
    for (const [key, html] of Object.entries(answer.columns)) {
      const old = known.get(key);
      known.delete(key);
      if (old && drawn.get(key) === html) {
        grid.append(old);
        continue;
      }
      drawn.set(key, html);
      template.innerHTML = html;
      const fresh = template.content.firstElementChild;
      if (old) old.remove();
      grid.append(fresh);
      for (const block of fresh.querySelectorAll(".block")) {
        const was = before[block.dataset.m];
        const is = answer.meetings[block.dataset.m];
        block.classList.toggle("fresh", !was || was.when !== is.when || was.place !== is.place || was.state !== is.state);
      }
    }
    for (const [key, el] of known) {
      drawn.delete(key);
      el.remove();
    }
    DayView.now?.();
    document.getElementById("day-summary").textContent = answer.summary;
    DayView.tabs?.();
    search();
    if (focus) grid.querySelector(`[data-c="${focus.column}"] .block[data-m="${focus.id}"] a`)?.focus({ preventScroll: true });
    news(before, answer.meetings);
  }
  const drawn = new Map([...grid.querySelectorAll(".day-column")].map((el) => [el.dataset.c, el.outerHTML]));

  function news(before, after) {
    const told = [];
    for (const [id, is] of Object.entries(after)) {
      const was = before[id];
      if (!was) told.push(say("added", is));
      else if (was.when !== is.when || was.where !== is.where) told.push(say("moved", is));
      else if (was.status !== is.status) told.push(`${is.title} · ${is.status}`);
    }
    for (const [id, was] of Object.entries(before)) if (!after[id]) told.push(say("gone", was));
    if (!told.length) return;
    document.getElementById("day-news").textContent = `${clock()} · ${told.slice(-3).join(" · ")}`;
    if (!DayView.hand) tell(told.slice(-3).join(". "));
  }

  let heard = new Date();
  async function look() {
    if (document.visibilityState !== "visible" || DayView.hand || document.querySelector("dialog[open]")) return;
    try {
      const { ok, answer } = await ask("changes");
      if (!ok) throw new Error("changes");
      if (!DayView.hand) apply(answer);
      heard = new Date();
      show(say("upToDate", { time: clock(heard) }));
    } catch {
      show(say("quiet", { time: clock(heard) }), true);
    }
  }

  // --- The line of the present moment ---

  const line = document.createElement("div");
  line.className = "day-now";
  line.setAttribute("aria-hidden", "true");
  const label = Object.assign(document.createElement("li"), { className: "day-clock" });

  function now() {
    if (!facts.isToday) return;
    const time = new Date().toLocaleTimeString("en-GB", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
    const [hour, minute] = time.split(":").map(Number);
    const list = grid.querySelector(".day-hours ol");
    const share = (hour + minute / 60 - facts.from) / (facts.until - facts.from);
    line.hidden = label.hidden = share < 0 || share > 1;
    label.textContent = time;
    label.style.top = `${share * list.offsetHeight}px`;
    if (!label.isConnected) list.append(label);
    line.style.top = `${list.offsetTop + share * list.offsetHeight}px`;
    line.style.width = `${grid.scrollWidth}px`;
    if (!line.isConnected) grid.append(line);
  }

  // --- Search: columns by name, meetings by subject ---

  const field = document.getElementById("day-search");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function search() {
    const wanted = plain(field.value.trim());
    let count = 0;
    for (const column of grid.querySelectorAll(".day-column")) {
      const isNamed = plain(column.querySelector("h2").textContent).includes(wanted);
      let isFound = isNamed;
      for (const block of column.querySelectorAll(".block")) {
        const isHere = plain(block.textContent).includes(wanted);
        block.classList.toggle("found", isNamed || isHere);
        isFound ||= isHere;
      }
      column.hidden = !isFound;
      count += isFound;
    }
    grid.classList.toggle("is-found", Boolean(wanted));
    document.getElementById("day-none").hidden = count > 0;
    if (wanted) show(say(count === 1 ? "shownOne" : "shown", { n: count }));
  }
  field.addEventListener("input", search);

  // --- Of many columns, where a region's begin ---

  const jump = document.getElementById("day-jump");
  jump?.addEventListener("change", () => {
    const column = columns().find((each) => each.dataset.r === jump.value);
    if (column) grid.scrollLeft = column.offsetLeft - grid.querySelector(".day-hours").offsetWidth;
    else if (jump.value) show(say("notShown"), true);
  });

  // --- A meeting's panel ---

  const panel = document.getElementById("day-panel");

  function open(id) {
    const meeting = facts.meetings[id];
    if (!meeting) return;
    document.getElementById("day-panel-when").textContent = [meeting.when, meeting.where].filter(Boolean).join(" · ");
    document.getElementById("day-panel-title").textContent = meeting.title;
    const mark = Object.assign(document.createElement("span"), { className: `state state-${meeting.state}`, textContent: meeting.status });
    document.getElementById("day-panel-state").replaceChildren(mark);
    const items = (all) => all.map((parts) => {
      const item = document.createElement("li");
      item.append(...parts);
      return item;
    });
    document.getElementById("day-panel-minded").replaceChildren(...items(meeting.minded.map((text) => [text])));
    document.getElementById("day-panel-people").replaceChildren(...items(meeting.people.map(([name, answer]) => {
      const said = Object.assign(document.createElement("span"), { className: "desk-quiet", textContent: answer });
      return [`${name} `, said];
    })));
    const move = document.getElementById("day-panel-move");
    const form = document.getElementById("day-panel-form");
    move.hidden = form.hidden = !meeting.canMove;
    form.href = meeting.move;
    document.getElementById("day-panel-page").href = meeting.page;
    panel.returnValue = "";
    panel.showModal();
    panel.onclose = () => {
      blocksOf(id)[0]?.querySelector("a").focus({ preventScroll: true });
      if (panel.returnValue === "move") DayView.pick(id);
    };
  }
  panel.addEventListener("click", (event) => event.target === panel && panel.close(""));

  Object.assign(DayView, { facts, say, tell, ask, apply, show, hhmm, clock, blocksOf, columns, now, look, open, field, panel });
  document.querySelector(".day-page").classList.add("has-script");
  document.querySelector(".day-tools").hidden = false;
  for (const select of document.querySelectorAll(".day-filters :is(select, input)")) select.addEventListener("change", () => select.form.requestSubmit());
  now();
  setInterval(now, 20_000);
  setInterval(look, LOOK);
  if (facts.isToday) grid.scrollTop = Math.max(0, line.offsetTop - grid.clientHeight / 3);
})();
