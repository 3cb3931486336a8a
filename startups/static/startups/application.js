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
  const PAUSE = 2500;
  let timer = 0;
  let saving = null;
  let isStopped = false;
  let hasChanged = false;

  const say = (text, isSaved) => {
    status.textContent = text;
    status.classList.toggle("unsaved", !isSaved);
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
      const problems = Object.entries(answer.errors).map(([label, text]) => (label ? `${label} – ${text}` : text));
      if (!response.ok) {
        // Closed, or changed elsewhere: trying again would only repeat the refusal.
        isStopped = true;
        say(problems.join(" "), false);
        return;
      }
      version.value = answer.updated_at;
      if (sentLogo && logo.files[0] === sentLogo && answer.has_logo) logo.value = "";
      say([answer.saved, ...(problems.length ? [status.dataset.except, ...problems] : [])].join(" "), !problems.length);
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
