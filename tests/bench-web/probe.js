// In the page before any script of its own: the stopwatch, and what it looks at.
// A frame counts as painted at the first task after its rendering step: the main thread's work is in, the
// compositor's is not.
(() => {
  // The first rows are drawn before the console is.
  const ROW = ':is(#early, #commands-scroller) [role=row][data-id]';
  const SCROLLER = '#commands-scroller';
  const bench = { longTasks: [], ready: null, timing: null };
  window.bench = bench;

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) bench.longTasks.push({ at: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });

  // Every answer of the vendor, however many: the browser's own list is bounded.
  const isApi = (url) => /\/(connect-service|apim-token-service|v1)\//.test(url);
  bench.firstAnswer = null;
  bench.lastAnswer = null;
  new PerformanceObserver((list) => {
    for (const { name, responseEnd } of list.getEntries()) {
      if (!/connect-service/.test(name) || !isApi(name)) continue;
      bench.firstAnswer ??= responseEnd;
      bench.lastAnswer = Math.max(bench.lastAnswer ?? 0, responseEnd);
    }
  }).observe({ type: 'resource', buffered: true });

  const memories = new Set();
  const note = (exports) => {
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async function (...args) {
      const made = await original.apply(this, args);
      note((made.instance ?? made).exports);
      bench.instantiated ??= performance.now();
      return made;
    };
  }
  bench.wasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

  bench.afterPaint = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });

  /** When each step of the start was done, in milliseconds from the navigation; undefined where it was not. */
  bench.start = () => {
    const first = (name) => performance.getEntriesByType('resource').find(({ name: url }) => name.test(url));
    const [list, token, search] = [/connections\.json/, /apim-token-service/, /connect-service/].map(first);
    return {
      document: performance.getEntriesByType('navigation')[0]?.responseEnd,
      asked: list?.startTime,
      known: list?.responseEnd,
      wasm: first(/\.wasm/)?.responseEnd,
      main: bench.instantiated,
      tokenAsked: token?.startTime,
      token: token?.responseEnd,
      searched: search?.startTime,
      found: search?.responseEnd,
      drawn: bench.ready,
      whole: performance.getEntriesByName('countermand:whole')[0]?.startTime,
      marked: performance.getEntriesByName('countermand:rows')[0]?.startTime,
    };
  };

  const isShown = (element) => {
    const { top, width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && top < innerHeight;
  };
  const watching = new MutationObserver(() => {
    if (!document.querySelector(ROW)) return;
    watching.disconnect();
    const look = () =>
      bench.afterPaint((now) => {
        const shown = [...document.querySelectorAll(ROW)].some((row) => row.textContent.trim() && isShown(row));
        if (shown) bench.ready = now;
        else look();
      });
    look();
  });
  watching.observe(document, { childList: true, subtree: true });

  bench.scroller = () => document.querySelector(SCROLLER);

  /** The rows in sight, from the top: their ids and texts. */
  bench.rows = () => {
    const box = bench.scroller()?.getBoundingClientRect();
    if (!box) return [];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    return [...document.querySelectorAll(ROW)]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box: { top: from, bottom: to, height } }) => height > 0 && (from + to) / 2 > top && (from + to) / 2 < bottom)
      .sort((a, b) => a.box.top - b.box.top)
      .map(({ row }) => ({ id: row.dataset.id, text: row.textContent }));
  };

  const number = (selector) => {
    const text = document.querySelector(selector)?.dataset.count;
    return text === undefined ? NaN : Number(text);
  };
  bench.count = () => number('#commands-count');
  /** The first number in a button's text. */
  const said = (selector) => Number(/[\d,. ]*\d/.exec(document.querySelector(selector)?.textContent ?? '')?.[0].replace(/\D/g, '') || NaN);

  /** `count`: so many rows; `first`: the id of the first row is one of these; `other`: it is not this;
   *  `done`: so many targets of the run are done; `selected`: so many rows are selected. */
  bench.holds = ({ count, first, other, done, selected }) => {
    if (count !== undefined && bench.count() !== count) return false;
    if (done !== undefined && number('#run-done') !== done) return false;
    if (selected !== undefined && said('#cancel-selected') !== selected) return false;
    if (first === undefined && other === undefined) return true;
    const id = bench.rows()[0]?.id;
    return id !== undefined && id !== other && (first?.includes(id) ?? true);
  };

  /** From the time stamp of the next such event to the first painted frame in which `want` holds. */
  bench.arm = (event, want, most) => {
    bench.timing = null;
    if (bench.holds(want)) {
      bench.timing = { error: 'it holds already' };
      return;
    }
    addEventListener(
      event,
      ({ timeStamp }) => {
        const look = (now) => {
          if (bench.holds(want)) bench.timing = { at: timeStamp, ms: now - timeStamp };
          else if (now - timeStamp > most) {
            bench.timing = { error: 'too late', count: bench.count(), rows: bench.rows().slice(0, 2) };
          } else bench.afterPaint(look);
        };
        bench.afterPaint(look);
      },
      { capture: true, once: true },
    );
  };

  /** The first painted frame from now on in which `want` holds; kept as `bench.reached`. */
  bench.reach = (want) => {
    bench.reached = null;
    const look = (now) => {
      if (bench.holds(want)) bench.reached = now;
      else bench.afterPaint(look);
    };
    bench.afterPaint(look);
  };

  /** The longest task from `from` on; 0 where none took 50 ms. */
  bench.longest = (from) => bench.longTasks.filter(({ at, ms }) => at + ms >= from).reduce((most, { ms }) => Math.max(most, ms), 0);

  /** Waits until the list has not moved for 300 ms. */
  bench.still = () =>
    new Promise((resolve) => {
      const scroller = bench.scroller();
      const began = performance.now();
      let [place, since] = [scroller.scrollTop, began];
      const look = () => {
        const now = performance.now();
        if (scroller.scrollTop !== place) [place, since] = [scroller.scrollTop, now];
        if (now - since > 300 || now - began > 10_000) resolve();
        else requestAnimationFrame(look);
      };
      look();
    });

  /** Counts frames, and those in which no row is in the middle of the list. */
  bench.countFrames = () => {
    const box = bench.scroller().getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const frames = { from: performance.now(), to: 0, count: 0, blank: 0, going: true };
    bench.frames = frames;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (!document.elementFromPoint(x, y)?.closest(ROW)) frames.blank += 1;
    };
    const tick = () => {
      if (!frames.going) return;
      frames.count += 1;
      port2.postMessage(null);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };
  bench.stopCounting = () => {
    bench.frames.going = false;
    bench.frames.to = performance.now();
    return bench.frames;
  };
})();
