// The first load: nothing is cached, and fifty commands wait on one device.
import { pause } from '../browser.mjs';

const VENDOR = /\/(connect-service|apim-token-service|connections\.json)/;
const SLOW_CPU = 4;
const SLOW_NET = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

async function load(browser, url, slow) {
  const page = await browser.page();
  const own = new Set();
  let bytes = 0;
  page.listen((method, params) => {
    if (method === 'Network.requestWillBeSent' && !VENDOR.test(params.request.url)) own.add(params.requestId);
    if (method === 'Network.loadingFinished' && own.has(params.requestId)) bytes += params.encodedDataLength;
  });
  await page.send('Network.enable');
  if (slow) {
    await page.send('Network.emulateNetworkConditions', SLOW_NET);
    await page.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
  }
  await page.goto(url);
  const ready = await page.until('the first row', () => window.bench?.ready);
  await pause(300);
  await page.close();
  return { ready, bytes };
}

export async function measure({ browser, stage, measured }) {
  await stage.fill(1, 50, 1);
  const url = await stage.page(1);
  // Warms the browser, not the page: each has a context of its own.
  await load(browser, url, false);
  for (let turn = 0; turn < 3; turn += 1) {
    const { ready, bytes } = await load(browser, url, false);
    measured.put('bytes', bytes);
    measured.put('first row', ready);
  }
  measured.put('first row, slow', (await load(browser, url, true)).ready);
}

export function report({ measured, peers, print }) {
  const tanstack = (name) => peers?.of('react-tanstack', name);
  print('first load: brotli on the wire', measured.median('bytes') / 1_000, 'kB', { limit: 150 });
  print('50 rows: navigation to the first row', measured.median('first row'), 'ms', { limit: tanstack('small_nav_to_row') });
  print('50 rows: the same, CPU 4x, 1.6 Mbps, 150 ms', measured.median('first row, slow'), 'ms', {
    limit: tanstack('slow_nav_to_row'),
  });
}
