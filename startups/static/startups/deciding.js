// Decisions are saved row by row as they are made; without this script the page's button does it.
(() => {
  const form = document.getElementById("decisions");
  const beside = document.getElementById("decided");
  if (!form) return;
  const rows = [...form.querySelectorAll("tr[data-id]")];
  const outcomeOf = (row) => row.querySelector("select");
  const waiting = new Map();
  let queue = Promise.resolve();
  let unsaved = 0;

  form.querySelector(".desk-save")?.classList.add("desk-hidden");

  function show(row) {
    const select = outcomeOf(row);
    if (!select) return;
    row.dataset.outcome = select.value;
    row.querySelector(".desk-rank").hidden = select.value !== "waitlisted";
    const reason = row.querySelector("textarea");
    reason.classList.toggle("is-missing", select.value === "rejected" && !reason.value.trim());
  }

  async function save(row) {
    const told = row.querySelector(".desk-saved");
    const body = new URLSearchParams(new FormData(form));
    for (const name of [...body.keys()]) {
      if (name !== "csrfmiddlewaretoken" && !name.startsWith(`d${row.dataset.id}-`)) body.delete(name);
    }
    body.set("row", row.dataset.id);
    told.textContent = "…";
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body });
      if (!answer.ok) throw new Error(answer.status);
      const { problem, saved, summary, counts } = await answer.json();
      told.textContent = problem || saved;
      told.classList.toggle("desk-error", Boolean(problem));
      beside.innerHTML = summary;
      for (const count of document.querySelectorAll("[data-count]")) {
        count.textContent = counts[count.dataset.count];
      }
    } catch {
      told.textContent = form.dataset.failed;
      told.classList.add("desk-error");
      form.querySelector(".desk-save").classList.remove("desk-hidden");
    } finally {
      unsaved -= 1;
    }
  }

  // One after the other: the sums beside the table are those of the last row saved.
  function saveSoon(row, delay) {
    show(row);
    if (waiting.has(row)) clearTimeout(waiting.get(row));
    else unsaved += 1;
    waiting.set(row, setTimeout(() => {
      waiting.delete(row);
      queue = queue.then(() => save(row));
    }, delay));
  }

  form.addEventListener("change", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (row) saveSoon(row, 0);
  });
  form.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-id]");
    if (row && event.target.matches("textarea, [type=number]")) saveSoon(row, 900);
  });
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("select")) return;
    const row = event.target.closest("tr[data-id]");
    const values = { Digit1: "selected", Digit2: "waitlisted", Digit3: "rejected", Digit0: "",
      Numpad1: "selected", Numpad2: "waitlisted", Numpad3: "rejected", Numpad0: "" };
    const key = event.key.toLowerCase();
    if (event.code in values && event.target.value !== values[event.code]) {
      event.target.value = values[event.code];
      saveSoon(row, 0);
    } else if (key === "j" || key === "k") {
      const next = rows[rows.indexOf(row) + (key === "j" ? 1 : -1)];
      if (next) outcomeOf(next).focus();
    } else if (!(event.code in values)) {
      return;
    }
    event.preventDefault();
  });
  addEventListener("beforeunload", (event) => { if (unsaved > 0) event.preventDefault(); });
  rows.forEach(show);
})();
