// The page works without this. It saves each score as given, and lets a reviewer read a pile of
// files without leaving the keyboard.
"use strict";

const sheet = document.querySelector("form[data-sheet]");
const status = sheet.querySelector(".saved");
const criteria = [...sheet.querySelectorAll(".jury-criterion")];
const comment = sheet.elements.comment;
const handIn = sheet.querySelector("button[value=next]");
const shortcuts = document.getElementById("shortcuts");

// --- Saving ---

const PAUSE = 800;
let timer = 0;
let saving = Promise.resolve();
let hasChanged = false;

const say = (text, isSaved) => {
  status.textContent = text;
  status.classList.toggle("unsaved", !isSaved);
};

const typed = () => {
  const data = new FormData(sheet);
  data.set("do", "save");
  return data;
};

const send = async () => {
  hasChanged = false;
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      body: typed(),
      headers: { Accept: "application/json" },
    });
    const answer = await response.json();
    // Who wrote on meanwhile is not told that everything is kept.
    if (!hasChanged || !response.ok) say(response.ok ? answer.saved : answer.error, response.ok);
  } catch {
    hasChanged = true;
    say(status.dataset.failed, false);
    timer = setTimeout(save, 5000);
  }
};

const save = () => {
  clearTimeout(timer);
  if (hasChanged) saving = saving.then(send);
  return saving;
};

sheet.addEventListener("input", (event) => {
  hasChanged = true;
  say(status.dataset.unsaved, false);
  clearTimeout(timer);
  // A score leaves at once, a sentence when its author pauses.
  timer = setTimeout(save, event.target.type === "radio" ? 0 : PAUSE);
});
sheet.addEventListener("submit", () => {
  clearTimeout(timer);
  hasChanged = false; // the submission carries everything
});
addEventListener("pagehide", () => {
  if (!hasChanged) return;
  fetch(location.pathname, { method: "POST", body: typed(), headers: { Accept: "application/json" }, keepalive: true });
});

// --- The keyboard ---

const WAIT_FOR_SECOND_DIGIT = 700;
let current = -1;
let digits = "";
let digitTimer = 0;

const radiosOf = (index) => [...criteria[index].querySelectorAll("input")];
const isScored = (index) => radiosOf(index).some((radio) => radio.checked);

const goTo = (index) => {
  current = index;
  criteria.forEach((each, at) => each.classList.toggle("is-current", at === index));
  if (index < criteria.length) {
    const radios = radiosOf(index);
    (radios.find((radio) => radio.checked) || radios[0]).focus();
    criteria[index].scrollIntoView({ block: "nearest" });
  } else {
    handIn.focus();
  }
};

criteria.forEach((criterion, index) => {
  criterion.addEventListener("focusin", () => {
    current = index;
    criteria.forEach((each, at) => each.classList.toggle("is-current", at === index));
  });
});

const give = (value) => {
  const radio = radiosOf(current).find((each) => Number(each.value) === value);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  goTo(current + 1);
};

const digit = (key) => {
  if (current < 0 || current >= criteria.length) {
    const first = criteria.findIndex((_each, index) => !isScored(index));
    goTo(first < 0 ? 0 : first);
  }
  const most = Number(criteria[current].dataset.most);
  clearTimeout(digitTimer);
  digits += key;
  if (Number(digits) > most) digits = key;
  const value = Number(digits);
  const settle = () => {
    digits = "";
    if (value <= most) give(value);
  };
  // "1" may be the beginning of "12".
  if (value > 0 && value * 10 <= most) digitTimer = setTimeout(settle, WAIT_FOR_SECOND_DIGIT);
  else settle();
};

const leave = (key) => {
  const link = document.querySelector(`a[data-key="${key}"]`);
  if (link) save().then(() => link.click());
};

const help = () => {
  if (!shortcuts.open) shortcuts.showModal();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || shortcuts.open) return;
  const target = event.target;
  if (target.matches("textarea, input:not([type=radio]), select")) {
    if (event.key === "Escape") {
      event.preventDefault();
      handIn.focus();
    }
    return;
  }
  const isOnControl = target.matches("a, button, summary");
  const actions = {
    n: () => handIn.click(),
    j: () => leave("j"),
    k: () => leave("k"),
    c: () => comment.focus(),
    "?": help,
  };
  if (/^[0-9]$/.test(event.key)) digit(event.key);
  else if (event.key === "Enter" && !isOnControl) handIn.click();
  else if (actions[event.key]) actions[event.key]();
  else return;
  event.preventDefault();
});

const opener = document.querySelector("[data-shortcuts]");
opener.hidden = false;
opener.addEventListener("click", help);
