// The console as a folder, served by the programs that people serve folders with: each as a process of its own on a
// loopback port, with what the folder brings for it, and nothing installed or left behind.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? `${root}target`;
const xtask = process.env.COUNTERMAND_XTASK ?? `${target}/debug/countermand-xtask`;
/** The folder that `cargo xtask e2e` makes of the page. */
export const site = process.env.COUNTERMAND_SITE ?? `${target}/site`;
const isRoot = process.getuid() === 0;

/** Makes the folder anew for a page that may talk to this origin: `cargo xtask dist`, of the page as it is built. */
export async function distribute(origin) {
  const home = await mkdtemp(join(tmpdir(), 'countermand-site-'));
  const folder = join(home, 'site');
  await promisify(execFile)(xtask, ['dist', '--page', site, '--out', folder, '--connect', origin], { cwd: root });
  return { folder, stop: () => rm(home, { recursive: true }) };
}

async function freePort() {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

const isListening = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });

/** Runs `program` until it is stopped; `arranged` writes what it needs into a folder of its own. */
async function serve(program, arranged, path) {
  const home = await mkdtemp(join(tmpdir(), 'countermand-host-'));
  const port = await freePort();
  const args = await arranged(home, port);
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  const child = spawn(program, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  let over;
  ended.then(() => (over = true));
  const patience = Date.now() + 60_000;
  while (!(await isListening(port))) {
    if (over || Date.now() > patience) throw new Error(`${program} does not listen: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    address: `http://127.0.0.1:${port}${path}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(home, { recursive: true });
    },
  };
}

/** nginx, with `nginx.conf` included into a location. */
export const NGINX = {
  name: 'nginx',
  encoding: 'gzip',
  start: (folder, path) =>
    serve(
      '/usr/sbin/nginx',
      async (home, port) => {
        const bare = path.slice(0, -1);
        const slash = bare ? `location = ${bare} { return 301 ${path}; }` : '';
        const conf = `${isRoot ? 'user root;' : ''}
          daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log stderr;
          events {}
          http {
            access_log off;
            ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${home}/${kind};`).join('\n')}
            server {
              listen 127.0.0.1:${port};
              ${slash}
              location ${path} {
                ${bare ? `alias ${folder}/;` : `root ${folder};`}
                include ${folder}/nginx.conf;
              }
            }
          }`;
        await writeFile(join(home, 'test.conf'), conf);
        return ['-p', home, '-c', join(home, 'test.conf')];
      },
      path,
    ),
};

/** Caddy, with `Caddyfile` imported into a site. */
export const CADDY = {
  name: 'Caddy',
  encoding: 'br',
  start: (folder, path) =>
    serve(
      '/usr/bin/caddy',
      async (home, port) => {
        const inside = `root * ${folder}\nimport ${folder}/Caddyfile\n`;
        const bare = path.slice(0, -1);
        const site = bare ? `redir ${bare} ${path}\nhandle_path ${path}* {\n${inside}}\n` : inside;
        const conf = `{\nadmin off\nauto_https off\n}\nhttp://127.0.0.1:${port} {\n${site}}\n`;
        await writeFile(join(home, 'test.caddy'), conf);
        return ['run', '--adapter', 'caddyfile', '--config', join(home, 'test.caddy')];
      },
      path,
    ),
};

/** Apache, which reads `.htaccess` by itself. */
export const APACHE = {
  name: 'Apache',
  encoding: 'br',
  start: (folder, path) =>
    serve(
      '/usr/sbin/apache2',
      async (home, port) => {
        const modules = ['mpm_event', 'authz_core', 'alias', 'dir', 'mime', 'headers', 'rewrite'];
        const conf = `
          ${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
          ServerName localhost
          ServerRoot ${home}
          DefaultRuntimeDir ${home}
          PidFile ${home}/apache.pid
          Listen 127.0.0.1:${port}
          ErrorLog ${home}/error.log
          TypesConfig ${home}/mime.types
          AddLanguage br .br
          DocumentRoot ${path === '/' ? folder : home}
          ${path === '/' ? '' : `Alias ${path.slice(0, -1)} ${folder}`}
          <Directory ${folder}>
            AllowOverride All
            Require all granted
          </Directory>`;
        await writeFile(join(home, 'test.conf'), conf);
        // Such as systems have, which is not what the page needs.
        await writeFile(join(home, 'mime.types'), 'application/javascript js\napplication/gzip gz\n');
        return ['-d', home, '-f', join(home, 'test.conf'), '-D', 'FOREGROUND'];
      },
      path,
    ),
};

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** A host that says of a file what it is, and nothing else; with the page that brings its policy itself. */
export const NO_HEADERS = {
  name: 'a host that sets no headers',
  async start(folder, path) {
    // As README.txt says.
    await cp(join(folder, 'meta'), folder, { recursive: true });
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url, 'http://localhost');
      const name = pathname.startsWith(path) ? pathname.slice(path.length) || 'index.html' : undefined;
      try {
        const content = await readFile(join(folder, name));
        response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' });
        response.end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      address: `http://127.0.0.1:${server.address().port}${path}`,
      async stop() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  },
};
