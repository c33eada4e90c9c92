// A hundred thousand commands of two thousand devices: they arrive, are filtered, sorted, wheeled through, selected.
import { pause } from '../browser.mjs';
import { DEVICES } from '../stage.mjs';
import { Expected } from '../expected.mjs';

const PER_DEVICE = 50;
const ROWS = DEVICES * PER_DEVICE;
const WHEEL_MS = 5_000;

export async function measure({ browser, stage, measured }) {
  await stage.fill(DEVICES, PER_DEVICE, 2);
  const expected = new Expected(await stage.truth(DEVICES));
  const url = await stage.page(DEVICES);
  const page = await browser.page();
  const longest = (from) => page.eval((from) => window.bench.longest(from), from);
  const now = () => page.eval(() => performance.now());
  const since = async (name, act) => {
    const from = await now();
    await act();
    await page.idle();
    measured.put(name, await longest(from));
  };

  await page.goto(url);
  await page.eval((want) => window.bench.reach(want), { count: ROWS });
  await page.until(`${ROWS} rows`, () => window.bench.reached, [], 180_000);
  const { ready, firstAnswer, lastAnswer, reached } = await page.eval(() => {
    const { ready, firstAnswer, lastAnswer, reached } = window.bench;
    return { ready, firstAnswer, lastAnswer, reached };
  });
  measured.put('first answer to first row', ready - firstAnswer);
  measured.put('last answer to all rows', reached - lastAnswer);
  measured.put('navigation to all rows', reached);
  await page.idle(1_000);
  // What begins the page is measured by itself: it is the same for one row.
  measured.put('longest task, arriving', await longest(ready));

  const memory = await page.memory();
  measured.put('memory', memory.heap + memory.wasm);
  measured.put('heap', memory.heap);
  measured.put('wasm', memory.wasm);
  await page.idle();

  await filter(page, expected, measured, since);
  await sort(page, expected, measured, since);
  await wheel(page, measured);
  await since('longest task, selecting', async () => {
    measured.put('select all', (await page.timed('pointerup', { selected: ROWS }, () => page.click('#select-all'))).ms);
  });
  if (page.errors.length > 0) throw new Error(page.errors.join('\n'));
  await page.close();
}

async function filter(page, expected, measured, since) {
  const query = expected.query(1_000);
  const [first] = query;
  // The newest are first from the beginning.
  const newest = (rows) => expected.firsts(({ created_ms }) => created_ms, rows)[1];
  const wanted = (text) => {
    const rows = expected.matching(text);
    return { count: rows.length, first: newest(rows) };
  };
  await page.click('#filter-text');
  await page.idle();
  await since('longest task, filtering', async () => {
    const key = async (key, text) => {
      const { ms } = await page.timed('keydown', wanted(text), () => page.press(key));
      await page.idle(500);
      return ms;
    };
    measured.put('filter, first keystroke', await key(first, first));
    const next = [await key(query[1], query)];
    await key('Backspace', first);
    next.push(await key(query[1], query));
    measured.put('filter, next keystroke', (next[0] + next[1]) / 2);
    await key('Backspace', first);
    await key('Backspace', '');
  });
}

async function sort(page, expected, measured, since) {
  // The simulator tells when a command was made, and not what its device is called.
  const oldestAndNewest = expected.firsts(({ created_ms }) => created_ms).flat();
  await since('longest task, sorting', async () => {
    // The newest are first from the beginning: another order has to be there to come back from.
    const click = async (column) => {
      const before = await page.eval(() => window.bench.rows()[0].id);
      const first = column === 'created' ? oldestAndNewest : undefined;
      const { ms } = await page.timed('pointerup', { count: ROWS, first, other: before }, () => page.click(`#sort-${column}`));
      await page.idle();
      return ms;
    };
    measured.put('sort by text', await click('device'));
    measured.put('sort by text, reverse', await click('device'));
    measured.put('sort by time', await click('created'));
    measured.put('sort by time, reverse', await click('created'));
  });
}

