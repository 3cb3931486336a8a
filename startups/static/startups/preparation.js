// The pages work without this. It counts characters, and tells a file's size before it is sent.
"use strict";

for (const field of document.querySelectorAll("[data-limit]")) {
  const limit = Number(field.dataset.limit);
  const counter = document.createElement("p");
  field.after(counter);
  const count = () => {
    const length = field.value.length;
    counter.textContent = `${length} / ${limit}`;
    counter.className = length > limit ? "error figures" : "help figures";
  };
  field.addEventListener("input", count);
  count();
}

for (const field of document.querySelectorAll('input[type="file"][data-max]')) {
  const limit = Number(field.dataset.max);
  const language = document.documentElement.lang;
  const size = (bytes) => `${(bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1 })} ${language === "fr" ? "Mo" : "MB"}`;
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  field.after(told);
  field.addEventListener("change", () => {
    const file = field.files[0];
    told.textContent = file ? `${size(file.size)} / ${size(limit)}` : "";
    told.className = file && file.size > limit ? "error figures" : "help figures";
  });
}

// Who has received aid lists it; whoever has not need not scroll past empty lines.
for (const part of document.querySelectorAll("[data-open-for]")) {
  for (const choice of part.closest("form").querySelectorAll('input[name="received"]')) {
    choice.addEventListener("change", () => {
      part.open = choice.value === part.dataset.openFor || part.querySelector("input[value]:not([value=''], [type='hidden'])") !== null;
    });
  }
}
