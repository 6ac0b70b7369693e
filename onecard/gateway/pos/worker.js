/**
 * The service worker: keeps one whole release of the page, so that it opens without the network. A release is taken file by file
 * against its digest: files of two releases never mix, whichever gateway answers.
 */

importScripts("release.js");

const NAME = `onecard-pos ${RELEASE.version}`;
const ROOT = new URL("./", location.href).pathname;

addEventListener("install", (event) => event.waitUntil(takeRelease()));
addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => clients.claim())));
addEventListener("message", (event) => event.data === "take over" && skipWaiting());
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && origin === location.origin && pathname.startsWith(ROOT)) {
    event.respondWith(kept(event.request));
  }
});

async function takeRelease() {
  const cache = await caches.open(NAME);
  for (const [name, integrity] of RELEASE.files) {
    const response = await fetch(new Request(name || "./", { cache: "reload", integrity }));
    if (!response.ok) throw new Error(`${name}: status ${response.status}`);
    await cache.put(name || "./", response);
  }
  const release = `self.RELEASE = ${JSON.stringify(RELEASE)};\n`;
  await cache.put("release.js", new Response(release, { headers: { "Content-Type": "text/javascript" } }));
}

async function dropOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith("onecard-pos ") && name !== NAME) await caches.delete(name);
  }
}

async function kept(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
