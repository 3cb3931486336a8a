// Files leave as soon as they are chosen, with their progress; too large ones do not leave at all.
"use strict";

{
  const form = document.getElementById("step");
  const status = form.querySelector(".saved");
  const words = status.dataset;

  const upload = (name, file, progress) =>
    new Promise((resolve, reject) => {
      const body = new FormData();
      body.append("only", name);
      body.append(name, file);
      const request = new XMLHttpRequest();
      request.open("POST", form.dataset.steps.replace("STEP", form.dataset.step));
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = (100 * loaded) / total));
      request.addEventListener("load", () => (request.response?.saved ? resolve(request.response) : reject(request.response)));
      request.addEventListener("error", () => reject(null));
      request.send(body);
    });

  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  // Until the file has arrived, or was refused for a reason.
  const insist = async (name, file, progress, isCurrent) => {
    for (let failures = 1; isCurrent(); failures += 1) {
      try {
        return await upload(name, file, progress);
      } catch (answer) {
        if (answer?.refused) return { refused: answer.refused };
        status.textContent = words.failed;
        status.classList.add("unsaved");
        await wait(Math.min(30000, 1000 * 2 ** failures));
      }
    }
    return null;
  };

  for (const input of form.querySelectorAll("input[type=file]")) {
    const box = input.closest("[data-name]");
    const name = box.dataset.name;
    const progress = box.querySelector("progress");
    const show = (fields) => form.dispatchEvent(new CustomEvent("told", { detail: fields }));

    input.addEventListener("change", () => {
      const file = input.files[0];
      if (!file) return;
      const most = Number(input.dataset.max);
      if (file.size > most) {
        input.value = "";
        show({ name, error: words.tooLarge.replace("%s", most / 1_000_000) });
        return;
      }
      progress.hidden = false;
      progress.value = 0;
      status.textContent = words.sending;
      status.classList.add("unsaved");
      const sent = insist(name, file, progress, () => input.files[0] === file).then((answer) => {
        if (!answer) return;
        progress.hidden = true;
        input.value = "";
        if (answer.refused) {
          show({ name, error: answer.refused });
          return;
        }
        form.dispatchEvent(new CustomEvent("answered", { detail: answer }));
        const { error } = answer.fields[name];
        status.textContent = error || answer.saved;
        status.classList.toggle("unsaved", Boolean(error));
      });
      form.uploads.add(sent);
      sent.finally(() => form.uploads.delete(sent));
    });

    box.addEventListener("kept", ({ detail }) => {
      const kept = box.querySelector("[data-file]");
      kept.hidden = !detail.file;
      const picture = kept.querySelector("img");
      if (picture && detail.file) picture.src = `${picture.dataset.source}?${Date.now()}`;
      const link = kept.querySelector("[data-file-name]");
      if (link) link.textContent = detail.file;
    });
  }
}
