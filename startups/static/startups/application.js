// Keeps what is typed, as it is typed. The form works without this: its buttons post the whole step.
// The server is sent the fields that were touched, each with what this page had seen of it. What is
// not sent yet lies in this browser's storage, under the application's public id: a server that
// restarts, a lost connection or a killed browser costs nothing.
"use strict";

const form = document.getElementById("step");
const status = form.querySelector(".saved");
const words = status.dataset;
const here = form.dataset.step;
const STORE = `pavilion.application.${form.dataset.application}.`;
const PAUSE = 400; // after the last key
const LONGEST = 2000; // after the first one, while somebody goes on typing
const seen = JSON.parse(form.elements.seen.value);
const pending = new Map(); // field name -> { step, values, raw, seen }
const touched = new Set(); // names, since the page was opened
const later = new Map(); // field name -> error, told once the field is left
form.uploads = new Set(); // promises, see application-files.js

// --- fields -------------------------------------------------------------------------------------

const boxOf = (name) => form.querySelector(`[data-name="${CSS.escape(name)}"]`);
const isTicked = ({ type }) => type === "checkbox" || type === "radio";
const controlsOf = (box) =>
  [...box.querySelectorAll("input, select, textarea")].filter((one) => one.name && one.type !== "file");
const valuesOf = (box) =>
  controlsOf(box).filter((one) => !isTicked(one) || one.checked).map((one) => [one.name, one.value]);

// As the server knows it: a text, the texts of several choices, or blocks.
const rawOf = (box) => {
  const values = valuesOf(box).map(([, value]) => value);
  const blocks = [...box.querySelectorAll("[data-block]")];
  if (blocks.length) {
    // Named <field>-<number>-<part>, and a part's own key may have hyphens too.
    const partOf = (name) => name.slice(box.dataset.name.length + 1).replace(/^\d+-/, "");
    return blocks.map((block) => Object.fromEntries(valuesOf(block).map(([name, value]) => [partOf(name), value])));
  }
  return box.querySelector("fieldset input[type=checkbox]") ? values : values[0] ?? "";
};

const fill = (box, values) => {
  const known = new Set(values.map(String));
  for (const control of controlsOf(box)) {
    if (isTicked(control)) control.checked = known.has(String([control.name, control.value]));
    else control.value = values.find(([name]) => name === control.name)?.[1] ?? "";
  }
};

// The same words in the same place as the page itself would put them.
const mark = (name, error) => {
  const box = boxOf(name);
  const field = box?.querySelector(".field");
  if (!field) return;
  let told = field.querySelector(":scope > .error[id]");
  const controls = controlsOf(box);
  // What "Continue" found missing stays marked until something stands there.
  if (!error && told && !("live" in told.dataset) && !valuesOf(box).some(([, value]) => value)) return;
  if (error && !told) {
    told = document.createElement("div");
    told.className = "error";
    told.id = `id_${name}_error`;
    field.append(told);
  }
  if (error) {
    told.textContent = error;
    told.dataset.live = "";
  } else told?.remove();
  field.classList.toggle("has-error", Boolean(error));
  for (const control of controls) {
    const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    ids[error ? "add" : "delete"](`id_${name}_error`);
    control.toggleAttribute("aria-describedby", ids.size > 0);
    if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" "));
    if (error && controls.length === 1) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
};

// --- this browser's storage ---------------------------------------------------------------------

const store = (name, entry) => {
  try {
    localStorage.setItem(`${STORE}${name}`, JSON.stringify(entry));
  } catch {
    // No storage, or full: the page goes on sending.
  }
};

const unstore = (name, entry) => {
  try {
    // Another window may have kept something newer there.
    if (localStorage.getItem(`${STORE}${name}`) === JSON.stringify(entry)) localStorage.removeItem(`${STORE}${name}`);
  } catch {
    // As above.
  }
};

