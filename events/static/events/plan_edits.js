// Part 4: what was drawn goes to the server, one edit after the other, and comes back as it is now.
"use strict";

(() => {
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const trouble = document.getElementById("plan-trouble");
  const saved = document.getElementById("plan-saved");
  const queue = [];
  let isBusy = false;

  const refuse = (sentence, retry) => {
    trouble.replaceChildren(document.createTextNode(sentence));
    trouble.hidden = !sentence;
    if (retry) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "desk-button", textContent: Plan.say("retry") });
      button.addEventListener("click", () => { refuse(""); pump(); });
      trouble.append(" ", button);
    }
  };
  Plan.refuse = refuse;

  const seen = (asked) => {
    const revisions = { stands: {}, zones: {} };
    const ids = [...Object.keys(asked.stands ?? {}), ...(asked.stand_ids ?? [])];
    for (const id of ids) revisions.stands[id] = Plan.stands.get(Number(id))?.revision ?? 0;
    for (const id of Object.keys(asked.zones ?? {})) revisions.zones[id] = Plan.zones.get(Number(id))?.revision ?? 0;
    return revisions;
  };

  const send = async (address, asked) => {
    const options = { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error" };
    if (asked) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.headers["X-CSRFToken"] = token();
      options.body = JSON.stringify(asked);
    }
    const answer = await fetch(address, options);
    return { status: answer.status, told: await answer.json() };
  };

  const anew = async () => {
    const { told } = await send(Plan.page.dataset.drawing);
    Plan.take(told);
  };

  const pending = () => new Set(queue.slice(1).flatMap((asked) => Object.keys(asked.stands ?? {}).map(Number)));

  const pump = async () => {
    if (isBusy || !queue.length) return;
    isBusy = true;
    saved.textContent = Plan.say("saving");
    const [asked] = queue;
    const { then, ...body } = asked;
    if (!["undo", "redo"].includes(asked.do)) body.seen = seen(asked);
    try {
      const { status, told } = await send(Plan.page.dataset.edits, body);
      queue.shift();
      if (status === 200) {
        refuse("");
        Plan.take(told, pending());
        Plan.announce(told.label ? Plan.say("saved", { what: told.label }) : Plan.say("same"));
        if (told.label) Plan.tell("saved", told.label);
        then?.(told);
      } else {
        queue.length = 0;
        refuse(told.detail);
        await anew();
        Plan.tell("refused", told);
      }
      saved.textContent = queue.length ? Plan.say("saving") : Plan.say("all_saved");
    } catch (error) {
      // Signed out, the server leads to another page; otherwise it is not there.
      saved.textContent = Plan.say("unsaved");
      refuse(Plan.say(navigator.onLine && error instanceof SyntaxError ? "signed_out" : "lost"), true);
      isBusy = false;
      return;
    }
    isBusy = false;
    pump();
  };

  const keysOf = (asked) => Object.keys(asked.stands ?? {}).sort().join();
  Plan.edit = (asked) => {
    const last = queue.length > 1 || (queue.length && !isBusy) ? queue.at(-1) : null;
    const isPlain = (each) => !each.do && !each.zones && !each.new_stands && !each.new_zones && !each.then;
    if (last && isPlain(last) && isPlain(asked) && keysOf(last) === keysOf(asked)) {
      for (const [id, values] of Object.entries(asked.stands)) last.stands[id] = values && { ...last.stands[id], ...values };
    } else queue.push(asked);
    pump();
  };

  // Values of stands as they are here now, sent as one edit. `names` says which.
  Plan.keep = (list, names) => {
    const wanted = {};
    for (const stand of list) {
      wanted[stand.id] = Object.fromEntries(names.map((name) => [name, typeof stand[name] === "number" && name !== "zone" ? Plan.round(stand[name]) : stand[name]]));
    }
    Plan.edit({ stands: wanted });
  };

  // Steps of an arrow key add up to one edit.
  let late = 0;
  let waiting = null;
  Plan.flush = () => {
    window.clearTimeout(late);
    if (!waiting) return;
    const { ids, names } = waiting;
    waiting = null;
    Plan.keep([...ids].map((id) => Plan.stands.get(id)).filter(Boolean), names);
  };
  Plan.keepLater = (list, names) => {
    const ids = new Set(list.map((stand) => stand.id));
    const isSame = waiting && [...ids].join() === [...waiting.ids].join() && names.join() === waiting.names.join();
    if (waiting && !isSame) Plan.flush();
    waiting = { ids, names };
    saved.textContent = Plan.say("unsaved");
    window.clearTimeout(late);
    late = window.setTimeout(Plan.flush, 500);
  };

  Plan.undoEdit = () => { Plan.flush(); Plan.edit({ do: "undo" }); };
  Plan.redoEdit = () => { Plan.flush(); Plan.edit({ do: "redo" }); };
  Plan.remove = () => {
    Plan.flush();
    const gone = Plan.ours();
    if (gone.length) Plan.edit({ stands: Object.fromEntries(gone.map((stand) => [stand.id, null])) });
  };
  window.addEventListener("beforeunload", (event) => {
    Plan.flush();
    if (queue.length) event.preventDefault();
  });
})();
