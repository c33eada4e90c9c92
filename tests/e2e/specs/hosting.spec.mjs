// The console as files on other people's hosts: real ones, with the header files that the build writes for them.
import { test as base, expect } from '../support/fixtures.mjs';
import { APACHE, CADDY, NGINX, NO_HEADERS, distribute } from '../support/hosts.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { APPLIVERY, ENOS } from '../support/vendors.mjs';
import { NO_ANSWER } from '../support/watch.mjs';

const PATHS = ['/', '/some/path/'];

const directives = (policy) => new Map(policy.split(';').map((text) => [text.trim().split(' ')[0], text.trim()]));

/** What nothing of the page may go without. */
const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
const NOTHING =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** The names of the page's files, as its manifest has them. */
async function filesOf(request, address) {
  const { files, commit, version } = await (await request.get(new URL('manifest.json', address).href)).json();
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  return Object.keys(files);
}

const test = base.extend({
  /** Serves the folder, made for a page that may talk to the test's simulator; gives the page's address. */
  hosted: async ({ started, simulator }, use) => {
    await use(async (host, path) => {
      const { folder } = await started(distribute(simulator.origin));
      return (await started(host.start(folder, path))).address;
    });
  },

  /** Does the whole main job there. */
  theMainJob: async ({ page, context, simulator, connectPage, workspace, watched }, use) => {
    await use((vendor, address) => mainJob(vendor, address, { page, context, simulator, connectPage, workspace, watched }));
  },
});

/** From the form to what became of each; then the same page without a network. */
async function mainJob(vendor, address, { page, context, simulator, connectPage, workspace, watched }) {
  const [device, other] = simulator[vendor.key].devices;
  const targets = [];
  for (const kind of vendor.kinds) targets.push(await simulator.hold(device, kind));
  const kept = await simulator.hold(other, vendor.kinds[0]);
  await connectPage.open(address);
  await connectPage.fill(vendor, vendor.entered(simulator));
  await connectPage.connect.click();
  await workspace.isOpen();
  await workspace.devices.paste([device, other].join('\n'));
  for (const target of [...targets, kept]) await expect(workspace.commands.row(target)).toBeVisible();
  await workspace.cancel(targets);
  await expect(workspace.run.over).toBeVisible();
  await expectCancelled(workspace, simulator, targets);
  expect(await simulator.truth(kept)).toMatchObject({ state: 'pending', cancels: [] });

  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
  expect(scope).toBe(address);
  await expect
    .poll(() => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('countermand-shell'))))
    .toHaveLength(1);
  expect(watched.unexpected()).toEqual([]);
  expect(watched.violations).toEqual([]);
  watched.allow(NO_ANSWER);
  await context.setOffline(true);
  await page.reload();
  await expect(connectPage.form).toBeVisible();
}