const stored = () => {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(STORE))
      .map((key) => [key.slice(STORE.length), JSON.parse(localStorage.getItem(key))]);
  } catch {
    return [];
  }
};

// --- sending ------------------------------------------------------------------------------------

let timer = 0;
let firstTouch = 0;
let failures = 0;
let sending = null;
let isStopped = false;
let isLeaving = false;

// Seen by everybody, spoken only when something is wrong: saving is the rule, not news.
const speech = document.createElement("p");
speech.className = "visually-hidden";
speech.setAttribute("role", "status");
status.after(speech);
status.removeAttribute("role");
const say = (text, { isSaved = false, isSpoken = false } = {}) => {
  status.textContent = text;
  status.classList.toggle("unsaved", !isSaved);
  if (isSpoken) speech.textContent = text;
};

const touch = (name) => {
  const box = boxOf(name);
  touched.add(name);
  const entry = { step: here, values: valuesOf(box), raw: rawOf(box), seen: seen[name] ?? [] };
  pending.set(name, entry);
  store(name, entry);
  if (isStopped) return;
  say(words.unsaved);
  const now = Date.now();
  firstTouch ||= now;
  clearTimeout(timer);
  if (!failures) timer = setTimeout(send, Math.max(0, Math.min(PAUSE, firstTouch + LONGEST - now)));
};

const bodyOf = (entries) => {
  const body = new FormData();
  for (const [name, { values }] of entries) {
    body.append("only", name);
    for (const [control, value] of values) body.append(control, value);
  }
  body.append("seen", JSON.stringify(Object.fromEntries(entries.map(([name, entry]) => [name, entry.seen]))));
  return body;
};

const addressOf = (step) => form.dataset.steps.replace("STEP", step);
const post = (step, entries, options = {}) =>
  fetch(addressOf(step), { method: "POST", body: bodyOf(entries), headers: { Accept: "application/json" }, ...options });

// The answer may get lost while the text arrives: what was sent may be what is saved.
const remember = (entries) => {
  for (const [name, entry] of entries) {
    if (entry.step !== here) continue;
    // The last one is what the server is known to have.
    seen[name] = [entry.raw, ...(seen[name] ?? [])].slice(-20);
  }
};

const take = (answer) => {
  for (const [name, { shown, error, aside, file }] of Object.entries(answer.fields)) {
    seen[name] = [shown];
    const box = boxOf(name);
    if (!box) continue;
    const waiting = pending.get(name);
    if (waiting) {
      waiting.seen = seen[name];
      store(name, waiting);
    }
    const isHere = box.contains(document.activeElement);
    if (!error || !isHere) mark(name, error);
    if (error && isHere) later.set(name, error);
    else later.delete(name);
    box.querySelector("[data-aside]")?.remove();
    if (aside) box.insertAdjacentHTML("beforeend", aside);
    box.dispatchEvent(new CustomEvent("kept", { detail: { file } }));
  }
  form.elements.seen.value = JSON.stringify(seen);
  const outline = form.querySelector("[data-outline]");
  // Not under somebody's finger: the button that was pressed must stay.
  if (!isLeaving && !outline.contains(document.activeElement)) outline.outerHTML = answer.outline;
};
form.addEventListener("answered", ({ detail }) => take(detail));
form.addEventListener("told", ({ detail: { name, error } }) => mark(name, error));

const send = () => {
  clearTimeout(timer);
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending;
};

