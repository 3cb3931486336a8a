/* The plan under one's fingers: zoom, move, tap a stand. Without this script the drawing, its links
   and the list say the same. What is looked at stands in the address. */
"use strict";
(() => {
  const CLOSEST = 14, STEP = 1.6, TAP = 8, DOUBLE = 300;
  const sheet = document.querySelector("[data-sheet]");
  const status = document.querySelector("[data-plan-status]");
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  class Plan {
    constructor(frame) {
      this.frame = frame;
      this.pointers = new Map();
      this.adopt();
      frame.classList.add("is-live");
      frame.querySelector(".plan-tools").hidden = false;
      this.fit();
      this.read();
      this.listen();
    }

    /* The drawing is replaced when the half-day changes; what is looked at stays. */
    adopt() {
      this.svg = this.frame.querySelector("svg.plan");
      const [x, y, w, h] = this.svg.getAttribute("viewBox").split(" ").map(Number);
      this.whole = { x, y, w, h };
      this.level = this.svg.id.replace("drawing-", "");
    }

    /* All of the drawing, in the shape of the room there is for it. */
    fit() {
      const box = this.svg.getBoundingClientRect();
      const { x, y, w, h } = this.whole;
      const shape = box.height && box.width ? box.width / box.height : w / h;
      const width = Math.max(w, h * shape), height = width / shape;
      this.all = { x: x + (w - width) / 2, y: y + (h - height) / 2, w: width, h: height };
      this.view = this.view && this.isZoomed
        ? { ...this.view, h: this.view.w / shape } : { ...this.all };
      this.show();
    }

    get isZoomed() { return this.view.w < this.all.w * 0.99; }

    show() {
      if (this.asked) return;
      this.asked = requestAnimationFrame(() => {
        this.asked = 0;
        const { x, y, w, h } = this.view;
        this.svg.setAttribute("viewBox", [x, y, w, h].map((each) => each.toFixed(2)).join(" "));
        this.frame.classList.toggle("is-zoomed", this.isZoomed);
        clearTimeout(this.later);
        this.later = setTimeout(() => this.settle(), 150);
      });
    }

    settle() {
      this.names();
      this.write();
      for (const button of this.frame.querySelectorAll("[data-zoom]")) {
        const isIn = button.dataset.zoom === "in";
        const ends = isIn ? this.view.w <= this.all.w / CLOSEST * 1.01 : !this.isZoomed;
        button.setAttribute("aria-disabled", String(ends));
      }
    }

    to(view) {
      const w = clamp(view.w, this.all.w / CLOSEST, this.all.w);
      const h = w * this.all.h / this.all.w;
      this.view = {
        x: clamp(view.x, this.all.x, this.all.x + this.all.w - w),
        y: clamp(view.y, this.all.y, this.all.y + this.all.h - h), w, h,
      };
      this.show();
    }

    /* Closer by `factor`, what is under the point of the screen staying there. */
    zoom(factor, point) {
      const box = this.svg.getBoundingClientRect();
      const at = point || { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      const across = (at.x - box.left) / box.width, down = (at.y - box.top) / box.height;
      const w = clamp(this.view.w / factor, this.all.w / CLOSEST, this.all.w);
      const h = w * this.all.h / this.all.w;
      this.to({
        x: this.view.x + (this.view.w - w) * across, y: this.view.y + (this.view.h - h) * down, w,
      });
    }

    move(across, down) {
      this.to({ ...this.view, x: this.view.x + across * this.view.w, y: this.view.y + down * this.view.h });
    }

    /* --- Who is there, written into the stands as soon as there is room for it --- */

    names() {
      this.svg.querySelector(".names")?.remove();
      const scale = this.svg.getBoundingClientRect().width / this.view.w;
      const size = 11 / scale;
      const layer = document.createElementNS(this.svg.namespaceURI, "g");
      layer.setAttribute("class", "names");
      layer.setAttribute("font-size", size.toFixed(2));
      for (const link of this.svg.querySelectorAll("a > .stand.taken")) {
        const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(link.getAttribute(name)));
        if (w * scale < 34 || x + w < this.view.x || x > this.view.x + this.view.w
          || y + h < this.view.y || y > this.view.y + this.view.h) continue;
        const name = this.name(link.parentNode.getAttribute("href"));
        if (!name) continue;
        const room = Math.floor(w * scale / 5.6);
        const text = document.createElementNS(this.svg.namespaceURI, "text");
        text.setAttribute("class", "name");
        text.setAttribute("x", x + w / 2);
        text.setAttribute("y", y + h - size * 0.8);
        text.textContent = name.length > room ? `${name.slice(0, room - 1)}…` : name;
        layer.append(text);
      }
      this.svg.append(layer);
    }

    /* The list is the truth: names are read there. */
    name(href) {
      const list = document.getElementById(`list-${this.level}`);
      const link = list?.querySelector(`li > a[href="${CSS.escape(href).replace(/\\(.)/g, "$1")}"]`);
      return link?.nextElementSibling?.matches("a") ? link.nextElementSibling.textContent : "";
    }

    /* --- What is looked at, in the address --- */

    read() {
      const found = new RegExp(`#plan-${this.level}=([-\\d.]+),([-\\d.]+),([\\d.]+)$`).exec(location.hash);
      if (found) this.to({ x: Number(found[1]), y: Number(found[2]), w: Number(found[3]) });
    }

    write() {
      const { x, y, w } = this.view;
      const own = `#plan-${this.level}=`;
      if (this.isZoomed) remember({ hash: own + [x, y, w].map((each) => each.toFixed(0)).join(",") });
      else if (location.hash.startsWith(own)) remember({ hash: "" });
    }

    /* --- Fingers, mouse, keys --- */

    listen() {
      const { frame } = this;
      frame.addEventListener("click", (event) => {
        const button = event.target.closest("[data-zoom]");
        if (button) this.button(button.dataset.zoom);
        else this.tap(event);
      });
      frame.addEventListener("keydown", (event) => this.key(event));
      frame.addEventListener("wheel", (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 120), { x: event.clientX, y: event.clientY });
      }, { passive: false });
      // Two fingers are ours: without this the page itself would grow.
      for (const name of ["touchstart", "touchmove"]) {
        frame.addEventListener(name, (event) => {
          if (event.touches.length > 1 && event.cancelable) event.preventDefault();
        }, { passive: false });
      }
      frame.addEventListener("pointerdown", (event) => this.down(event));
      frame.addEventListener("pointermove", (event) => this.drag(event));
      for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
        frame.addEventListener(name, (event) => this.up(event));
      }
      frame.addEventListener("dragstart", (event) => event.preventDefault());
      new ResizeObserver(() => this.fit()).observe(frame);
    }

    button(what) {
      if (what === "all") this.to(this.all);
      else this.zoom(what === "in" ? STEP : 1 / STEP);
    }

    key(event) {
      if (event.target !== this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
      const moves = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.2], ArrowDown: [0, 0.2] };
      if (event.key === "+" || event.key === "=") this.zoom(STEP);
      else if (event.key === "-") this.zoom(1 / STEP);
      else if (event.key === "0") this.to(this.all);
      else if (moves[event.key] && this.isZoomed) this.move(...moves[event.key]);
      else return;
      event.preventDefault();
    }

    down(event) {
      if (event.target.closest(".plan-tools") || event.button) return;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) { this.moved = false; this.began = { x: event.clientX, y: event.clientY }; }
      else this.moved = true;
      const last = this.lastDown;
      this.lastDown = { at: event.timeStamp, x: event.clientX, y: event.clientY };
      if (last && event.timeStamp - last.at < DOUBLE && this.pointers.size === 1
        && Math.hypot(last.x - event.clientX, last.y - event.clientY) < 30) {
        this.lastDown = null;
        clearTimeout(this.opening);
        this.skip = true;
        this.zoom(2.4, { x: event.clientX, y: event.clientY });
      }
    }

    drag(event) {
      const before = this.pointers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const box = this.svg.getBoundingClientRect();
      if (this.pointers.size === 2) {
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
        const apart = (point) => Math.max(Math.hypot(point.x - other.x, point.y - other.y), 1);
        this.zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
      } else if (this.isZoomed) {
        if (!this.moved && Math.hypot(now.x - this.began.x, now.y - this.began.y) > TAP) {
          this.moved = true;
          this.frame.setPointerCapture(event.pointerId);
          this.frame.classList.add("is-dragged");
        }
        if (this.moved) this.move((before.x - now.x) / box.width, (before.y - now.y) / box.height);
      } else if (Math.hypot(now.x - this.began.x, now.y - this.began.y) > TAP) this.moved = true;
      this.pointers.set(event.pointerId, now);
    }

    up(event) {
      this.pointers.delete(event.pointerId);
      if (!this.pointers.size) this.frame.classList.remove("is-dragged");
    }

    tap(event) {
      const link = event.target.closest("svg a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const href = link.getAttribute("href");
      if (this.moved || this.skip) { this.moved = this.skip = false; event.preventDefault(); return; }
      if (!link.querySelector(".stand")) return; // a region: its own page, from close by
      event.preventDefault();
      clearTimeout(this.opening);
      // A second tap may follow: then it was meant to come closer.
      this.opening = setTimeout(() => open(href, this), event.pointerType === "touch" ? DOUBLE : 0);
    }

    mark(href) {
      this.svg.querySelector(".is-open")?.classList.remove("is-open", "here");
      if (!href) return;
      const link = [...this.svg.querySelectorAll("a")].find((each) => each.getAttribute("href") === href);
      if (link && !link.classList.contains("here")) link.classList.add("is-open", "here");
    }
  }

  /* --- The sheet of a stand --- */

  let opener = null;

  async function open(href, plan) {
    let answer;
    try { answer = await fetch(`${href}sheet/`); } catch { answer = null; }
    if (!answer?.ok) { location.assign(href); return; }
    const content = sheet.querySelector("[data-sheet-content]");
    content.innerHTML = await answer.text();
    opener = document.activeElement;
    plan.mark(href);
    if (!sheet.open) sheet.show();
    sheet.scrollTop = 0;
    sheet.querySelector("[data-close]").focus({ preventScroll: true });
    remember({ stand: decodeURIComponent(href.split("/").at(-2)) });
  }

  function close() {
    if (!sheet.open) return;
    sheet.close();
    plans.forEach((plan) => plan.mark(null));
    remember({ stand: null });
    opener?.focus?.({ preventScroll: true });
  }

  function remember({ stand, hash }) {
    const address = new URL(location);
    if (hash !== undefined) address.hash = hash;
    if (stand) address.searchParams.set("stand", stand);
    else if (stand === null) address.searchParams.delete("stand");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  const plans = [...document.querySelectorAll("[data-plan]")].map((frame) => new Plan(frame));
  if (!plans.length) return;
  sheet.querySelector("[data-close]").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  document.addEventListener("pavilion:renewed", () => {
    for (const plan of plans) {
      const { view } = plan;
      plan.adopt();
      plan.to(view);
    }
    status.textContent = document.querySelector("[data-said]")?.textContent || "";
  });
})();
