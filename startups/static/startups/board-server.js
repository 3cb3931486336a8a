// Talks to the server: one request at a time, so that every step knows the last revisions; and
// looks every other second for what others have done.
"use strict";

(() => {
  const { Board } = window;
  if (!Board.grid) return;
  const { facts, say } = Board;
  const LOOK = 1500;
  const token = document.querySelector(".board-page [name=csrfmiddlewaretoken]").value;
  const state = document.getElementById("board-state");
  const news = document.getElementById("board-news");
  const live = document.getElementById("board-live");

  // --- What is told ---

  function tell(text) {
    // The same sentence twice is news too: an unchanged text would not be read out.
    live.textContent = live.textContent === text ? `${text}\u00a0` : text;
  }

  function show(text, isWrong = false) {
    state.textContent = text;
    state.classList.toggle("is-wrong", isWrong);
  }

  const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  // --- Requests, one after the other ---

  let queue = Promise.resolve();
  const inTurn = (work) => (queue = queue.then(work, work));

  async function ask(name, body) {
    const address = new URL(facts.urls[name], location.href);
    address.searchParams.set("region", facts.region || "all");
    const options = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(20000) };
    if (body) {
      options.method = "POST";
      options.headers = { ...options.headers, "Content-Type": "application/json", "X-CSRFToken": token };
      options.body = JSON.stringify({ ...body, since: facts.serial });
    } else if (name === "changes") address.searchParams.set("since", facts.serial);
    const response = await fetch(address, options);
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson && name !== "history") throw new Error(response.status);
    return { ok: response.ok, answer: isJson ? await response.json() : await response.text() };
  }

  // --- What comes back ---

  function apply(answer) {
    if (answer.reload) {
      if (!Board.hand) location.reload();
      return;
    }
    facts.serial = answer.serial;
    if (!answer.rows) return;
    Object.assign(facts.people, answer.people);
    const isOthers = answer.steps.some((step) => !step.mine);
    for (const html of Object.values(answer.rows)) Board.fromServer(html, { isFresh: isOthers });
    for (const [zone, sums] of Object.entries(answer.sums)) {
      const place = Board.grid.querySelector(`[data-sums="${zone}"]`);
      if (place) place.textContent = sums;
    }
    document.getElementById("board-summary").textContent = answer.summary;
    facts.back = answer.back;
    Board.showBack();
    Board.showWaiting(answer.waiting);
    const told = answer.steps.filter((step) => !step.mine).map((step) => say("others", step));
    if (told.length) {
      news.textContent = `${clock()} · ${told.slice(-2).join(" · ")}`;
      if (!Board.hand) tell(told.slice(-2).join(". "));
    }
    Board.showHistory();
  }

  // One step. `changed` is drawn at once and put back when it is refused. Answers whether it is done.
  function take(step, { changed, done, refused, seen = pending ? null : seenOf(step) }) {
    // At once, unless an earlier step still waits for its answer.
    let restore = null;
    const drawn = () => (restore ??= changed ? Board.draw(changed) : () => {});
    if (!pending) drawn();
    pending += 1;
    return inTurn(async () => {
      drawn();
      show(say("saving"));
      let reply;
      try {
        reply = await ask("steps", body(step, seen ?? seenOf(step)));
      } catch {
        restore();
        show(say("notSaved"), true);
        tell(say("notSaved"));
        return false;
      }
      const { ok, answer } = reply;
      if (!ok) {
        restore();
        show(say("upToDate"));
        const detail = why(answer);
        tell(say("refused", { detail }));
        refused?.({ ...answer, detail });
        return false;
      }
      if (answer.ask) {
        restore();
        show(say("upToDate"));
        return { ask: answer.ask };
      }
      apply(answer);
      show(answer.step ? say("saved", { time: clock() }) : say("unchanged"));
      tell(answer.step ? done : say("unchanged"));
      return true;
    }).finally(() => {
      pending -= 1;
    }).then(async (result) => {
      if (!result.ask) return result;
      const isSure = await Board.confirm(result.ask.html);
      if (!isSure) {
        tell(say("cancelled"));
        return false;
      }
      return take({ ...step, sure: true }, { changed, done, refused, seen });
    });
  }

  // As they are now: whoever changed one of them since must not be overwritten unseen.
  let pending = 0;
  function seenOf({ stays = new Map(), exhibitors = [], holds = {} }) {
    return {
      revisions: Object.fromEntries([...stays.keys(), ...exhibitors].map((x) => [x, Board.person(x).rev])),
      holds: Object.fromEntries(Object.keys(holds).map((cell) => [cell, keptFor(...cell.split(":").map(Number))])),
    };
  }
  function keptFor(stand, day) {
    return Board.rows.get(stand).cells[facts.halfDays.findIndex((one) => one.id === day)]?.note ?? null;
  }

  // Half-day after half-day taken by the same: in one sentence.
  function why({ code, detail, details }) {
    if (code !== "half_days_taken" || !details?.half_days?.every((each) => each.taken_by)) return detail;
    const found = new Map();
    for (const { half_day: id, stand, taken_by: by } of details.half_days) {
      const key = `${stand ?? ""}\n${by}`;
      found.set(key, [...(found.get(key) ?? []), facts.halfDays.findIndex((one) => one.id === id)]);
    }
    const told = [...found].map(([key, columns]) => {
      const [stand, others] = key.split("\n");
      return say("taken", { stand, others, days: Board.days(columns) });
    });
    return [say("unchanged"), ...told].join(" ");
  }

  // Whole stays by the server's keys.
  function body({ kind, stays = new Map(), holds = {}, exhibitors = [], columns = [], sure = false }, seen) {
    const day = (col) => facts.halfDays[col].id;
    const told = { kind, sure, holds, exhibitors, seen: seen.revisions, seen_holds: seen.holds, stays: {} };
    for (const [x, stay] of stays) {
      told.stays[x] = Object.fromEntries([...stay].map(([col, stand]) => [day(col), stand]));
    }
    if (columns.length) told.half_days = columns.map(day);
    return told;
  }

  function stepBack(step, word) {
    return inTurn(async () => {
      show(say("saving"));
      try {
        const { ok, answer } = await ask("undo", { step: step.id });
        if (ok) apply(answer);
        show(ok ? say("saved", { time: clock() }) : say("upToDate"));
        tell(ok ? say(word, step) : say("refused", { detail: answer.detail }));
        if (!ok) Board.refuse(answer.detail);
        return ok;
      } catch {
        show(say("lost"), true);
        return false;
      }
    });
  }

  // --- What others do ---

  let timer = 0;
  async function look() {
    clearTimeout(timer);
    if (document.hidden) return;
    await inTurn(async () => {
      try {
        const { ok, answer } = await ask("changes");
        // Meanwhile a step was drawn that the server does not know yet: its answer tells all.
        if (ok && !pending) apply(answer);
        if (ok && state.classList.contains("is-wrong")) show(say("upToDate"));
      } catch {
        show(say("lost"), true);
      }
    });
    clearTimeout(timer);
    timer = setTimeout(look, LOOK);
  }
  document.addEventListener("visibilitychange", () => !document.hidden && look());

  Object.assign(Board, { tell, show, ask, take, stepBack, look, inTurn });
})();
