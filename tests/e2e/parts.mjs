// Which functions of the console run until its first requests are answered, and which until the first rows are drawn:
// prints their indices. The page is one whose program tells of each function that is called
// (crates/xtask/src/page/split.rs).
import { chromium } from '@playwright/test';

import { BROWSER } from './support/browser.mjs';
import { startDemo } from './support/console.mjs';
import { NAMES, startProfiles } from './support/relay.mjs';
import { APPLIVERY, ENOS } from './support/vendors.mjs';

/** Notes each function; in the page. */
function note({ settles, REST }) {
  const { instantiate } = WebAssembly;
  const called = new Set();
  const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const parts = (globalThis.parts = []);
  // The program asks for what reads answers when there is one. It comes late: what else runs is noted, too.
  let rowsAsked;
  const rows = () => (rowsAsked ??= after(settles).then(() => (parts[0] = [...called])));
  // It asks for its rest when the first rows are drawn. It does not come.
  const rest = async () => {
    await rows();
    await after(settles);
    parts[1] ??= [...called];
    await new Promise(() => {});
  };
  Object.defineProperty(globalThis, 'countermandPart', { set: () => {}, get: () => (part) => (part < REST ? rows() : rest()) });
  WebAssembly.instantiate = async (module, imports) => {
    let program;
    imports.page.fetch = () => called.add(program.latest_part.value);
    const instance = await instantiate.call(WebAssembly, module, imports);
    program = instance.exports;
    return instance;
  };
}

const demo = await startDemo();
const profiles = await startProfiles(demo, { severity: '{ "Start turbine" = "destructive", REBOOT = "disruptive" }' });
const browser = await chromium.launch(BROWSER);
/** The number of the part that has what is in no list. */
const REST = 3;
const all = [new Set(), new Set(), new Set()];

/** Opens `address` in a context, and notes what runs until the program asks for a part, and `settles` ms longer. */
async function visit(context, address, { turns = 0, settles = 1_000, isLarge = false } = {}) {
  const page = await context.newPage();
  await page.addInitScript(note, { settles, REST });
  // Other devices come first, so that commands of every kind and state are met.
  await page.route('**/connections.json', async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const demo of json.demo ?? []) {
      demo.devices.push(...demo.devices.splice(0, turns * AT_ONCE));
      // Not every host says it.
      if (turns % 2) demo.begin_with = AT_ONCE * turns;
    }
    await route.fulfill({ response, json });
  });
  // A host may say more than the simulator does, and the page is shown it.
  await page.route(ASKED, async (route) => {
    const response = await route.fetch().catch(() => undefined);
    if (!response) return route.abort();
    const more = Array.from({ length: 24 }, (_, at) => [`x-header-${at}`, `value ${at}`]);
    const headers = { ...response.headers(), ...Object.fromEntries(more), 'access-control-expose-headers': '*' };
    if (isLarge) await route.fulfill({ response, headers, json: enlarged(await response.json()) });
    else await route.fulfill({ response, headers });
  });
  await page.goto(address);
  const called = await page.waitForFunction(() => globalThis.parts[1] && globalThis.parts, undefined, { timeout: 60_000 });
  const [requests, rows] = await called.jsonValue();
  for (const at of requests) all[0].add(at);
  // What EnOS has no need for comes behind what both have.
  for (const at of rows) all[isApplivery(address) ? 2 : 1].add(at);
  await page.close();
}

/** An answer with so many commands that it is taken in by pieces. */
function enlarged(answer) {
  const list = answer.data?.items ?? answer.data;
  if (!Array.isArray(list) || list.length === 0) return answer;
  const copy = (at) => JSON.parse(JSON.stringify(list[at % list.length]), (key, value) => (/^(commandId|_?id)$/.test(key) ? numbered(value, at) : value));
  list.push(...Array.from({ length: 3_000 }, (_, at) => copy(at)));
  return answer;
}

const numbered = (id, at) => (typeof id === 'string' ? id.slice(0, -6) + String(at).padStart(6, '0') : id);

const isApplivery = (address) => address.startsWith(demos[0]) || address.endsWith(`#connection=${NAMES.applivery}`);

/** What is asked of a provider, directly or over the page's server. */
const ASKED = /\/(apim-token-service|connect-service|v1|api)\//;
/** So many devices are read at first. */
const AT_ONCE = 5;
/** So often others are. */
const TURNS = 6;
const demos = ['Demo: Applivery', 'Demo: EnOS'].map((name) => `${demo.address}#demo=${encodeURIComponent(name)}`);
/** What is reloaded and sent to others: sorted, narrowed, searched, and a filter that nothing meets. */
const SHOWN = [
  'sort=-created',
  'sort=created&state=all',
  'sort=-expires&text=turbine',
  'sort=state&state=pending,sent',
  'sort=command&severity=destructive',
  'sort=-device',
  'text=e',
  `kind=LOCK&device=${encodeURIComponent(demo.enos.devices[0])}&sort=id`,
];
try {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
  for (const address of demos) for (let turns = 0; turns < TURNS; turns += 1) await visit(context, address, { turns });
  // On a slow line the rest takes its time, and what is done now and then is done meanwhile.
  for (const address of demos) await visit(context, address, { settles: 15_000 });
  for (const shown of SHOWN) for (const address of demos) await visit(context, `${address}&${shown}`);
  for (const address of demos) await visit(context, address, { isLarge: true });
  // What is tried again, and then comes.
  for (const [at, vendor] of [APPLIVERY, ENOS].entries()) {
    const { list } = vendor.operations;
    for (const fault of [{ kind: 'http', status: 503 }, { kind: 'http', status: 429 }, { kind: 'lost_after' }, { kind: 'truncated' }]) {
      await demo.fault({ operation: list }, fault, { times: 1 });
      await visit(context, demos[at]);
    }
  }
  await demo.fault({ operation: ENOS.operations.list }, { kind: 'token_expired' }, { times: 1 });
  await visit(context, demos[1]);
  await demo.noFaults();
  await visit(context, `${demo.address}#demo=nowhere`);
  await visit(await browser.newContext({ locale: 'es-ES' }), demos[1]);
  const grading = await browser.newContext();
  await grading.addInitScript(() => localStorage.setItem('countermand.settings', '{"severity":{"Reset fault":"minor"}}'));
  for (const address of demos) await visit(grading, address);
  const signedIn = await browser.newContext();
  await visit(signedIn, `${profiles.address}#connection=${NAMES.enos}`);
  const page = await signedIn.newPage();
  await page.goto(profiles.launch);
  await page.close();
  for (const name of Object.values(NAMES)) await visit(signedIn, `${profiles.address}#connection=${name}`);
} finally {
  await browser.close();
  await profiles.stop();
  await demo.stop();
}
console.log(JSON.stringify(all.map((part) => [...part])));
