// What the form's fields do by themselves: count, follow other answers, grow, ask the register.
"use strict";

{
  const form = document.getElementById("step");
  const { dataset } = form;

  // --- characters left ----------------------------------------------------------------------------

  // Spoken when one stops typing, and only near the end: counting aloud would disturb.
  const NEAR = 30;
  const speech = document.createElement("p");
  speech.className = "visually-hidden";
  speech.setAttribute("role", "status");
  form.append(speech);
  let timer = 0;

  for (const area of form.querySelectorAll("[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const counter = document.createElement("p");
    counter.setAttribute("aria-hidden", "true");
    area.after(counter);
    const count = () => {
      // Lines end with one character here, as for the server.
      const left = limit - area.value.length;
      counter.textContent = left < 0 ? dataset.over.replace("%s", -left) : `${area.value.length} / ${limit}`;
      counter.className = left < 0 ? "error figures" : "help figures";
      clearTimeout(timer);
      if (left > NEAR || document.activeElement !== area) return;
      const text = left < 0 ? dataset.over.replace("%s", -left) : dataset.left.replace("%s", left);
      timer = setTimeout(() => (speech.textContent = text), 1000);
    };
    area.addEventListener("input", count);
    count();
  }

  // --- questions that depend on another answer --------------------------------------------------

  const dependents = [...form.querySelectorAll("[data-depends]")];
  const answersOf = (box) =>
    [...box.querySelectorAll("input, select, textarea")]
      .filter((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : true))
      .map((one) => one.value.trim())
      .filter(Boolean);
  const follow = () => {
    for (const box of dependents) {
      const other = form.querySelector(`[data-name="${CSS.escape(box.dataset.depends)}"]`);
      if (!other) continue;
      const wanted = box.dataset.value;
      const given = answersOf(other);
      box.hidden = other.hidden || !(wanted ? given.includes(wanted) : given.length);
      box.querySelector("[data-hint]")?.remove();
    }
  };
  form.addEventListener("input", follow);
  follow();

  // --- blocks -----------------------------------------------------------------------------------

  const renumber = (element, name, from, to) => {
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replaceAll(`${name}-${from}-`, `${name}-${to}-`));
    }
  };

  // One more empty block, after the last one.
  const grow = (box) => {
    const name = box.dataset.name;
    const blocks = box.querySelectorAll("[data-block]");
    const last = blocks[blocks.length - 1];
    const block = last.cloneNode(true);
    for (const element of [block, ...block.querySelectorAll("*")]) renumber(element, name, blocks.length - 1, blocks.length);
    for (const control of block.querySelectorAll("input, textarea, select")) {
      if (control.type === "checkbox" || control.type === "radio") control.checked = false;
      else control.value = "";
    }
    block.querySelector("[name=remove]")?.remove();
    block.querySelector(".block-number").textContent = blocks.length + 1;
    block.setAttribute("aria-label", `${block.getAttribute("aria-label").replace(/\d+$/, "")}${blocks.length + 1}`);
    last.after(block);
    if (blocks.length + 1 >= Number(box.dataset.most)) box.querySelector("[data-more]").hidden = true;
    return block;
  };

  for (const box of form.querySelectorAll("[data-most]")) {
    box.addEventListener("restore", ({ detail }) => {
      while (box.querySelectorAll("[data-block]").length < detail.length) grow(box);
    });
    box.querySelector("[data-more]")?.addEventListener("click", (event) => {
      event.preventDefault();
      grow(box).querySelector("input, textarea, select").focus();
    });
  }

  // --- the companies register -------------------------------------------------------------------

  const number = form.elements.siret;
  if (number && dataset.lookup) {
    const says = form.querySelector("[data-lookup-says]");
    let asked = number.value;
    const ask = async () => {
      const siret = number.value.replace(/[\s.\-\u00a0\u202f]/g, "");
      if (!/^\d{14}$/.test(siret) || siret === asked) return;
      asked = siret;
      let answer;
      try {
        const body = new FormData();
        body.append("siret", siret);
        const response = await fetch(dataset.lookup, { method: "POST", body });
        answer = await response.json();
      } catch {
        return; // checked when the application is read, as the server would say
      }
      if (asked !== siret) return;
      says.textContent = answer.message ?? "";
      for (const [name, value] of Object.entries(answer.fields ?? {})) {
        const control = form.elements[name];
        if (!value || !control || control.value) continue;
        control.value = value.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
    };
    number.addEventListener("input", ask);
  }
}
