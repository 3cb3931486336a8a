// Who is still to be placed, beside the board: searched, filtered, chosen; kept up to date.
"use strict";

(() => {
  const { Board } = window;
  if (!Board.grid) return;
  const list = document.getElementById("waiting");
  const filter = document.querySelector(".board-filter");
  const search = document.getElementById("waiting-search");
  const theme = document.getElementById("waiting-theme");
  const none = document.getElementById("waiting-none");
  filter.hidden = false;

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function sift() {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of list.children) {
      const text = fold(entry.dataset.search);
      const isShown = words.every((word) => text.includes(word)) && (!theme.value || entry.dataset.theme === theme.value) && !(none.checked && entry.classList.contains("some"));
      entry.hidden = !isShown;
      shown += isShown;
    }
    const isNarrowed = shown !== list.children.length;
    document.getElementById("waiting-count").textContent = isNarrowed ? `${shown} / ${list.children.length}` : shown;
    document.getElementById("waiting-empty").hidden = list.children.length > 0;
  }
  for (const field of [search, theme, none]) field.addEventListener("input", sift);

  // Entries of those a step touched, drawn again by the server; empty for who has all it should.
  function showWaiting(changed) {
    for (const [x, html] of Object.entries(changed)) {
      const old = document.getElementById(`w${x}`);
      const isFocused = old?.contains(document.activeElement);
      if (!html) {
        if (isFocused) (old.nextElementSibling ?? old.previousElementSibling)?.querySelector(".choose").focus();
        old?.remove();
        continue;
      }
      const holder = document.createElement("template");
      holder.innerHTML = html.trim();
      const entry = holder.content.firstElementChild;
      if (old) old.replaceWith(entry);
      else list.insertBefore(entry, [...list.children].find((other) => other.dataset.order > entry.dataset.order) ?? null);
      if (isFocused) entry.querySelector(".choose").focus();
    }
    sift();
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest(".choose");
    if (!button) return;
    const x = Number(button.closest("li").dataset.x);
    if (!Board.isMine(x)) return Board.tell(Board.say("readOnly"));
    const isChosen = button.getAttribute("aria-pressed") === "true";
    Board.letGo();
    if (!isChosen) Board.bring(x, button);
  });

  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      list.querySelector("li:not([hidden]) .choose")?.focus();
    } else if (event.key === "Escape") search.blur();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const shown = [...list.querySelectorAll("li:not([hidden]) .choose")];
    const next = shown[shown.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  Object.assign(Board, { showWaiting });
})();
