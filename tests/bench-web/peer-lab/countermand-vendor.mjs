// The lab's rows behind EnOS's own paths: a token, a search per device with paging, a cancel that changes the
// command's state, 5 ms for each cancel as the lab's server takes. And the console's files, compressed as the
// lab serves those of the others.
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { command as labCommand } from '../gen.mjs';

const CANCEL_TAKES_MS = 5;
const PRODUCT = 'pkInverter';
/** What the table shows before a device's key. */
export const DEVICE_PREFIX = `${PRODUCT}/`;
const PER_DEVICE = 50;
const MOST = 100_000;
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json',
};

/** The lab's row `i`, with two differences. The vendor lists by device and caches at most fifty commands of one,
 *  so the thousand rows of a site are those of twenty devices, not of a thousand. And every row waits: what does
 *  not cannot be selected here. */
export function command(i) {
  const row = labCommand(i);
  const site = row.deviceKey.split('-')[0];
  const device = Math.floor(i / 100) % (1_000 / PER_DEVICE);
  return { ...row, productKey: PRODUCT, deviceKey: `${site}-inv${String(device).padStart(5, '0')}`, state: 1 };
}

export async function startVendor(dist) {
  if (!dist) throw new Error('COUNTERMAND_DIST: the folder of the built console');
  const files = readFiles(dist);
  const fleets = { 50: oneDevice(50), [MOST]: devicesOf(MOST) };
  const devices = new Map(Object.values(fleets).flatMap((fleet) => [...fleet]));
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url, 'http://x');
      const send = (body, type = 'application/json', encoding) => {
        const headers = { 'content-type': type, 'content-length': body.length, 'cache-control': 'no-store' };
        if (encoding) headers['content-encoding'] = encoding;
        if (request.headers['x-lab-isolate']) {
          headers['cross-origin-opener-policy'] = 'same-origin';
          headers['cross-origin-embedder-policy'] = 'require-corp';
        }
        response.writeHead(200, headers);
        response.end(body);
      };
      if (url.pathname.startsWith('/apim-token-service/')) {
        // A page begins: what an earlier one cancelled waits again.
        for (const device of devices.values()) device.reset();
        send(json({ status: 0, msg: 'SUCCESS', business: 'apim-token-service', data: { accessToken: 'lab', expire: 7_200 } }));
      } else if (url.pathname.startsWith('/connect-service/')) {
        vendor(url, Buffer.concat(chunks), devices, send);
      } else {
        const [, count, name] = /^\/n(\d+)\/(.*)$/.exec(url.pathname) ?? [];
        if (name === 'connections.json' && fleets[count]) return send(json(offer(server, fleets[count])));
        const file = files.get(name || 'index.html');
        if (file) return send(file.body, file.type, file.encoding);
        response.writeHead(404, { 'cache-control': 'no-store' });
        response.end();
      }
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: origin(server),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const origin = (server) => `http://127.0.0.1:${server.address().port}`;
const json = (value) => Buffer.from(JSON.stringify(value));

function offer(server, fleet) {
  const devices = [...fleet.keys()].map((key) => `enos:key:${PRODUCT}/${key}`);
  const connection = {
    name: 'Lab', provider: 'enos', base_url: origin(server), org: 'o15553872217', app_key: 'lab', app_secret: 'lab',
    devices, begin_with: devices.length,
  };
  return { demo: [connection] };
}

