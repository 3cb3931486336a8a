// Keeps the page of a job up to date while it runs. Without it, "Refresh" does the same by hand.
(() => {
  const page = document.querySelector("[data-progress]");
  if (!page) return;
  const bar = page.querySelector("progress");

  async function look() {
    try {
      const answer = await fetch(page.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const job = await answer.json();
        if (job.is_over) return window.location.reload();
        if (job.total) bar.value = job.percent;
        page.querySelector("[data-done]").textContent = job.done;
        page.querySelector("[data-total]").textContent = job.total || "…";
      }
    } catch {
      // The next look may find the server again.
    }
    window.setTimeout(look, 1000);
  }
  window.setTimeout(look, 1000);
})();