const sendAll = async () => {
  while (pending.size && !isStopped) {
    firstTouch = 0;
    const step = pending.values().next().value.step;
    const entries = [...pending].filter(([, entry]) => entry.step === step);
    let response, answer;
    try {
      say(words.saving);
      const request = post(step, entries);
      remember(entries);
      response = await request;
      if (response.status === 404) {
        isStopped = true;
        say(words.moved, { isSpoken: true });
        return;
      }
      answer = await response.json();
      if (response.status !== 409 && !response.ok) throw new Error(response.statusText);
    } catch {
      failures += 1;
      say(words.failed, { isSpoken: failures === 1 });
      timer = setTimeout(send, Math.min(30000, 1000 * 2 ** failures));
      return;
    }
    failures = 0;
    if (!response.ok) {
      // Closed meanwhile: trying again would only repeat the refusal.
      isStopped = true;
      say(answer.refused, { isSpoken: true });
      return;
    }
    for (const [name, entry] of entries) {
      unstore(name, entry);
      if (pending.get(name) === entry) pending.delete(name);
    }
    if (step === here) take(answer);
    if (!pending.size) say(answer.saved, { isSaved: true });
  }
};

// --- when ---------------------------------------------------------------------------------------

const nameAt = (target) => target.closest?.("[data-name]")?.dataset.name;

form.addEventListener("input", ({ target }) => {
  const name = nameAt(target);
  if (name && target.type !== "file") touch(name);
});
form.addEventListener("focusout", ({ target }) => {
  const name = nameAt(target);
  if (name && later.has(name)) {
    mark(name, later.get(name));
    later.delete(name);
  }
  if (pending.size && !failures) send();
});
addEventListener("online", () => send());

// Whoever closes the page or takes another app in front leaves nothing unsaved behind.
const leave = () => {
  if (!pending.size || isStopped) return;
  const entries = [...pending].filter(([, entry]) => entry.step === here);
  post(here, entries, { keepalive: true }).catch(() => {});
  remember(entries);
};
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) leave();
});
// A page the browser kept as it was is asked for again: it may have changed since.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// What is being saved is waited for. Without a connection the page stays, with everything on it.
let isReady = false;
form.addEventListener("submit", async (event) => {
  if (isReady || isStopped) return;
  event.preventDefault();
  const { submitter } = event;
  isLeaving = true;
  await Promise.all([...form.uploads]);
  await send();
  isLeaving = false;
  if (pending.size && !isStopped) return;
  isReady = true;
  // Not while the event is being dispatched: the browser ignores a submission within another.
  setTimeout(() => form.requestSubmit(submitter));
});

// --- from the beginning -------------------------------------------------------------------------

for (const button of form.querySelectorAll("[data-plain]")) button.hidden = true;
const [navigation] = performance.getEntriesByType("navigation");
if (["back_forward", "reload"].includes(navigation?.type)) {
  // Browsers put former text back into pages they load anew, after this ran; the saved one is newer.
  addEventListener("pageshow", () => {
    for (const control of form.elements) {
      if (!control.name || control.type === "hidden" || touched.has(nameAt(control))) continue;
      if (isTicked(control)) control.checked = control.defaultChecked;
      else if (control.options) for (const option of control.options) option.selected = option.defaultSelected;
      else if ("defaultValue" in control && control.type !== "file") control.value = control.defaultValue;
    }
    form.dispatchEvent(new Event("input"));
  });
} else {
  for (const box of form.querySelectorAll("[data-name]")) {
    const isTyped = controlsOf(box).some((one) =>
      isTicked(one) ? one.checked !== one.defaultChecked : "defaultValue" in one && one.value !== one.defaultValue,
    );
    if (isTyped) touch(box.dataset.name);
  }
}
const kept = stored().filter(([name]) => !pending.has(name));
for (const [name, entry] of kept) {
  const box = entry.step === here && boxOf(name);
  if (box) {
    box.dispatchEvent(new CustomEvent("restore", { detail: entry.raw }));
    fill(box, entry.values);
    touched.add(name);
  }
  pending.set(name, entry);
}
form.dispatchEvent(new Event("input")); // questions follow the answers put back
if (kept.length) send().then(() => pending.size || say(words.restored, { isSaved: true, isSpoken: true }));
// A link to one field, in a list of what is missing, leads into it.
if (location.hash.startsWith("#id_")) {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea"))?.focus();
}
