// My day beyond what time does: it asks for news every minute, marks what changed, answers with one
// tap and keeps the answer where there is no network, and leaves a copy with the telephone.
"use strict";

(() => {
  const { Day } = window;
  if (!Day.root) return;
  const { root, agenda, say, clock, date, now, facts, rowOf } = Day;
  const addresses = root.dataset;
  const EVERY = 60_000;
  const offline = document.getElementById("offline");
  const asOf = document.getElementById("as-of");
  const said = document.getElementById("day-said");
  const store = `day ${addresses.day}`;

  function tell(text) {
    said.textContent = said.textContent === text ? `${text}\u00a0` : text;
  }

  // --- What this telephone remembers: when it last heard from us, and what its reader has seen ---

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(store)) ?? {};
    } catch {
      return {};
    }
  }
  function remember(values) {
    try {
      localStorage.setItem(store, JSON.stringify({ ...remembered(), ...values }));
    } catch {
      // A private window, or no room left: nothing is marked then.
    }
  }

  // --- Since the last look ---

  const box = document.getElementById("changes");
  const byId = (all) => Object.fromEntries(all.map((each) => [each.id, each]));

  function differences(was, is) {
    if (!was) return [say("new")];
    const found = [];
    if (was.state !== is.state && is.state === "off") return [say("off")];
    if (was.state === "off" && is.state !== "off") found.push(say("on"));
    else if (was.state === "option" && is.state === "confirmed") found.push(say("confirmed"));
    if (was.from !== is.from) found.push(say("moved", { when: was.when }));
    else if (was.until !== is.until) found.push(say("longer"));
    if (was.place !== is.place) found.push(was.place ? say("place", { place: was.place }) : say("noPlace"));
    if (was.subject !== is.subject) found.push(say("subject", { subject: was.subject }));
    return found;
  }

  function compare(seen, all) {
    const present = byId(all);
    const changed = all.map((each) => ({ each, what: differences(seen[each.id], each) })).filter(({ what }) => what.length);
    const gone = Object.values(seen).filter((each) => !present[each.id] && Date.parse(each.until) > now());
    return { changed, gone };
  }

  function link(each, text) {
    const row = rowOf(each.id);
    return Object.assign(document.createElement("a"), { href: row ? `#${row.id}` : `${addresses.day}?jour=${each.day}`, textContent: text });
  }

  function mark() {
    const all = facts();
    const { seen } = remembered();
    if (!seen) return remember({ seen: byId(all) });
    const { changed, gone } = compare(seen, all);
    for (const old of agenda.querySelectorAll(".changed")) old.remove();
    for (const day of agenda.querySelectorAll("[data-day]")) {
      const isChanged = changed.some(({ each }) => each.day === day.dataset.day);
      day.classList.toggle("is-changed", isChanged && !day.hasAttribute("aria-current"));
      day.title = isChanged ? say("dayChanged") : "";
    }
    for (const { each, what } of changed) {
      const row = rowOf(each.id);
      row?.prepend(Object.assign(document.createElement("p"), { className: "changed", textContent: what.join(" · ") }));
    }
    const count = changed.length + gone.length;
    box.hidden = !count;
    if (!count) return undefined;
    box.querySelector("h2").textContent = say(count === 1 ? "change" : "changes", { n: count });
    const items = [
      ...changed.map(({ each, what }) => [link(each, each.subject), document.createTextNode(` ${each.when}. ${what.join(" · ")}`)]),
      ...gone.map((each) => [document.createTextNode(say("left", each))]),
    ];
    box.querySelector("ul").replaceChildren(...items.map((parts) => {
      const item = document.createElement("li");
      item.append(...parts);
      return item;
    }));
    return undefined;
  }

  box.querySelector("button").addEventListener("click", () => {
    remember({ seen: byId(facts()) });
    mark();
    agenda.querySelector("summary, a, button")?.focus();
  });
  box.addEventListener("click", (event) => {
    const row = event.target.hash && document.querySelector(event.target.hash);
    if (row) row.querySelector("details").open = true;
    const fold = row?.closest("[data-fold]");
    if (fold) fold.open = true;
  });

  // --- News ---

  let tag = "";
  let token = root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  let isOffline = false;

  async function look() {
    let answer;
    try {
      answer = await fetch(`${addresses.news}${location.search}`, {
        cache: "no-store",
        headers: tag ? { "If-None-Match": tag } : {},
        signal: AbortSignal.timeout(15_000),
      });
      if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    } catch {
      return showOffline();
    }
    // Closed, or signed out (sent to the page where one signs in).
    if (answer.status === 404 || answer.status === 410 || answer.redirected) return showGone();
    token = answer.headers.get("X-CSRFToken") ?? token;
    Day.setClock(answer.headers.get("Date"));
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      apply(await answer.text());
    }
    showOnline();
    return undefined;
  }

  function showOnline() {
    const time = clock(new Date(now()));
    asOf.textContent = say("upToDate", { time });
    remember({ asOf: new Date(now()).toISOString() });
    if (isOffline) {
      isOffline = false;
      offline.hidden = true;
      tell(say("back"));
    }
    worker({ send: true });
  }

  function showOffline() {
    isOffline = true;
    const page = addresses.asOf;
    const heard = remembered().asOf ?? page;
    const moment = new Date(Math.max(Date.parse(page), Date.parse(heard)));
    const isToday = date(moment) === date(new Date(now()));
    const text = say(isToday ? "offline" : "offlineOn", { time: clock(moment), day: date(moment) });
    if (offline.textContent !== text) offline.textContent = text;
    offline.hidden = false;
  }

  function showGone() {
    clearInterval(timer);
    forget();
    const notice = Object.assign(document.createElement("p"), { className: "notice notice-warning", textContent: say("gone"), tabIndex: -1 });
    document.getElementById("content").replaceChildren(notice);
    notice.focus();
  }

  // Only what is new is drawn anew: what one reads stays where it is, open or folded as it was.
  function apply(html) {
    const before = byId(facts());
    const template = document.createElement("template");
    template.innerHTML = html;
    const news = template.content;
    // Midnight has passed: the head of the page is another day's.
    if (news.querySelector("[data-shown]").dataset.shown !== addresses.shown) return location.reload();
    const rows = [...agenda.querySelectorAll(".meeting")];
    const focused = agenda.contains(document.activeElement) ? path(document.activeElement) : null;
    const top = focused?.row?.getBoundingClientRect().top;
    for (const row of rows) {
      const fresh = news.getElementById(row.id);
      if (!fresh) continue;
      const source = fresh.outerHTML;
      if (sources.get(row.id) === source) fresh.replaceWith(row);
      else {
        sources.set(row.id, source);
        fresh.querySelector("details").open = row.querySelector("details").open;
      }
    }
    for (const fresh of news.querySelectorAll(".meeting")) if (!sources.has(fresh.id)) sources.set(fresh.id, fresh.outerHTML);
    for (const fold of agenda.querySelectorAll("[data-fold][open]")) {
      const fresh = news.querySelector(`[data-fold=${fold.dataset.fold}]`);
      if (fresh) fresh.open = true;
    }
    agenda.replaceChildren(news);
    Day.arrange();
    const target = focused && find(focused);
    target?.focus({ preventScroll: true });
    const moved = focused?.row && rowOf(focused.row.id.slice(8))?.getBoundingClientRect().top;
    if (moved) scrollBy(0, moved - top);
    mark();
    showKept();
    if (tag && isKnown) announce(before);
    isKnown = true;
    leaveCopy();
    return undefined;
  }
  const sources = new Map();
  let isKnown = false;

  function announce(before) {
    const { changed, gone } = compare(before, facts());
    const told = [...changed.map(({ each, what }) => say("change of", { subject: each.subject, what: what.join(", ") })), ...gone.map((each) => say("left", each))];
    if (told.length) tell(told.join(". "));
  }

  // Which control has the focus, to find it again in what is drawn anew.
  function path(el) {
    const row = el.closest(".meeting");
    return { row, name: el.name, value: el.value, tag: el.localName, href: el.getAttribute("href"), day: el.dataset.day };
  }
  function find({ row, tag: name, value, href, day }) {
    const within = row ? document.getElementById(row.id) : agenda;
    return [...(within ?? agenda).querySelectorAll(name)].find((el) => (!value || el.value === value) && (!href || el.getAttribute("href") === href) && (!day || el.dataset.day === day));
  }

  // --- One tap ---

  agenda.addEventListener("submit", async (event) => {
    const form = event.target.closest(".answer");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const answer = { participant: form.participant.value, sequence: form.sequence.value, answer: event.submitter.value };
    const id = form.closest(".meeting").id.slice(8);
    const subject = form.closest(".meeting").querySelector("h2").textContent;
    press(form, answer.answer);
    show(form, say("sending"));
    let reply;
    try {
      reply = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token },
        body: new URLSearchParams(answer),
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      showOffline();
      const isKept = await worker({ keepAnswer: { ...answer, id, subject } });
      const text = say(isKept ? "kept" : "notKept");
      show(form, text, !isKept);
      return tell(text);
    }
    if (reply.status === 403 || reply.status >= 500 || reply.redirected) {
      show(form, say("notSent"), true);
      return tell(say("notSent"));
    }
    const { detail = "" } = await reply.json().catch(() => ({}));
    await answered({ id, subject, detail, isDone: reply.ok });
    return undefined;
  });

  function press(form, value) {
    for (const button of form.querySelectorAll("button")) {
      button.toggleAttribute("aria-pressed", button.value === value);
      if (button.value === value) button.setAttribute("aria-pressed", "true");
    }
  }

  function show(form, text, isWrong = false) {
    const place = form?.querySelector(".told");
    if (!place) return;
    place.hidden = !text;
    place.textContent = text;
    place.classList.toggle("is-wrong", isWrong);
  }

  // Done or refused, in the service's words; the day is read anew either way.
  async function answered({ id, subject, detail, isDone }) {
    tell(say("answer", { subject, detail }));
    sources.delete(`meeting-${id}`);
    tag = "";
    await look();
    const row = rowOf(id);
    show(row?.querySelector(".answer"), detail, !isDone);
    if (!row?.querySelector(".answer") || row.closest("[data-fold]:not([open])")) {
      asOf.textContent = say("answer", { subject, detail });
    }
  }

  // --- What the telephone keeps ---

  const { serviceWorker } = navigator;

  function worker(message) {
    const controller = serviceWorker?.controller;
    if (!controller) return Promise.resolve(false);
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve("kept" in message ? data.value : data.isDone);
      setTimeout(resolve, 20_000, false);
      controller.postMessage(message, [port2]);
    });
  }

  function leaveCopy() {
    const drawn = [...document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], link[rel=manifest], link[rel=apple-touch-icon], script[src]")];
    const pages = new Set([addresses.day, location.pathname + location.search, ...[...agenda.querySelectorAll("a[data-day]")].map((day) => day.getAttribute("href"))]);
    return worker({ keepAll: { pages: [...pages], assets: drawn.map((each) => each.src || each.href) } });
  }

  async function showKept() {
    const answers = (await worker({ kept: true })) || [];
    for (const { id, answer } of answers) {
      const form = rowOf(id)?.querySelector(".answer");
      if (!form) continue;
      press(form, answer);
      show(form, say("kept"));
    }
  }

  const button = document.querySelector("#forget button");

  async function forget() {
    try {
      localStorage.removeItem(store);
    } catch {
      // It kept nothing.
    }
    await worker({ forget: true });
  }

  button.addEventListener("click", async () => {
    clearInterval(timer);
    removeEventListener("online", look);
    await forget();
    const done = Object.assign(document.createElement("p"), { textContent: say("forgotten"), tabIndex: -1 });
    button.replaceWith(done);
    done.focus();
  });

  async function begin() {
    if (!serviceWorker) return;
    serviceWorker.addEventListener("message", ({ data }) => data.sent && answered(data.sent));
    try {
      // Its own folder is its scope; the script is asked for anew each time the page is.
      await serviceWorker.register(addresses.worker, { updateViaCache: "none" });
    } catch {
      return;
    }
    document.getElementById("forget").hidden = false;
    if (!serviceWorker.controller) {
      const taken = new Promise((resolve) => serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
      // A page that was on its way while the worker took over its pages is still nobody's.
      serviceWorker.ready.then(({ active }) => active.postMessage({ claim: true }));
      await taken;
    }
    root.dataset.isKept = String(await leaveCopy());
    showKept();
  }

  const timer = setInterval(() => document.visibilityState === "visible" && look(), EVERY);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("online", look);
  addEventListener("offline", showOffline);
  mark();
  // A copy from the telephone is not of now: say so before anything else.
  if (!navigator.onLine || Date.now() - Date.parse(addresses.asOf) > 90_000) look();
  begin();
  Object.assign(Day, { look });
})();
