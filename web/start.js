// Starts the program. It comes in two parts: what runs until the first rows are drawn, and the rest, which is fetched
// as soon as they are, and before there is anything to press. The demo's page has one part.
import { __wbg_finalize_init as begin, __wbg_get_imports as importsOf } from './countermand-web.js';

/** Where both parts are. */
const { first, rest } = document.getElementById('start').dataset;
/** Whether the address says what to open: rows come first, then. Otherwise a person chooses, and needs all of it. */
const hasRows = /[#&](demo|connection)=/.test(location.hash);
const MISSING = {
  en: 'A part of this page could not be loaded. Check the network: it is tried again.',
  es: 'No se ha podido cargar una parte de esta página. Compruebe la red: se vuelve a intentar.',
  zh: '无法加载本页面的一部分。请检查网络：系统会再次尝试。',
};

const imports = importsOf();
let program;
/** The rest, where it was asked for from the beginning. */
let coming;
let isWhole = rest === undefined;

async function compiled(url) {
  const answer = await fetch(url, { referrerPolicy: 'no-referrer' });
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  // A host that does not know the type of the file: it is compiled when all of it has come.
  const isKnown = answer.headers.get('content-type')?.startsWith('application/wasm');
  return isKnown ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer());
}

/** What the rest imports. */
const forRest = () => ({ ...imports, first: program });

/** Fetches the rest and its styles, and tries again until both have come. */
const fetchRest = () => Promise.all([untilItComes(join), fetchStyle()]);
let styled;
const fetchStyle = () => (styled ??= untilItComes(style));

async function join() {
  const begun = coming;
  coming = undefined;
  if (isWhole) return;
  const module = await (begun ?? compiled(rest));
  // It may have been fetched at once meanwhile.
  if (!isWhole) await WebAssembly.instantiate(module, forRest());
  if (!isWhole) becomeWhole();
}

async function untilItComes(bring) {
  for (let tries = 0; ; tries += 1) {
    try {
      await bring();
      sayMissing(false);
      return;
    } catch {
      sayMissing(true);
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
 * The program cannot go on without the rest, which it did not ask for in time: what went wrong is rare, or the list of the
 * first part is old.
 */
function fetchAtOnce() {
  if (isWhole) return;
  performance.mark('countermand:rest-at-once');
  const request = new XMLHttpRequest();
  request.open('GET', rest, false);
  request.overrideMimeType('text/plain; charset=x-user-defined');
  try {
    request.send();
    if (request.status !== 200) throw new Error(`HTTP ${request.status}`);
    const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
    new WebAssembly.Instance(new WebAssembly.Module(bytes), forRest());
  } catch (error) {
    sayMissing(true);
    throw error;
  }
  becomeWhole();
}

function becomeWhole() {
  isWhole = true;
  performance.mark('countermand:whole');
  sayMissing(false);
}

function sayMissing(isMissing) {
  const id = 'rest-missing';
  document.getElementById(id)?.remove();
  if (!isMissing) return;
  const said = document.createElement('p');
  said.id = id;
  said.className = id;
  said.role = 'alert';
  said.textContent = MISSING[navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in MISSING) ?? 'en'];
  document.body.prepend(said);
}

globalThis.countermandRest = async () => {
  if (rest !== undefined) await fetchRest();
};
imports.second = { second: fetchAtOnce };
if (rest !== undefined && !hasRows) {
  coming = compiled(rest);
  // It may fail before anybody waits for it.
  coming.catch(() => {});
  fetchStyle();
}
const module = await compiled(first);
const instance = await WebAssembly.instantiate(module, imports);
program = instance.exports;
if (!hasRows) await globalThis.countermandRest();
begin(instance, module);
