// Narrows the stands to what is typed, at once; without this script the button asks the server.
(() => {
  const field = document.getElementById("q");
  const list = document.querySelector("[data-today-rows]");
  if (!field || !list) return;
  const none = document.querySelector("[data-today-none]");
  const rows = [...list.children];
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const narrow = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.find.includes(word));
      if (!row.hidden) shown += 1;
    }
    none.hidden = shown > 0;
  };
  field.addEventListener("input", narrow);
})();
