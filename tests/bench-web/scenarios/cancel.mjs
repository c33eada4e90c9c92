// Runs of a thousand and of ten thousand cancels, each target read back, the vendor taking 5 ms for each.
const PER_DEVICE = 50;

async function run(browser, stage, targets, seed) {
  const devices = targets / PER_DEVICE;
  await stage.fill(devices, PER_DEVICE, seed);
  const url = await stage.page(devices);
  const page = await browser.page();
  await page.goto(url);
  await page.until(`${targets} rows`, (want) => window.bench?.holds(want), [{ count: targets }], 120_000);
  await page.idle(500);
  await page.click('#select-all');
  await page.until('everything selected', (want) => window.bench.holds(want), [{ selected: targets }]);
  await page.click('#cancel-selected');
  await page.click('#review-number');
  await page.type(String(targets));
  await page.until('the way to go on', () => document.querySelector('#review-go:not(:disabled)'));
  await page.idle(500);
  const { at, ms } = await page.timed('pointerup', { done: targets }, () => page.click('#review-go'), 300_000);
  await page.idle(1_000);
  const longest = await page.eval((at) => window.bench.longest(at), at);
  // What the page counts as done is one thing, what became of the commands another.
  const cancelled = (await stage.truth(devices)).filter(({ state }) => state === 'cancelled');
  if (cancelled.length !== targets) throw new Error(`${cancelled.length} of ${targets} are cancelled`);
  if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
  await page.close();
  return { ms, longest };
}

export async function measure({ browser, stage, measured, round }) {
  const thousand = await run(browser, stage, 1_000, 100 + round);
  measured.put('cancel 1,000', thousand.ms);
  measured.put('longest task, 1,000', thousand.longest);
  const many = await run(browser, stage, 10_000, 200 + round);
  measured.put('cancel 10,000', many.ms);
  measured.put('longest task, 10,000', many.longest);
}

export function report({ measured, peers, print }) {
  print('cancel 1,000 and read them back: wall', measured.median('cancel 1,000'), 'ms', {
    limit: peers?.of('vanilla', 'cancel_wall'),
  });
  print('cancel 10,000 and read them back: wall', measured.median('cancel 10,000'), 'ms');
  print('cancel 1,000: longest task (0: none of 50 ms)', measured.median('longest task, 1,000'), 'ms', { limit: 50 });
  print('cancel 10,000: longest task (0: none of 50 ms)', measured.median('longest task, 10,000'), 'ms', { limit: 50 });
}
