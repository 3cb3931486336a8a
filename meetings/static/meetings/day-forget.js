// Where one signs in or out: what this browser kept of the day of whoever was signed in is forgotten,
// so that the next one, without a network, never sees it. Private links keep theirs.
"use strict";

(async () => {
  if (!("caches" in window) || !navigator.serviceWorker) return;
  const { path } = document.currentScript?.dataset ?? {};
  if (!path) return;
  try {
    localStorage.removeItem(`day ${path}`);
  } catch {
    // It kept nothing.
  }
  for (const name of await caches.keys()) if (name.startsWith(`day ${path} `)) await caches.delete(name);
  const registration = await navigator.serviceWorker.getRegistration(path);
  if (registration && new URL(registration.scope).pathname === path) await registration.unregister();
})();