function vendor(url, body, devices, send) {
  const query = url.searchParams;
  const answer = (data, more = {}) => json({ code: 0, msg: 'OK', requestId: 'lab', data, ...more });
  const refuse = (code, msg) => send(json({ code, msg, requestId: 'lab', data: null }));
  const asked = body.length > 0 ? JSON.parse(body) : {};
  const { pageNo = 1, pageSize = 100 } = asked.pagination ?? {};
  const action = query.get('action');
  if (url.pathname.endsWith('/devices')) {
    const keys = [...devices.keys()];
    const data = keys.slice((pageNo - 1) * pageSize, pageNo * pageSize);
    const pagination = { sortedBy: null, pageNo, pageSize, totalSize: keys.length };
    return send(answer(data.map((deviceKey) => ({ productKey: PRODUCT, deviceKey, deviceName: deviceKey })), { pagination }));
  }
  const device = devices.get(query.get('deviceKey'));
  if (!device || query.get('productKey') !== PRODUCT) return refuse(99_404, 'device does not exist');
  const id = query.get('commandId');
  if (action === 'search') {
    const page = device.page(asked.expression, pageNo, pageSize);
    return send(page.body, 'application/json', page.encoding);
  }
  if (action === 'get') {
    const found = device.get(id);
    return found ? send(answer(found)) : refuse(99_404, 'command does not exist');
  }
  if (action === 'cancel') {
    return setTimeout(() => send(answer(device.cancel(id).map((one) => ({ ...one, state: 1 })))), CANCEL_TAKES_MS);
  }
  return refuse(99_400, 'Invalid parameter: action');
}

/** One device's commands, the newest first. */
class Device {
  #rows;
  #byId;
  #pages = new Map();
  #changed = false;
  #compressed;

  constructor(rows, compressed) {
    this.#rows = rows.sort((a, b) => Number(b.createTime) - Number(a.createTime));
    this.#byId = new Map(rows.map((row) => [row.commandId, row]));
    this.#compressed = compressed;
    this.page(undefined, 1, PER_DEVICE);
  }

  get = (id) => this.#byId.get(id);

  page(expression, pageNo, pageSize) {
    const key = `${expression}/${pageNo}/${pageSize}`;
    if (!this.#pages.has(key)) {
      const [, state] = /^state = (\d)$/.exec(expression ?? '') ?? [];
      const rows = state ? this.#rows.filter((row) => row.state === Number(state)) : this.#rows;
      const data = rows.slice((pageNo - 1) * pageSize, pageNo * pageSize);
      const pagination = { sortedBy: null, pageNo, pageSize, totalSize: rows.length };
      const body = json({ code: 0, msg: 'OK', requestId: 'lab', data, pagination });
      // As the lab's server: short lists compressed, as a gateway would, the hundred thousand as they are.
      this.#pages.set(key, this.#compressed ? { body: brotli(body, 5), encoding: 'br' } : { body });
    }
    return this.#pages.get(key);
  }

  cancel(id) {
    const rows = (id ? [this.#byId.get(id)] : this.#rows).filter((row) => row?.state === 1);
    for (const row of rows) row.state = 2;
    this.#changed = true;
    this.#pages.clear();
    return rows;
  }

  reset() {
    if (!this.#changed) return;
    for (const row of this.#rows) row.state = 1;
    this.#changed = false;
    this.#pages.clear();
  }
}

function oneDevice(count) {
  const key = 'small-inv00000';
  const rows = Array.from({ length: count }, (_, i) => ({ ...command(i), deviceKey: key }));
  return new Map([[key, new Device(rows, true)]]);
}

function devicesOf(count) {
  const rows = new Map();
  for (let i = 0; i < count; i += 1) {
    const row = command(i);
    rows.set(row.deviceKey, [...(rows.get(row.deviceKey) ?? []), row]);
  }
  return new Map([...rows].map(([key, of]) => [key, new Device(of, false)]));
}

function brotli(content, quality) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return brotliCompressSync(content, { params });
}

function readFiles(dist) {
  const files = new Map();
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const ending = extname(path);
    if (!entry.isFile() || ['.br', '.gz'].includes(ending)) continue;
    const packed = ending === '.png';
    const content = readFileSync(path);
    const body = packed ? content : existsSync(`${path}.br`) ? readFileSync(`${path}.br`) : brotli(content, 11);
    files.set(relative(dist, path), { body, encoding: packed ? undefined : 'br', type: TYPES[ending] ?? 'application/octet-stream' });
  }
  return files;
}
