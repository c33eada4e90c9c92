// The first load: nothing is cached, and fifty commands wait on one device. Then the second visit in the same browser.
import { pause } from '../browser.mjs';

const VENDOR = /\/(connect-service|apim-token-service)\//;
const SLOW_CPU = 4;
const SLOW_NET = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
/** From the navigation to the rows, as the probe and the browser's own timeline have it. */
const STEPS = [
  ['document', 'the page has arrived'],
  ['asked', 'connections.json is asked for'],
  ['known', 'connections.json has arrived'],
  ['wasm', 'the program has arrived'],
  ['main', 'the program runs'],
  ['tokenAsked', 'the token is asked for'],
  ['token', 'the token is there'],
  ['searched', 'the search leaves'],
  ['found', 'the search is answered'],
  ['drawn', 'the first row is drawn'],
  ['whole', 'the rest of the program is there'],
];
const KINDS = [
  ['', ''],
  [', slow', ', CPU 4x, 1.6 Mbps, 150 ms'],
];

/** What the browser has received of the page's own files, each piece with its time. */
function listen(page) {
  const own = new Set();
  const pieces = [];
  let began;
  page.listen((method, params) => {
    if (method === 'Network.requestWillBeSent') {
      if (params.type === 'Document') [began, pieces.length] = [params.timestamp, 0];
      if (!VENDOR.test(params.request.url)) own.add(params.requestId);
    }
    if (!own.has(params.requestId)) return;
    const at = (params.timestamp - began) * 1_000;
    if (method === 'Network.dataReceived') pieces.push({ at, id: params.requestId, bytes: params.encodedDataLength });
    if (method !== 'Network.loadingFinished') return;
    // The headers came with the first piece, or at the latest now.
    const before = pieces.filter(({ id }) => id === params.requestId).reduce((sum, { bytes }) => sum + bytes, 0);
    pieces.push({ at, id: params.requestId, bytes: params.encodedDataLength - before });
  });
  return (until = Infinity) => pieces.filter(({ at }) => at <= until).reduce((sum, { bytes }) => sum + bytes, 0);
}

async function visit(page, url, received) {
  await page.goto(url);
  const ready = await page.until('the first row', () => window.bench?.ready);
  await page.until('the rest of the program', () => performance.getEntriesByName('countermand:whole').length > 0);
  // What comes after the first rows.
  await pause(1_000);
  const steps = await page.eval(() => window.bench.start());
  return { ready, steps, before: received(ready), all: received() };
}

async function load(browser, url, { slow = false, again = false } = {}) {
  const page = await browser.page();
  const received = listen(page);
  await page.send('Network.enable');
  if (slow) {
    await page.send('Network.emulateNetworkConditions', SLOW_NET);
    await page.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
  }
  const first = await visit(page, url, received);
  let second;
  if (again) {
    await page.until('the worker', async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
    await page.send('Page.navigate', { url: 'about:blank' });
    await page.until('an empty page', () => location.href === 'about:blank');
    second = await visit(page, url, received);
  }
  await page.close();
  return { first, second };
}

export async function measure({ browser, stage, measured }) {
  await stage.fill(1, 50, 1);
  const url = await stage.page(1);
  // Warms the browser, not the page: each has a context of its own.
  await load(browser, url);
  const put = ({ first, second }, suffix) => {
    measured.put(`bytes before the first row${suffix}`, first.before);
    measured.put(`bytes${suffix}`, first.all);
    measured.put(`first row${suffix}`, first.ready);
    for (const [key] of STEPS) measured.put(`${key}${suffix}`, first.steps[key]);
    if (second) measured.put(`second visit${suffix}`, second.ready / first.ready);
  };
  for (let turn = 0; turn < 3; turn += 1) put(await load(browser, url, { again: turn === 0 }), '');
  put(await load(browser, url, { slow: true, again: true }), ', slow');
}

export function report({ measured, peers, print }) {
  const tanstack = (name) => peers?.of('react-tanstack', name);
  // On a fast line some of the rest arrives in the frame in which the rows are drawn.
  print('first load: brotli on the wire before the first row', measured.median('bytes before the first row, slow') / 1_000, 'kB', { limit: 200 });
  print('first load: brotli on the wire, everything', measured.median('bytes') / 1_000, 'kB', { limit: 450 });
  print('50 rows: navigation to the first row', measured.median('first row'), 'ms', { limit: tanstack('small_nav_to_row') });
  print('50 rows: the same, CPU 4x, 1.6 Mbps, 150 ms', measured.median('first row, slow'), 'ms', {
    limit: tanstack('slow_nav_to_row'),
  });
  for (const [suffix, words] of KINDS) {
    print(`50 rows: second visit, of the first${words}`, measured.median(`second visit${suffix}`), 'x', { limit: 0.5 });
  }
  for (const [suffix, words] of KINDS) {
    for (const [key, step] of STEPS) print(`start: ${step}${words}`, measured.median(`${key}${suffix}`), 'ms');
  }
}
