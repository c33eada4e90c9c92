// Starts the program. It comes in parts: what runs until the first requests are answered, what runs until the first rows
// are drawn, what one of the providers needs for that, and the rest. The demo's page has one part.
import { __wbg_finalize_init as begin, __wbg_get_imports as importsOf } from './countermand-web.js';

const { dataset } = document.getElementById('start');
/** Where the parts are, in order. */
const parts = dataset.parts.split(' ');
/** After so many bytes of the first part the second is asked for: it is to come right behind it, and not beside it. */
const most = Number(dataset.most);
/** Whether the address says what to open: rows come first, then. Otherwise a person chooses, and needs all of it. */
const hasRows = /[#&](demo|connection)=/.test(location.hash);
const MISSING = {
  en: 'A part of this page could not be loaded. Check the network: it is tried again.',
  es: 'No se ha podido cargar una parte de esta página. Compruebe la red: se vuelve a intentar.',
  zh: '无法加载本页面的一部分。请检查网络：系统会再次尝试。',
};

const imports = importsOf();
/** What the parts that are there export: the later ones import it. */
imports.earlier = {};
/** The parts that were asked for, compiled. */
const coming = [];
/** How many are there. */
let there = 0;

async function compiled(url, watched = (answer) => answer) {
  const answer = watched(await fetch(url, { referrerPolicy: 'no-referrer' }));
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  // A host that does not know the type of the file: it is compiled when all of it has come.
  const isKnown = answer.headers.get('content-type')?.startsWith('application/wasm');
  return isKnown ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer());
}

/** An answer that asks for the second part when most of it has come; where the browser can tell. */
function asksForSecond(answer) {
  const { body, status, headers } = answer;
  if (!body?.pipeThrough || !globalThis.TransformStream) return answer;
  let seen = 0;
  const count = (chunk, out) => {
    seen += chunk.length;
    if (seen >= most) ask(1);
    out.enqueue(chunk);
  };
  return new Response(body.pipeThrough(new TransformStream({ transform: count })), { status, headers });
}

function ask(part, watched) {
  if (!coming[part]) {
    coming[part] = compiled(parts[part], watched);
    // What failed is asked for anew. It may fail before anybody waits for it.
    coming[part].catch(() => delete coming[part]);
  }
  return coming[part];
}

/** Brings a part behind those before it, and with the last one the styles of it. */
async function bring(part) {
  const styles = part === parts.length - 1 && brought('styles', style);
  for (let next = there; next <= part; next += 1) ask(next);
  for (let next = 0; next <= part; next += 1) await brought(next, () => join(next));
  await styles;
}

async function join(part) {
  if (there > part) return;
  const module = await ask(part);
  const instance = there === part && (await WebAssembly.instantiate(module, imports));
  // It may have been fetched at once meanwhile.
  if (there === part) isThere(instance);
}

function isThere(instance) {
  Object.assign(imports.earlier, instance.exports);
  there += 1;
  if (there === parts.length) performance.mark('countermand:whole');
}

/** What was asked for, each once, and what of it has not come and is tried again. */
const asked = {};
const missing = new Set();
const brought = (what, get) => (asked[what] ??= untilItComes(what, get));

async function untilItComes(what, get) {
  for (let tries = 0; ; tries += 1) {
    try {
      await get();
      missing.delete(what);
      sayMissing();
      return;
    } catch {
      missing.add(what);
      sayMissing();
      await new Promise((later) => setTimeout(later, Math.min(30_000, 1_000 * 2 ** tries)));
    }
  }
}

/** Brings the styles of what comes after the first rows. */
function style() {
  const link = document.getElementById('later');
  // What did not come once is not asked for again by the same element.
  const made = link.cloneNode();
  return new Promise((resolve, reject) => {
    made.onload = resolve;
    made.onerror = reject;
    made.rel = 'stylesheet';
    link.replaceWith(made);
  });
}

/**
 * The program cannot go on without a part that it did not ask for in time: what went wrong is rare, or the lists of what
 * is in which part are old.
 */
function fetchAtOnce(part) {
  while (there <= part) {
    performance.mark('countermand:rest-at-once');
    const request = new XMLHttpRequest();
    request.open('GET', parts[there], false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    try {
      request.send();
      if (request.status !== 200) throw new Error(`HTTP ${request.status}`);
      const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
      isThere(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports));
      missing.delete(part);
      sayMissing();
    } catch (error) {
      missing.add(part);
      sayMissing();
      throw error;
    }
  }
}

function sayMissing() {
  const id = 'rest-missing';
  document.getElementById(id)?.remove();
  if (missing.size === 0) return;
  const said = document.createElement('p');
  said.id = id;
  said.className = id;
  said.role = 'alert';
  said.textContent = MISSING[navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in MISSING) ?? 'en'];
  document.body.prepend(said);
}

globalThis.countermandPart = (part) => bring(Math.min(part, parts.length - 1));
imports.page = { fetch: fetchAtOnce };
if (!hasRows) parts.forEach((_, part) => ask(part));
const module = await ask(0, hasRows && most ? asksForSecond : undefined);
if (hasRows && parts.length > 1) ask(1);
const instance = await WebAssembly.instantiate(module, imports);
isThere(instance);
if (!hasRows) await bring(parts.length - 1);
begin(instance, module);
