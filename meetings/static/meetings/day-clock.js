// What time makes of the day: now, next, later, over. The page may have lain on the telephone for
// hours, so that the server's word on it is out of date.
"use strict";

window.Day = { root: document.getElementById("my-day") };

(() => {
  const { Day } = window;
  if (!Day.root) return;
  const agenda = document.getElementById("agenda");
  const words = JSON.parse(document.getElementById("day-words").textContent);
  const PARIS = { timeZone: "Europe/Paris" };
  const { lang } = document.documentElement;

  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const clock = (moment) => moment.toLocaleTimeString(lang, { ...PARIS, hour: "2-digit", minute: "2-digit" });
  const date = (moment) => moment.toLocaleDateString(lang, { ...PARIS, weekday: "short", day: "numeric" });

  // The server's clock, as far as its answers told it: a telephone's may be wrong.
  let offset = 0;
  const now = () => Date.now() + offset;
  function setClock(told) {
    const difference = Date.parse(told) - Date.now();
    offset = Math.abs(difference) > 30_000 ? difference : 0;
  }

  const facts = () => JSON.parse(document.getElementById("day-facts").textContent);
  const rowOf = (id) => document.getElementById(`meeting-${id}`);
  const partOf = (name) => agenda.querySelector(`[data-part=${name}]`);

  function wait(milliseconds) {
    const minutes = Math.max(1, Math.floor(milliseconds / 60_000));
    if (minutes >= 12 * 60) return "";
    if (minutes < 60) return say(minutes === 1 ? "minute" : "minutes", { n: minutes });
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return say(rest ? "hours" : "hour", { hours, minutes: String(rest).padStart(2, "0") });
  }

  function place(row, part) {
    const list = partOf(part);
    if (row.parentElement === list) return;
    const focused = row.contains(document.activeElement) && document.activeElement;
    const from = row.querySelector("time").dateTime;
    const before = [...list.children].find((other) => Date.parse(other.querySelector("time").dateTime) > Date.parse(from));
    list.insertBefore(row, before ?? null);
    if (part === "cards") row.querySelector("details").open = true;
    focused?.focus({ preventScroll: true });
  }

  function showOver(row, text) {
    const over = row.querySelector(".over");
    over.hidden = !text;
    if (text && over.textContent !== text) over.textContent = text;
  }

  // As meetings/agenda.py: what goes on now, then the one next, the rest, what is over.
  function arrange() {
    const moment = now();
    const all = facts();
    const coming = all.filter((each) => !each.isOff && Date.parse(each.from) > moment);
    const next = coming.reduce((first, each) => (first && Date.parse(first.from) <= Date.parse(each.from) ? first : each), null);
    for (const each of all) {
      const row = rowOf(each.id);
      if (!row) continue;
      const isOver = Date.parse(each.until) <= moment;
      const isNow = !each.isOff && !isOver && Date.parse(each.from) <= moment;
      const isNext = each === next;
      row.classList.toggle("is-now", isNow);
      row.classList.toggle("is-next", isNext);
      row.classList.toggle("is-past", isOver);
      const left = isNext && wait(Date.parse(each.from) - moment);
      showOver(row, isNow ? say("now") : isNext ? (left ? say("next", { wait: left }) : say("then")) : "");
      if (row.closest("[data-part=declined]")) continue;
      place(row, isNow || isNext ? "cards" : isOver ? "past" : "later");
      const form = isOver && row.querySelector(".answer");
      if (form) form.hidden = true;
    }
    for (const fold of agenda.querySelectorAll("[data-fold]")) {
      const count = fold.querySelector("ol").children.length;
      fold.hidden = !count;
      fold.querySelector("[data-count]").textContent = count;
    }
  }

  Object.assign(Day, { agenda, say, clock, date, now, setClock, facts, rowOf, arrange });
  arrange();
  setInterval(() => document.visibilityState === "visible" && arrange(), 15_000);
})();