async function wheel(page, measured) {
  await page.eval(() => {
    window.bench.scroller().scrollIntoView({ block: 'nearest' });
    window.bench.scroller().scrollTop = 0;
  });
  await page.idle(800);
  const { x, y, distance } = await page.eval(() => {
    const scroller = window.bench.scroller();
    const { left, top, width, height } = scroller.getBoundingClientRect();
    const bottom = Math.min(top + height, innerHeight);
    return { x: left + width / 2, y: (Math.max(top, 0) + bottom) / 2, distance: scroller.scrollHeight - scroller.clientHeight };
  });
  await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
  await page.eval(() => window.bench.countFrames());
  const started = Date.now();
  const sent = [];
  let done = 0;
  const turn = (deltaY) =>
    sent.push(page.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY }).catch(() => {}));
  while (Date.now() - started < WHEEL_MS) {
    const goal = Math.min(1, (Date.now() - started) / WHEEL_MS) * distance;
    if (goal - done >= 1) {
      turn(goal - done);
      done = goal;
    }
    await pause(16);
  }
  turn(distance - done + 10);
  await Promise.race([Promise.all(sent), pause(15_000)]);
  await page.eval(() => window.bench.still());
  const frames = await page.eval(() => window.bench.stopCounting());
  await page.idle();
  const { reached, long } = await page.eval(
    ({ from, to }) => {
      const scroller = window.bench.scroller();
      return {
        reached: scroller.scrollTop / (scroller.scrollHeight - scroller.clientHeight),
        long: window.bench.longTasks.filter(({ at, ms }) => at + ms >= from && at <= to).reduce((sum, { ms }) => sum + ms, 0),
      };
    },
    frames,
  );
  if (reached < 0.99) throw new Error(`the wheel reached ${reached} of the list`);
  measured.put('wheel, frames a second', (frames.count * 1_000) / (frames.to - frames.from));
  measured.put('wheel, long tasks', long);
  measured.put('wheel, frames without a row', (100 * frames.blank) / frames.count);
}

export function report({ measured, peers, print }) {
  const vanilla = (name, share) => peers && share * peers.of('vanilla', name);
  const rows = '100,000 rows';
  print(`${rows}: first answer to the first row`, measured.median('first answer to first row'), 'ms');
  print(`${rows}: last answer to all of them shown`, measured.median('last answer to all rows'), 'ms', {
    limit: vanilla('big_api_to_row', 1),
  });
  print(`${rows}: navigation to all of them (2,000 requests)`, measured.median('navigation to all rows'), 'ms');
  print(`${rows}: filter, first keystroke`, measured.median('filter, first keystroke'), 'ms', {
    limit: vanilla('filter_first', 0.5),
  });
  print(`${rows}: filter, next keystroke`, measured.median('filter, next keystroke'), 'ms', {
    limit: vanilla('filter_narrow', 0.7),
  });
  for (const [name, peer] of [['time', 'created'], ['text', 'device']]) {
    print(`${rows}: sort by ${name}`, measured.median(`sort by ${name}`), 'ms', { limit: vanilla(`sort_${peer}_first`, 0.5) });
    print(`${rows}: sort by ${name}, reverse`, measured.median(`sort by ${name}, reverse`), 'ms');
  }
  print(`${rows}: select all`, measured.median('select all'), 'ms');
  print('wheel through them: frames a second', measured.median('wheel, frames a second'), '1/s', { at_least: 58 });
  print('wheel through them: long tasks together', measured.median('wheel, long tasks'), 'ms', { limit: 0 });
  print('wheel through them: frames without a row', measured.median('wheel, frames without a row'), '%');
  const tanstack = peers && 0.7 * peers.of('react-tanstack', 'big_heap_mb', 'big_wasm_mb');
  print(`${rows}: heap and wasm memory`, measured.median('memory') / 1e6, 'MB', { limit: tanstack });
  print(`${rows}: of it wasm memory`, measured.median('wasm') / 1e6, 'MB');
  for (const name of ['arriving', 'filtering', 'sorting', 'selecting']) {
    print(`${rows}: longest task, ${name} (0: none of 50 ms)`, measured.median(`longest task, ${name}`), 'ms', { limit: 50 });
  }
}
