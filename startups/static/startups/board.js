// Around the board: undo and redo, the history, the dialog before a change that touches others.
"use strict";

(() => {
  const { Board } = window;
  if (!Board.grid) return;
  const { facts, say } = Board;
  document.querySelector(".board-page").classList.add("has-script");
  document.querySelector(".board-tools").hidden = false;

  // --- Undo and redo name what they take back ---

  const buttons = { undo: document.getElementById("board-undo"), redo: document.getElementById("board-redo") };
  const bare = { undo: buttons.undo?.textContent, redo: buttons.redo?.textContent };

  function showBack() {
    for (const [name, button] of Object.entries(buttons)) {
      if (!button) continue;
      const step = facts.back[name];
      button.textContent = step ? say(name, step) : bare[name];
      button.title = button.textContent;
      button.setAttribute("aria-disabled", String(!step));
    }
  }

  function back(name) {
    const step = facts.back[name];
    if (!step) return Board.tell(say(name === "undo" ? "nothingToUndo" : "nothingToRedo"));
    return Board.stepBack(step, name === "undo" ? "undone" : "redone");
  }
  for (const [name, button] of Object.entries(buttons)) button?.addEventListener("click", () => back(name));

  // --- Before what touches others ---

  const dialog = document.getElementById("board-dialog");

  function confirm(html) {
    document.getElementById("board-dialog-body").innerHTML = html;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.querySelector("button[value=yes]").focus();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  // --- The last steps ---

  const drawer = document.getElementById("board-history");
  const opener = document.getElementById("board-log");

  async function showHistory() {
    if (drawer.hidden) return;
    const focused = document.activeElement.dataset?.undo;
    const { answer } = await Board.ask("history");
    document.getElementById("board-steps").innerHTML = answer;
    if (focused) (drawer.querySelector(`[data-undo="${focused}"]`) ?? drawer.querySelector("h2")).focus();
  }

  function toggle(isOpen) {
    drawer.hidden = !isOpen;
    drawer.parentElement.classList.toggle("shows-history", isOpen);
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) showHistory().then(() => drawer.querySelector("h2").focus());
    else opener.focus();
  }
  opener.addEventListener("click", () => toggle(drawer.hidden));
  drawer.querySelector("[data-close]").addEventListener("click", () => toggle(false));
  drawer.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  drawer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-undo]");
    if (button) Board.stepBack({ id: Number(button.dataset.undo), what: button.dataset.what }, "undone");
  });

  const region = document.getElementById("region");
  region.addEventListener("change", () => region.form.requestSubmit());

  Object.assign(Board, { showBack, back, confirm, showHistory });
  showBack();
  setTimeout(Board.look, 1500);
})();