for (const host of [NGINX, CADDY, APACHE]) {
  for (const [path, vendor] of PATHS.map((path, at) => [path, at === 0 ? APPLIVERY : ENOS])) {
    test.describe(`${host.name}, under ${path}`, () => {
      test('the whole main job, and nothing that the browser complains of', async ({ hosted, theMainJob }) => {
        await theMainJob(vendor, await hosted(host, path));
      });

      test('every file has its headers, its type and its compressed form', async ({ hosted, simulator, request }) => {
        const address = await hosted(host, path);
        const names = await filesOf(request, address);
        expect(names.length).toBeGreaterThan(8);
        for (const name of ['', ...names, 'connections.json', 'manifest.json', 'none.html']) {
          const answer = await request.get(new URL(name, address).href, { headers: { 'accept-encoding': 'gzip, br' } });
          expect(answer.status(), name).toBe(name === 'none.html' ? 404 : 200);
          const headers = answer.headers();
          expect(headers, name).toMatchObject(EVERYWHERE);
          expect(headers['permissions-policy'], name).toContain('camera=()');
          const several = answer.headersArray().filter((header) => header.name.toLowerCase() === 'content-security-policy');
          expect(several, name).toHaveLength(1);
          const policy = directives(headers['content-security-policy']);
          if (['', 'index.html'].includes(name)) {
            expect(policy.get('script-src')).toMatch(/^script-src 'self' 'wasm-unsafe-eval'( 'sha256-[A-Za-z0-9+/]{43}=')+$/);
            expect(policy.get('connect-src')).toBe(
              `connect-src ${["'self'", ...[simulator.origin, 'https://api.applivery.io'].sort()].join(' ')}`,
            );
            expect(policy.get('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
            expect(policy.get('frame-ancestors')).toBe("frame-ancestors 'none'");
          } else if (name === 'sw.js') {
            expect([policy.get('default-src'), policy.get('connect-src')]).toEqual(["default-src 'none'", "connect-src 'self'"]);
          } else if (name !== 'none.html') {
            expect(headers['content-security-policy'], name).toBe(NOTHING);
          }
          if (name === 'none.html') continue;
          const hashed = /-[0-9a-f]{8,}(_bg)?\.\w+$/.test(name);
          const caching = hashed ? 'public, max-age=31536000, immutable' : name === 'connections.json' ? 'no-store' : 'no-cache';
          expect(headers['cache-control'], name).toBe(caching);
          expect(headers['content-type'].replaceAll(' ', ''), name).toMatch(typeOf(name));
          const compressed = /\.(html|js|css|wasm)$/.test(name || 'index.html');
          if (compressed) {
            expect(headers['content-encoding'], name).toBe(host.encoding);
            expect(headers.vary?.toLowerCase(), name).toContain('accept-encoding');
          }
          const plain = await request.get(new URL(name, address).href, { headers: { 'accept-encoding': 'identity' } });
          expect(plain.headers()['content-encoding'], name).toBeUndefined();
          expect((await plain.body()).equals(await answer.body()), name).toBe(true);
        }
        const noSlash = await request.get(address.replace(/\/$/, ''));
        expect(noSlash.url()).toBe(address);
      });
    });
  }
}

const typeOf = (name) => {
  const ending = (name || 'index.html').split('.').at(-1);
  return {
    html: /^text\/html;charset=utf-8$/,
    js: /^text\/javascript;charset=utf-8$/,
    css: /^text\/css;charset=utf-8$/,
    txt: /^text\/plain;charset=utf-8$/,
    wasm: /^application\/wasm$/,
    json: /^application\/json$/,
    webmanifest: /^application\/manifest\+json$/,
    svg: /^image\/svg\+xml$/,
    png: /^image\/png$/,
  }[ending];
};

for (const [path, vendor] of PATHS.map((path, at) => [path, at === 0 ? ENOS : APPLIVERY])) {
  test.describe(`${NO_HEADERS.name}, under ${path}`, () => {
    test('the whole main job, and nothing that the browser complains of', async ({ hosted, theMainJob }) => {
      await theMainJob(vendor, await hosted(NO_HEADERS, path));
    });

    test('the policy that the page brings bites', async ({ hosted, page, request, connectPage, watched }) => {
      const address = await hosted(NO_HEADERS, path);
      expect((await request.get(address)).headers()['content-security-policy']).toBeUndefined();
      watched.allow(/./);
      await connectPage.open(address);
      expect(watched.violations).toEqual([]);
      const done = await page.evaluate(async () => {
        let html = 'taken';
        try {
          document.createElement('div').innerHTML = '<b>x</b>';
        } catch {
          html = 'refused';
        }
        const script = document.createElement('script');
        try {
          script.textContent = 'window.itRan = true';
          document.head.append(script);
        } catch {
          // Trusted types refuse the text already.
        }
        const elsewhere = await fetch('http://127.0.0.1:9/').then(
          () => 'sent',
          () => 'refused',
        );
        return { html, elsewhere, ran: window.itRan === true };
      });
      expect(done).toEqual({ html: 'refused', elsewhere: 'refused', ran: false });
      await expect
        .poll(() => watched.violations.map((text) => text.split(' ')[0]))
        .toEqual(expect.arrayContaining(['connect-src', 'require-trusted-types-for']));
    });
  });
}
