// What the page meets: the shipped build behind `countermand serve`, and the simulator with a fleet of an
// exact size, both at one address, as a relay would have them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = process.env.COUNTERMAND ?? `${ROOT}target/release/countermand`;
const DIST = process.env.COUNTERMAND_DIST ?? `${ROOT}dist`;
/** Paths of the vendor; everything else is the console's. */
const VENDOR = /^\/(connect-service|apim-token-service|v1)\//;
/** A vendor takes its time over a cancel. */
const CANCEL_TAKES_MS = 5;
/** How many devices the simulator has, those without commands among them. */
export const DEVICES = 2_000;
/** What the connection is called that the page is opened with. */
const NAME = 'Bench';

/** Starts everything; `close` ends it. */
export async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-stage-'));
  const running = [];
  const close = async () => {
    for (const end of running.reverse()) await end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const dist = join(folder, 'dist');
    await compressed(dist);
    const simulator = await start('simulate', '--listen', '127.0.0.1:0', '--devices', String(DEVICES));
    running.push(simulator.stop);
    const { enos } = simulator.said;
    const front = await listen();
    running.push(front.stop);
    const connections = join(folder, 'connections.json');
    let served = null;
    running.push(async () => served?.stop());
    const control = async (method, path, body) => {
      const answer = await fetch(`${enos.base_url}/_sim/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`/_sim/${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    await control('PATCH', 'options', { enos_cancel_delay_ms: 0 });
    return {
      origin: front.origin,
      devices: enos.devices,
      /** Serves the console so that it opens with so many devices, and gives the page's address. */
      async page(devices) {
        const connection = {
          name: NAME,
          provider: 'enos',
          base_url: front.origin,
          org: enos.org,
          app_key: enos.app_key,
          app_secret: enos.app_secret,
          devices: enos.devices.slice(0, devices),
          begin_with: devices,
        };
        await writeFile(connections, JSON.stringify({ demo: [connection] }));
        await served?.stop();
        served = await start('serve', '--listen', '127.0.0.1:0', '--dist', dist, '--connections', connections);
        front.lead(new URL(enos.base_url), new URL(served.said.console));
        // The newest first, as the others have them; by itself the page has the gravest first.
        return `${front.origin}/#demo=${NAME}&sort=-created`;
      },
      /** Gives the first devices so many waiting commands each, and no others. */
      fill: (devices, perDevice, seed) =>
        control('POST', 'fleet', { vendor: 'enos', devices, commands_per_device: perDevice, seed, hold: true }),
      /** From now on a device's list has so many commands in an answer of so many bytes; of 0, as the vendor says. */
      enlarge: (commands, bytes) => front.enlarge(commands, bytes),
      /** What is true of the first devices' commands. */
      async truth(devices) {
        const { commands } = await control('GET', 'ledger');
        const meant = new Set(enos.devices.slice(0, devices));
        return commands.filter(({ device }) => meant.has(device));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A copy of the build with the compressed form beside each file, as a static host has it. */
async function compressed(to) {
  await cp(DIST, to, { recursive: true });
  const brotli = promisify(brotliCompress);
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || !/\.(wasm|js|css|html|svg|json|webmanifest)$/.test(entry.name)) continue;
    const there = await stat(`${path}.br`).catch(() => null);
    if (there) continue;
    const content = await readFile(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(`${path}.br`, await brotli(content, { params }));
  }
}

/** Starts `countermand` and gives the JSON of its first line. */
async function start(...args) {
  const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const first = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`countermand ${args[0]} ended with ${status}`)));
  });
  const said = JSON.parse(await first);
  return {
    said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** One address for the console and the vendor. */
async function listen() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  let vendor;
  let console_;
  let enlarged = null;
  const forward = (request, response) => {
    const { hostname, port } = VENDOR.test(request.url) ? vendor : console_;
    const { method, url: path, headers } = request;
    const onward = http.request({ agent, hostname, port, method, path, headers }, (answer) => {
      if (enlarged && /[?&]action=search(&|$)/.test(path)) return enlarge(answer, response, enlarged);
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
  const server = http.createServer((request, response) => {
    if (/[?&]action=cancel(&|$)/.test(request.url)) setTimeout(forward, CANCEL_TAKES_MS, request, response);
    else forward(request, response);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    lead(toVendor, toConsole) {
      vendor = toVendor;
      console_ = toConsole;
    },
    enlarge(commands, bytes) {
      enlarged = commands > 0 ? { commands, bytes } : null;
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with many more commands than the vendor has, each as long as the next. */
async function enlarge(answer, response, { commands, bytes }) {
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  const { data, ...around } = JSON.parse(Buffer.concat(chunks));
  const each = Math.floor(bytes / commands) - 1;
  const items = Array.from({ length: commands }, (_, at) => {
    const item = { ...data[at % data.length], commandId: `9${String(at).padStart(18, '0')}`, inputData: { note: '' } };
    item.inputData.note = 'x'.repeat(Math.max(0, each - JSON.stringify(item).length));
    return item;
  });
  around.pagination = { ...around.pagination, pageSize: commands, totalSize: commands };
  const { 'content-length': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode, headers);
  response.end(JSON.stringify({ ...around, data: items }));
}
