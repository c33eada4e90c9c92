// A hundred times: open a fleet, run, close. What is held afterwards is what was held before.
// Small runs: what leaks with each would leak with these, and a hundred of them end within minutes.
const DEVICES = 4;
const PER_DEVICE = 50;
const TARGETS = DEVICES * PER_DEVICE;
const TIMES = 100;
/** Memory that is taken once, whatever comes then: caches of the browser, WebAssembly's first pages. */
const WARM = 10;

export async function measure({ browser, stage, measured }) {
  const url = await stage.page(DEVICES);
  const page = await browser.page();
  let before;
  for (let time = 1; time <= WARM + TIMES; time += 1) {
    await stage.fill(DEVICES, PER_DEVICE, 1_000 + time);
    if (time === 1) await page.goto(url);
    else await page.click('.choice button');
    await page.until(`${TARGETS} rows, time ${time}`, (want) => window.bench?.holds(want), [{ count: TARGETS }]);
    await page.click('#select-all');
    await page.until('everything selected', (want) => window.bench.holds(want), [{ selected: TARGETS }]);
    await page.click('#cancel-selected');
    await page.click('#review-number');
    await page.type(String(TARGETS));
    await page.click('#review-go');
    await page.until(`the run's end, time ${time}`, (want) => window.bench.holds(want), [{ done: TARGETS }]);
    await page.click('.bar [data-icon=lock]');
    await page.until('the locked page', () => document.querySelector('.choice button'));
    if (time === WARM) before = await page.memory();
  }
  const after = await page.memory();
  if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
  await page.close();
  const held = ({ heap, wasm }) => heap + wasm;
  measured.put('memory before', held(before));
  measured.put('memory, share', held(after) / held(before));
  measured.put('heap, share', after.heap / before.heap);
  measured.put('nodes, share', after.nodes / before.nodes);
}

export function report({ measured, print }) {
  print(`${TIMES} times open, run, close: memory, of before`, measured.median('memory, share'), '', { limit: 1.1 });
  print(`${TIMES} times open, run, close: heap, of before`, measured.median('heap, share'), '', { limit: 1.1 });
  print(`${TIMES} times open, run, close: nodes of the document, of before`, measured.median('nodes, share'), '', { limit: 1.1 });
}
