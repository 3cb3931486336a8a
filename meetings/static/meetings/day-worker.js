// Keeps one person's day on their telephone: it watches over that page alone (it is served below
// it, and scripts watch over the folder they lie in), keeps that page's days and what they are
// drawn with, and the answers given while there is no network. The link opens no more: all is gone.
"use strict";

const VERSION = 1;
const SCOPE = new URL(self.registration.scope).pathname;
const PREFIX = `day ${SCOPE} `;
const NAME = `${PREFIX}${VERSION}`;
const ANSWERS = `${SCOPE}kept-answers`;
// A copy older than this is nobody's programme any more.
const MOST = 7 * 24 * 3600 * 1000;
// A network that answers later than this is none.
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// --- Pages and what they are drawn with ---

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === SCOPE) event.respondWith(page(request, url));
  else if (["style", "script", "image", "manifest"].includes(request.destination)) event.respondWith(asset(request));
});

const keyOf = (url) => {
  const day = new URL(url, location.origin).searchParams.get("jour");
  return day ? `${SCOPE}?jour=${day}` : SCOPE;
};

async function page(request, url) {
  const asked = fetch(request).then(async (answer) => {
    await look(answer, keyOf(url));
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([asked, late]).catch(() => undefined);
  if (answer && !isDown(answer)) return answer;
  return (await keptPage(keyOf(url))) ?? (await keptPage(SCOPE)) ?? asked;
}

// What was kept yesterday opened on yesterday: today's own page, kept with it, goes before it.
async function keptPage(key) {
  const today = new Date().toLocaleDateString("en-CA", { timeZone: "Europe/Paris" });
  const kept = await unspoilt(key);
  const isOfToday = !kept || new Date(Number(kept.headers.get("Kept-At"))).toLocaleDateString("en-CA", { timeZone: "Europe/Paris" }) === today;
  return key !== SCOPE || isOfToday ? kept : ((await unspoilt(`${SCOPE}?jour=${today}`)) ?? kept);
}

// A proxy answers even while what stands behind it does not.
const isDown = (answer) => answer.status >= 500 || answer.status === 429;

// What the network says decides: a page to keep; or nobody's page any more.
async function look(answer, key) {
  if (isGone(answer)) await forget();
  else if (answer.ok && answer.type === "basic" && !answer.redirected) await keep(key, answer.clone());
}

// The link was closed, or one signed out: this telephone must not go on showing it.
const isGone = (answer) => answer.status === 404 || answer.status === 410 || answer.type === "opaqueredirect";

async function keep(key, answer) {
  const headers = new Headers(answer.headers);
  headers.set("Kept-At", String(Date.now()));
  const cache = await caches.open(NAME);
  await cache.put(key, new Response(await answer.blob(), { status: 200, headers }));
}

async function unspoilt(key) {
  if (!(await caches.has(NAME))) return undefined;
  const cache = await caches.open(NAME);
  const kept = await cache.match(key);
  if (!kept) return undefined;
  if (Date.now() - Number(kept.headers.get("Kept-At")) < MOST) return kept;
  await cache.delete(key);
  return undefined;
}

async function asset(request) {
  const kept = (await caches.has(NAME)) && (await (await caches.open(NAME)).match(request.url));
  return kept || fetch(request);
}

// The page says which days there are and what it is drawn with; what it no longer names goes.
async function keepAll({ pages, assets }) {
  const cache = await caches.open(NAME);
  for (const address of pages) {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin || url.pathname !== SCOPE) continue;
    await look(await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "manual" }), keyOf(url));
  }
  for (const address of assets) {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin || (await cache.match(url.href))) continue;
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.ok) await cache.put(url.href, answer);
  }
  const wanted = new Set([...assets.map((each) => new URL(each, location.origin).href), ...pages.map((each) => new URL(keyOf(each), location.origin).href), new URL(ANSWERS, location.origin).href]);
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

async function forget() {
  await caches.delete(NAME);
  await self.registration.unregister();
}

// --- Answers given without a network ---

async function kept() {
  const found = (await caches.has(NAME)) && (await (await caches.open(NAME)).match(ANSWERS));
  return found ? found.json() : [];
}

async function setKept(answers) {
  await (await caches.open(NAME)).put(ANSWERS, new Response(JSON.stringify(answers)));
}

// One after the other: the last word on a meeting is the only one that leaves.
async function keepAnswer(answer) {
  const others = (await kept()).filter((each) => each.participant !== answer.participant);
  await setKept([...others, answer]);
  await self.registration.sync?.register("answers").catch(() => {});
}

async function send() {
  let answers = await kept();
  if (!answers.length) return;
  // The page may be of yesterday: only a fresh answer carries a fresh token.
  const news = await fetch(`${SCOPE}nouvelles/`, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
  if (isGone(news)) {
    await forget();
    return;
  }
  const token = news.headers.get("X-CSRFToken");
  for (const each of answers) {
    const { participant, sequence, answer } = each;
    const reply = await fetch(`${SCOPE}reponse/`, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams({ participant, sequence, answer }),
    });
    if (reply.status >= 500 || reply.status === 403 || reply.redirected) throw new Error(String(reply.status));
    const { detail = "" } = await reply.json().catch(() => ({}));
    answers = answers.filter((other) => other !== each);
    await setKept(answers);
    await tell({ sent: { ...each, isDone: reply.ok, detail } });
  }
}

async function tell(message) {
  for (const client of await self.clients.matchAll()) client.postMessage(message);
}

// In turn: what is kept is read and written by one at a time.
let queue = Promise.resolve();
const inTurn = (work) => (queue = queue.then(work, work));

self.addEventListener("sync", (event) => event.waitUntil(inTurn(send)));
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const { keepAll: all, keepAnswer: answer, send: sends, forget: forgets, kept: asks, claim } = event.data;
  const work = async () => {
    if (claim) await self.clients.claim();
    if (all) await keepAll(all);
    if (answer) await keepAnswer(answer);
    if (sends) await send();
    if (forgets) await forget();
    return asks ? kept() : null;
  };
  event.waitUntil(inTurn(work).then((value) => port?.postMessage({ isDone: true, value }), () => port?.postMessage({ isDone: false })));
});
