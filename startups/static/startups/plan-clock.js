/* "Here now" follows the clock: at the change of half-day the page is asked for again, and what is
   marked data-live (or the sheet of a stand) replaced in place. */
"use strict";
(() => {
  // Timers of more days than this overflow; the page is looked at again then.
  const LONGEST = 12 * 3600 * 1000;
  const GRACE = 2000;

  function due() {
    const told = document.querySelector("[data-changes-at]");
    if (!told?.dataset.changesAt) return null;
    return (Number(told.dataset.changesAt) - Number(told.dataset.now)) * 1000 + GRACE;
  }

  let begun = performance.now(), timer = 0, wait = due();

  function plan() {
    clearTimeout(timer);
    if (wait === null) return;
    const left = wait - (performance.now() - begun);
    timer = setTimeout(left > LONGEST ? plan : renew, Math.min(Math.max(left, 0), LONGEST));
  }

  async function renew() {
    let page;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      timer = setTimeout(renew, 60_000); // the network of a fair: again in a minute
      return;
    }
    for (const now of document.querySelectorAll("[data-live], [data-stand-page] > article")) {
      const then = page.getElementById(now.id);
      if (then) now.replaceWith(document.adoptNode(then));
    }
    begun = performance.now();
    wait = due();
    document.dispatchEvent(new CustomEvent("pavilion:renewed"));
    plan();
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) plan(); });
  plan();
})();
