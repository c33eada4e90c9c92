// Chromium over its debugging pipe, and nothing in between: a test runner's own tracking of the network
// makes a thousand requests take half as long again.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BROWSER } from '../e2e/support/browser.mjs';

const WINDOW = { width: 1280, height: 800 };
const ARGUMENTS = [
  '--headless',
  '--remote-debugging-pipe',
  ...BROWSER.args,
  '--disable-smooth-scrolling',
  '--lang=en-GB',
  `--window-size=${WINDOW.width},${WINDOW.height}`,
];
const PROBE = await readFile(new URL('./probe.js', import.meta.url), 'utf8');

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A browser that knows nothing yet. */
export async function launch() {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-bench-'));
  const child = spawn(BROWSER.executablePath, [...ARGUMENTS, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const wire = new Wire(child.stdio[3], child.stdio[4]);
  child.once('error', (error) => wire.fail(error));
  child.once('exit', (status) => wire.fail(new Error(`Chromium ended with ${status}`)));
  const { product } = await wire.call('Browser.getVersion');
  return {
    version: product,
    /** A page of its own, with no cache and no storage of another. */
    page: () => Page.open(wire),
    async close() {
      await wire.call('Browser.close').catch(() => {});
      await Promise.race([ended, pause(3_000)]);
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended, and everything that it started.
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Messages as JSON, each ended by a zero. */
class Wire {
  #out;
  #last = 0;
  #waiting = new Map();
  #listening = new Map();
  #rest = [];

  constructor(out, incoming) {
    this.#out = out;
    incoming.on('data', (chunk) => this.#read(chunk));
    // Writing to a browser that has ended is reported by its end.
    out.on('error', () => {});
  }

  #read(chunk) {
    let from = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
      const text = Buffer.concat([...this.#rest, chunk.subarray(from, end)]).toString();
      this.#rest = [];
      from = end + 1;
      this.#take(JSON.parse(text));
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }

  #take(message) {
    if (message.id === undefined) {
      for (const hear of this.#listening.get(message.sessionId) ?? []) hear(message.method, message.params);
      return;
    }
    const { resolve, reject, method } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) reject(new Error(`${method}: ${message.error.message}`));
    else resolve(message.result);
  }

  fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  call(method, params = {}, sessionId) {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  listen(sessionId, hear) {
    this.#listening.set(sessionId, [...(this.#listening.get(sessionId) ?? []), hear]);
  }
}

class Page {
  static async open(wire) {
    const { browserContextId } = await wire.call('Target.createBrowserContext');
    const { targetId } = await wire.call('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await wire.call('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page();
    page.send = (method, params) => wire.call(method, params, sessionId);
    page.listen = (hear) => wire.listen(sessionId, hear);
    page.close = () => wire.call('Target.disposeBrowserContext', { browserContextId });
    page.errors = [];
    page.listen((method, { exceptionDetails }) => {
      if (method !== 'Runtime.exceptionThrown') return;
      page.errors.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
    });
    await page.send('Emulation.setDeviceMetricsOverride', { ...WINDOW, deviceScaleFactor: 1, mobile: false });
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source: PROBE });
    return page;
  }

  /** Goes there, and waits until what is asked from now on is asked of the new page. */
  async goto(url) {
    await this.send('Page.navigate', { url });
    await this.until('the page', (origin) => location.origin === origin && window.bench !== undefined, [new URL(url).origin]);
  }

  /** Runs a function in the page and gives what it returns. */
  async eval(run, ...args) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression: `(${run})(...${JSON.stringify(args)})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until a function of the page returns something true, and gives it. */
  async until(what, holds, args = [], most = 60_000) {
    const give_up = Date.now() + most;
    while (Date.now() < give_up) {
      // While a page is being loaded there is nothing to ask.
      const found = await this.eval(holds, ...args).catch(() => false);
      if (found) return found;
      await pause(25);
    }
    throw new Error(`${what}: not within ${most / 1_000} s. ${await this.#whatIsThere()}`);
  }

  async #whatIsThere() {
    const there = () => `${location.href}: ${document.body?.innerText.replace(/\s+/g, ' ').slice(0, 600)}`;
    const text = await this.eval(there).catch((error) => String(error));
    return [text, ...this.errors].join('\n');
  }

  /** Waits until the page has nothing to do. */
  async idle(ms = 300) {
    await pause(ms);
    await this.eval(
      () => new Promise((resolve) => requestIdleCallback(() => window.bench.afterPaint(() => resolve()), { timeout: 3_000 })),
    );
  }

  /** The middle of an element that is there, enabled, on top of all others, and still. */
  async #place(selector) {
    return this.until(`a place to click in ${selector}`, (query) => {
      const element = document.querySelector(query);
      if (!element || element.disabled) return null;
      element.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const hit = document.elementFromPoint(x, y);
      const still = element.benchPlace === `${x},${y}`;
      element.benchPlace = `${x},${y}`;
      return still && width > 0 && hit && (element.contains(hit) || hit.contains(element)) ? { x, y } : null;
    }, [selector]);
  }

  async click(selector) {
    const at = await this.#place(selector);
    const button = { ...at, button: 'left', clickCount: 1 };
    await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at });
    await this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...button });
    await this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...button });
  }

  async press(key) {
    const code = key === 'Backspace' ? { windowsVirtualKeyCode: 8, code: key } : { text: key };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...code });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, ...code, text: undefined });
  }

  async type(text) {
    for (const key of text) {
      await this.press(key);
      await pause(30);
    }
  }

  /** Milliseconds from the input event that `act` makes to the first painted frame in which `want` holds. */
  async timed(event, want, act, most = 60_000) {
    await this.eval((event, want, most) => window.bench.arm(event, want, most), event, want, most);
    await act();
    await this.until(`${event} to ${JSON.stringify(want)}`, () => window.bench.timing !== null, [], most + 5_000);
    const timing = await this.eval(() => window.bench.timing);
    if (timing.error) throw new Error(`${event}: ${JSON.stringify(timing)}, wanted ${JSON.stringify(want)}`);
    return timing;
  }

  /** What the page's own measures count. */
  async counters() {
    await this.send('Performance.enable');
    const { metrics } = await this.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** Bytes that are held once everything that can go is gone: JavaScript's heap and WebAssembly's memory. */
  async memory() {
    await this.send('HeapProfiler.enable');
    for (let turn = 0; turn < 3; turn += 1) {
      await this.send('HeapProfiler.collectGarbage');
      await pause(100);
    }
    await this.send('HeapProfiler.disable');
    const { JSHeapUsedSize: heap, Nodes: nodes, JSEventListeners: listeners } = await this.counters();
    const wasm = await this.eval(() => window.bench.wasmBytes());
    return { heap, wasm, nodes, listeners };
  }
}
