// Reading 2,000 devices of 50 commands, beside bare loops of fetch that send the very same requests from the same
// page; and one device whose answer has 10 MB.
import { DEVICES } from '../stage.mjs';

const PER_DEVICE = 50;
const ROWS = DEVICES * PER_DEVICE;
/** How many bare loops there are. */
const LOOPS = 16;
const LARGE = { commands: 25_000, bytes: 10e6 };

/** In the page, before any script of its own: keeps what requests are made of, to make them again. */
const KEEP = `(() => {
  const kept = [];
  const Made = window.Request;
  window.Request = new Proxy(Made, {
    construct(target, [url, options]) {
      if (String(url).includes('action=search')) {
        window.bench.firstAsked ??= performance.now();
        kept.push([url, options]);
      }
      return new target(url, options);
    },
  });
  window.bench.again = async (loops) => {
    const began = performance.now();
    let next = 0;
    let read = 0;
    const loop = async () => {
      while (next < kept.length) {
        const answer = await fetch(new Made(...kept[next++]));
        read += (await answer.arrayBuffer()).byteLength;
      }
    };
    await Promise.all(Array.from({ length: loops }, loop));
    return { ms: performance.now() - began, asked: kept.length, read };
  };
})();`;

async function open(browser, url) {
  const page = await browser.page();
  await page.send('Page.addScriptToEvaluateOnNewDocument', { source: KEEP });
  await page.goto(url);
  return page;
}

/** Milliseconds from the first request to all rows in sight, and the longest task from the first answer on. */
async function rows(page, count) {
  await page.eval((want) => window.bench.reach(want), { count });
  await page.until(`${count} rows`, () => window.bench.reached, [], 180_000);
  await page.idle(1_000);
  return page.eval(() => {
    const { ready, reached, firstAsked, firstAnswer, longest } = window.bench;
    return { ms: reached - firstAsked, whole: longest(firstAnswer), rest: longest(ready) };
  });
}

async function many(browser, stage, measured, round) {
  await stage.fill(DEVICES, PER_DEVICE, 300 + round);
  const page = await open(browser, await stage.page(DEVICES));
  const console_ = await rows(page, ROWS);
  const bare = await page.eval((loops) => window.bench.again(loops), LOOPS);
  if (bare.asked < DEVICES) throw new Error(`${bare.asked} of ${DEVICES} requests`);
  if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
  await page.close();
  measured.put('read', console_.ms);
  measured.put('bare', bare.ms);
  measured.put('read, of bare', console_.ms / bare.ms);
  // What the first row takes is measured by itself.
  measured.put('longest task, reading', console_.rest);
}

async function large(browser, stage, measured, round) {
  await stage.fill(1, PER_DEVICE, 400 + round);
  const url = await stage.page(1);
  stage.enlarge(LARGE.commands, LARGE.bytes);
  try {
    const page = await open(browser, url);
    const { ms, whole } = await rows(page, LARGE.commands);
    if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
    await page.close();
    measured.put('large answer', ms);
    measured.put('longest task, large answer', whole);
  } finally {
    stage.enlarge(0);
  }
}

export async function measure({ browser, stage, measured, round }) {
  await many(browser, stage, measured, round);
  await large(browser, stage, measured, round);
}

export function report({ measured, print }) {
  print('2,000 devices of 50 commands: first request to all rows', measured.median('read'), 'ms');
  print(`2,000 devices: ${LOOPS} bare loops of fetch, the same requests`, measured.median('bare'), 'ms');
  print('2,000 devices: the console, of the bare loops', measured.median('read, of bare'), '', { limit: 1.5 });
  print('2,000 devices: longest task (0: none of 50 ms)', measured.median('longest task, reading'), 'ms', { limit: 50 });
  print('an answer of 10 MB with 25,000 commands: all rows', measured.median('large answer'), 'ms');
  print('an answer of 10 MB: longest task (0: none of 50 ms)', measured.median('longest task, large answer'), 'ms', { limit: 50 });
}
