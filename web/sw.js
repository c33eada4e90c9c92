// The worker that opens the page without a network. It keeps the page's own files and nothing else: never
// an answer of an API, never anything of another origin. FILES and BUILD stand above: which files the build
// made, each with the SHA-384 of its content, and the build's own.
const folder = new URL('./', location.href);
const KEPT = `countermand-shell ${folder.pathname} `;
const CACHE = KEPT + BUILD;
const INDEX = 'index.html';
/** Named after its content, a file never changes. */
const HASHED = /^[^/]+-[0-9a-f]{8,}(_bg)?\.\w+$/;

async function keep() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(
      Object.entries(FILES).map(async ([name, digest]) => {
        const answer = await fetch(name, { cache: HASHED.test(name) ? 'default' : 'no-cache', redirect: 'error' });
        if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
        const content = await answer.clone().arrayBuffer();
        const found = new Uint8Array(await crypto.subtle.digest('SHA-384', content));
        const hex = Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('');
        if (hex !== digest) throw new Error(`${name}: not what was built`);
        await cache.put(name, answer);
      }),
    );
  } catch (error) {
    // Half a page is none: what was kept before stays in use.
    await caches.delete(CACHE);
    throw error;
  }
}

/** The build before stays: a page of it that is open may still ask for its parts, which its host has no more. */
async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(KEPT) && name !== CACHE);
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
}

/** The name of a file of the page, if this asks for one: of this build, or a hashed one of another. */
function fileOf(request) {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== folder.origin || !url.pathname.startsWith(folder.pathname)) {
    return undefined;
  }
  const name = url.pathname.slice(folder.pathname.length) || INDEX;
  return Object.hasOwn(FILES, name) || HASHED.test(name) ? name : undefined;
}

const kept = async (name) => (await caches.open(CACHE)).match(name);

async function answer(request, name) {
  // Whichever build a page is of, it gets the parts of that build.
  if (HASHED.test(name)) return (await caches.match(folder.href + name)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await kept(name);
    if (copy) return copy;
    throw error;
  }
}

addEventListener('install', (event) => {
  // What is no file of the page does not even wake this worker, where the browser can do that: neither another
  // origin's API nor a relay's.
  const plain = (text) => text.replace(/[\\{}()*+?:]/g, '\\$&');
  const file = (name) => ({ urlPattern: { protocol: folder.protocol.slice(0, -1), hostname: folder.hostname, port: folder.port, pathname: plain(folder.pathname) + name } });
  // A name in a pattern has no slash in it, as a star would: `connect-service` is a part of an API's paths.
  const files = ['', ':name-:hash', ...Object.keys(FILES).filter((name) => !HASHED.test(name)).map(plain)].map(file);
  const elsewhere = { condition: { not: { or: files } }, source: 'network' };
  try {
    event.addRoutes?.(elsewhere).catch(() => {});
  } catch {
    // An older form of it: the worker is woken, and does nothing.
  }
  event.waitUntil(keep().then(() => skipWaiting()));
});
addEventListener('activate', (event) => event.waitUntil(forgetOthers().then(() => clients.claim())));
addEventListener('fetch', (event) => {
  const name = fileOf(event.request);
  if (name !== undefined) event.respondWith(answer(event.request, name));
});
