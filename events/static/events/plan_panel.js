// Part 8: the forms, the list and the warnings beside the drawing, kept in step with it.
"use strict";

(() => {
  const { stands, zones, chosen } = Plan;
  const byId = (id) => document.getElementById(id);
  const form = byId("plan-stands");
  const areaForm = byId("plan-area");
  const NUMBERS = ["x", "y", "width", "depth"];
  const WHOLE = ["rotation", "power_watts", "max_load"];
  const FIELDS = ["number", "kind", "zone", ...NUMBERS, ...WHOLE, ...Plan.BOOLEANS];
  const field = (name) => byId(`id_${name}`);
  let isFilling = false;

  const shownAs = (stand, name) => {
    const value = stand[name];
    if (Plan.BOOLEANS.includes(name)) return value ? "yes" : "no";
    return NUMBERS.includes(name) ? Plan.number(value) : String(value);
  };

  const blank = (input) => {
    if (input.tagName !== "SELECT" || input.querySelector("option[value='']")) return;
    input.prepend(Object.assign(document.createElement("option"), { value: "", textContent: "–" }));
  };
  FIELDS.forEach((name) => field(name) && blank(field(name)));

  const fill = () => {
    if (!form) return;
    isFilling = true;
    const picked = Plan.picked();
    const isOurs = picked.length > 0 && picked.every(Plan.isMine);
    const title = byId("plan-stand-title");
    if (picked.length === 1) title.textContent = picked[0].number;
    else if (picked.length) title.textContent = Plan.say("count_heading", { count: picked.length });
    else title.textContent = title.dataset.none;
    byId("plan-stand-hint").hidden = picked.length > 0;
    for (const name of FIELDS) {
      const input = field(name);
      if (!input || input === document.activeElement) continue;
      const values = new Set(picked.map((stand) => shownAs(stand, name)));
      input.value = values.size === 1 ? [...values][0] : "";
      input.disabled = picked.length > 0 && !isOurs;
      input.closest(".plan-field").classList.toggle("is-mixed", values.size > 1);
    }
    field("number").disabled ||= picked.length > 1;
    for (const id of ["plan-change", "plan-remove", "plan-duplicate", "plan-number"]) byId(id).disabled = !isOurs;
    byId("plan-remove").textContent = Plan.say(picked.length > 1 ? "remove_many" : "remove_one", { count: Math.max(picked.length, 1) });
    byId("plan-change").hidden = !picked.length;
    byId("plan-remove").hidden = !picked.length;
    byId("plan-add").hidden = picked.length > 0;
    for (const id of ["plan-row", "plan-numbers"]) byId(id).hidden = !picked.length;
    const lines = picked.length === 1 ? Plan.neighbours(picked[0]) : [];
    byId("plan-beside").replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    isFilling = false;
  };

  // What was typed of one field, or null where it is left as it is.
  const typed = (name) => {
    const input = field(name);
    const text = input.value.trim();
    if (text === "") return null;
    if (Plan.BOOLEANS.includes(name)) return text === "yes";
    if (name === "zone") return Number(text);
    return NUMBERS.includes(name) || WHOLE.includes(name) ? (Plan.parse(text) ?? text) : text;
  };

  const change = (names) => {
    Plan.flush();
    const values = {};
    for (const name of names) {
      const value = typed(name);
      if (value !== null && !field(name).disabled) values[name] = value;
    }
    const list = Plan.ours();
    if (list.length && Object.keys(values).length) {
      Plan.edit({ stands: Object.fromEntries(list.map((stand) => [stand.id, { ...values }])) });
    }
  };

  const add = () => {
    const values = {};
    for (const name of FIELDS) if (typed(name) !== null) values[name] = typed(name);
    if (values.zone === undefined) values.zone = Plan.zone;
    Plan.edit({ new_stands: [values], then: (told) => Plan.choose(told.stands.map((row) => row[0]), { quiet: true }) });
  };
  const ids = () => Plan.ours().map((stand) => stand.id);
  const steps = {
    change: () => change(FIELDS),
    add,
    remove: () => Plan.remove(),
    duplicate: () => {
      Plan.flush();
      Plan.edit({
        do: "duplicate", stand_ids: ids(), count: Number(byId("id_row-count").value),
        spacing: Plan.parse(byId("id_row-spacing").value) ?? 0, direction: byId("id_row-direction").value,
        then: (told) => Plan.choose(told.stands.map((row) => row[0]), { add: true, quiet: true }),
      });
    },
    number: () => {
      Plan.flush();
      Plan.edit({
        do: "number", stand_ids: ids(), prefix: byId("id_numbers-stem").value, start: Number(byId("id_numbers-start").value),
        digits: Number(byId("id_numbers-digits").value), direction: byId("id_numbers-direction").value,
      });
    },
    undo: () => Plan.undoEdit(),
    redo: () => Plan.redoEdit(),
  };
  form?.addEventListener("submit", (event) => {
    const step = steps[event.submitter?.value];
    if (!step) return;
    event.preventDefault();
    step();
  });
  // A field that is left with something else in it is an edit, for what is chosen.
  for (const name of FIELDS) {
    field(name)?.addEventListener("change", () => {
      if (isFilling || !chosen.size) return;
      change([name]);
    });
  }

  // --- The area ---

  const corners = (text) =>
    text.split("\n").filter((line) => line.trim()).map((line) => {
      for (const divider of [";", /\s+/, ","]) {
        const parts = line.trim().split(divider).map((part) => Plan.parse(part.replace(/;$/, "")));
        if (parts.length === 2 && !parts.includes(null)) return parts;
      }
      return [line.trim(), ""];
    });
  const areaValues = () => ({
    name_fr: byId("id_area-name_fr").value,
    name_en: byId("id_area-name_en").value,
    participation: Number(byId("id_area-participation").value) || null,
    outline: corners(byId("id_area-outline").value),
  });
  const areaSteps = {
    change_zone: () => Plan.edit({ zones: { [Plan.zone]: areaValues() } }),
    add_zone: () => Plan.edit({ new_zones: { new: areaValues() } }),
    remove_zone: () => Plan.edit({ zones: { [Plan.zone]: null } }),
  };
  areaForm?.addEventListener("submit", (event) => {
    const step = areaSteps[event.submitter?.value];
    if (!step) return;
    event.preventDefault();
    step();
  });
  const fillArea = () => {
    const zone = zones.get(Plan.zone);
    const title = byId("plan-zone-title");
    if (!title || !zone) return;
    title.replaceChildren(Object.assign(document.createElement("span"), { className: `region region-${zone.region || "none"}`, textContent: zone.name }));
    const fold = byId("plan-zone-fold");
    if (!fold || fold.contains(document.activeElement)) return;
    byId("id_area-name_fr").value = zone.name_fr;
    byId("id_area-name_en").value = zone.name_en;
    byId("id_area-participation").value = zone.participation ?? "";
    byId("id_area-outline").value = zone.outline.map((corner) => corner.map(Plan.number).join(" ; ")).join("\n");
  };

  // --- The list ---

  const rows = byId("plan-rows");
  let listed = null;
  const cell = (row, text, name = "") => row.append(Object.assign(document.createElement("td"), { textContent: text, className: name }));
  const line = (stand, isMine) => {
    const row = document.createElement("tr");
    row.dataset.row = stand.id;
    if (isMine) {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "stands", value: stand.id, ariaLabel: stand.number });
      box.setAttribute("form", "plan-stands");
      const label = document.createElement("label");
      label.append(box);
      const first = document.createElement("td");
      first.append(label);
      row.append(first);
    }
    const head = Object.assign(document.createElement("th"), { scope: "row" });
    head.append(Object.assign(document.createElement("a"), { href: `?stand=${stand.id}`, textContent: stand.number }));
    row.append(head);
    cell(row, Plan.say(`kind_${stand.kind}`));
    cell(row, Plan.number(stand.x), "num");
    cell(row, Plan.number(stand.y), "num");
    cell(row, `${Plan.number(stand.width)} × ${Plan.number(stand.depth)}`, "num");
    cell(row, `${stand.rotation}°`, "num");
    cell(row, `${stand.power_watts} W`, "num");
    const told = [["has_screen", "screen"], ["has_wired_network", "wired"], ["has_storage", "storage"], ["has_water", "water"]]
      .filter(([name]) => stand[name]).map(([, word]) => Plan.say(word));
    if (!stand.is_accessible) told.push(Plan.say("steps"));
    if (!stand.is_open) told.push(Plan.say("closed"));
    cell(row, told.join(", "));
    return row;
  };
  const drawList = () => {
    const zone = zones.get(Plan.zone);
    const select = byId("plan-list-zone");
    if (!rows || !zone) return;
    const list = Plan.inZone(zone.id).sort((a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }));
    rows.replaceChildren(...list.map((stand) => line(stand, Boolean(zone.is_mine && Plan.mayEdit))));
    const heads = rows.closest("table").tHead.rows[0];
    heads.cells[0].hidden = heads.cells.length > 8 && !zone.is_mine;
    if (select) select.value = String(zone.id);
    byId("plan-list-title").textContent = Plan.say("list", { zone: zone.name, count: list.length });
    listed = zone.id;
    mark();
  };
  const mark = () => {
    for (const row of rows?.rows ?? []) {
      const isChosen = chosen.has(Number(row.dataset.row));
      row.classList.toggle("is-in", isChosen);
      const box = row.querySelector("input");
      if (box) box.checked = isChosen;
    }
  };
  rows?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const id = Number(link.closest("tr").dataset.row);
    Plan.choose([id], { add: event.shiftKey });
    Plan.show([stands.get(id)]);
  });
  rows?.addEventListener("change", (event) => Plan.toggle(Number(event.target.value)));
  byId("plan-list-zone")?.addEventListener("change", (event) => {
    Plan.chooseZone(Number(event.target.value));
    const zone = zones.get(Plan.zone);
    const xs = zone.outline.map((corner) => corner[0]);
    const ys = zone.outline.map((corner) => corner[1]);
    if (xs.length) Plan.fit({ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) });
  });

  // --- Warnings, undo, find ---

  const MOST = 100;
  const drawWarnings = () => {
    byId("plan-warnings-title").textContent = Plan.say("warnings", { count: Plan.warnings.length });
    const items = Plan.warnings.slice(0, MOST).map((each) => {
      const item = document.createElement("li");
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: each.text });
      button.addEventListener("click", () => {
        Plan.choose(each.stands);
        Plan.show(Plan.picked());
      });
      item.append(button);
      return item;
    });
    const rest = Plan.warnings.length - MOST;
    const quiet = Plan.warnings.length ? (rest > 0 ? Plan.say("more", { count: rest }) : "") : Plan.say("calm");
    if (quiet) items.push(Object.assign(document.createElement("li"), { className: "desk-quiet", textContent: quiet }));
    byId("plan-warnings").replaceChildren(...items);
  };
  const drawUndo = () => {
    for (const [name, what] of [["undo", Plan.undo], ["redo", Plan.redo]]) {
      const button = byId(`plan-${name}`);
      if (!button) continue;
      button.disabled = !what;
      button.title = what ? Plan.say(name, { what }) : Plan.say(`nothing_${name}`);
    }
  };
  Plan.on("saved", (label) => {
    const list = byId("plan-latest");
    list.querySelector(".desk-quiet:only-child")?.remove();
    const item = document.createElement("li");
    const now = new Date();
    const clock = Object.assign(document.createElement("time"), { dateTime: now.toISOString(), textContent: now.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) });
    item.append(clock, ` ${label}`);
    list.prepend(item);
    while (list.children.length > 12) list.lastElementChild.remove();
  });
  byId("plan-find").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = byId("plan-find-number").value.trim().toLowerCase();
    const found = [...stands.values()].find((stand) => stand.number.toLowerCase() === wanted);
    if (!found) return Plan.refuse(Plan.say("not_found", { number: wanted }));
    Plan.refuse("");
    Plan.choose([found.id]);
    Plan.show([found]);
    Plan.svg.focus({ preventScroll: true });
  });

  Plan.on("chosen", () => {
    fill();
    fillArea();
    if (listed !== Plan.zone) drawList();
    else mark();
  });
  Plan.on("moving", fill);
  Plan.on("drawn", () => {
    drawList();
    drawWarnings();
    drawUndo();
  });
})();
