// The page works without this. It counts the pitches' characters and saves the draft while one writes.
"use strict";

for (const area of document.querySelectorAll("textarea[data-limit]")) {
  const limit = Number(area.dataset.limit);
  const counter = document.createElement("p");
  counter.className = "help figures";
  area.after(counter);
  const count = () => {
    const length = area.value.length;
    counter.textContent = `${length} / ${limit}`;
    counter.classList.toggle("error", length > limit);
    counter.classList.toggle("help", length <= limit);
  };
  area.addEventListener("input", count);
  count();
}

const form = document.querySelector("form[data-autosave]");
if (form) {
  const status = form.querySelector(".saved");
  const version = form.elements.updated_at;
  const logo = form.elements.logo;
  const PAUSE = 1000;
  let timer = 0;
  let saving = null;
  let isStopped = false;
  let hasChanged = false;

  const say = (text, isSaved) => {
    status.textContent = text;
    status.classList.toggle("unsaved", !isSaved);
  };

  const controls = (name) => {
    const found = form.elements[name];
    return found instanceof RadioNodeList ? [...found] : found ? [found] : [];
  };
  const isEmpty = (control) => (control.type === "checkbox" ? !control.checked : !control.value);

  // The same words in the same place as the page itself would put them.
  const mark = (errors) => {
    const names = new Set([...form.elements].map((control) => control.name).filter(Boolean));
    for (const name of names) {
      const all = controls(name);
      const field = all[0].closest(".field");
      if (!field || all[0].type === "hidden") continue;
      let words = field.querySelector(".error[id]");
      if (errors[name]) {
        if (!words) {
          words = document.createElement("div");
          words.className = "error";
          words.id = `id_${name}_error`;
          field.append(words);
        }
        words.textContent = errors[name].text;
        words.dataset.live = "";
      } else if (words && ("live" in words.dataset || !all.every(isEmpty))) {
        // What a submission found missing stays marked until something stands there.
        words.remove();
        words = null;
      }
      field.classList.toggle("has-error", Boolean(words));
      if (!words) for (const control of all) control.removeAttribute("aria-invalid");
      else if (all.length === 1) all[0].setAttribute("aria-invalid", "true");
    }
  };

  const save = async () => {
    clearTimeout(timer);
    if (saving || isStopped || !hasChanged) return;
    hasChanged = false;
    const sentLogo = logo.files[0];
    try {
      saving = fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const response = await saving;
      const answer = await response.json();
      const problems = Object.values(answer.errors);
      if (!response.ok) {
        // Closed, or changed elsewhere: trying again would only repeat the refusal.
        isStopped = true;
        say(problems.map(({ text }) => text).join(" "), false);
        return;
      }
      version.value = answer.updated_at;
      if (sentLogo && logo.files[0] === sentLogo && answer.has_logo) logo.value = "";
      mark(answer.errors);
      const labels = problems.map(({ label }) => label).join(", ");
      say(labels ? `${answer.saved}. ${status.dataset.except} ${labels}` : answer.saved, !labels);
    } catch {
      hasChanged = true;
      say(status.dataset.failed, false);
      timer = setTimeout(save, 10000);
    } finally {
      saving = null;
      if (hasChanged && !isStopped) later();
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  form.addEventListener("input", () => {
    hasChanged = true;
    if (isStopped) return;
    say(status.dataset.unsaved, false);
    later();
  });
  form.addEventListener("change", later);

  // Whoever closes the page or takes another app in front leaves nothing unsaved behind.
  addEventListener("pagehide", () => {
    if (!hasChanged || isStopped) return;
    const typed = new FormData(form);
    typed.delete("logo"); // a request that outlives its page carries 64 kB at most
    fetch(form.action, { method: "POST", body: typed, headers: { Accept: "application/json" }, keepalive: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });

  // A save under way changes the version this page must send: wait for its answer.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    try {
      await saving;
    } catch {
      // The submission itself will say what is wrong.
    }
    setTimeout(() => form.requestSubmit(event.submitter), 100);
  });
}
