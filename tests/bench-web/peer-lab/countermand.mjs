// The console in the peer lab. Copy this file and countermand-vendor.mjs to the lab's adapters/, apply
// harness.patch there, and name the built console in COUNTERMAND_DIST. README.md beside this says why.
import { startVendor } from './countermand-vendor.mjs';
import { DEVICE_PREFIX, command } from './countermand-vendor.mjs';

/** The page is whole when all rows are there, not when the first of two thousand answers is. */
const WHOLE = `(() => {
  performance.setResourceTimingBufferSize(10000);
  const [, wanted] = /^\\/n(\\d+)\\//.exec(location.pathname) ?? [];
  const lab = window.__lab;
  // What a caption says is not its number.
  lab.count = () => Number(document.querySelector('#early, #commands-count')?.dataset.count ?? NaN);
  let ready = null;
  Object.defineProperty(lab, 'ready', {
    get: () => ready,
    set(first) {
      if (first === null) return;
      const look = (now) => (lab.count() === Number(wanted) ? (ready = now) : lab.afterPaint(look));
      look(first);
    },
  });
})();`;

export default {
  name: 'Countermand',
  versions: [],
  note: 'with everything; 2,000 devices of 50 commands, a request for each device, at the vendor\'s paths and with its paging',
  start: () => startVendor(process.env.COUNTERMAND_DIST),
  path: (n) => `/n${n}/#demo=Lab&sort=-created`,
  api: '-service/',
  script: WHOLE,
  row: ':is(#early, #commands-scroller) [role=row][data-id]',
  scroller: '#commands-scroller',
  count: { selector: '#commands-caption' },
  filter: '#filter-text',
  // The address says that the newest are first (else the gravest are), so the other column has its turn first.
  sort: { device: '#sort-device', created: '#sort-created' },
  selectAll: ['#select-all'],
  cancel: '#cancel-selected',
  /** The number of targets has to be typed before they can be cancelled. */
  typed: '#review-number',
  confirm: '#review-go',
  // Its text begins with the number of targets before any of them is done, too.
  done: '#run-done[data-count="1000"]',
  commands: (n) => Array.from({ length: n }, (_, i) => command(i)).sort((a, b) => b.createTime - a.createTime),
  /** Rows of one device have no order of their own, so the device is looked for. */
  byDevice(rows) {
    const keys = rows.map(({ deviceKey }) => `${DEVICE_PREFIX}${deviceKey}`).sort();
    return [Array(4).fill(keys[0]), Array(4).fill(keys.at(-1))];
  },
};
