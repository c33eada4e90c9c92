// Without a network: the page opens, says so, keeps nothing of an API, and recovers.
import { Doors } from '../pages/doors.mjs';
import { expectNoViolations } from '../support/accessibility.mjs';
import { test, expect } from '../support/fixtures.mjs';
import { TOKENS, startTeam } from '../support/relay.mjs';
import { kept } from '../support/secrets.mjs';
import { APPLIVERY, VENDORS } from '../support/vendors.mjs';
import { NO_ANSWER } from '../support/watch.mjs';
import { Server } from '../pages/server.mjs';

const ready = (page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    return (await caches.keys()).filter((name) => name.startsWith('countermand-shell'));
  });

test('the shell opens from what is kept, says that it is offline, and recovers', async ({ page, context, served, simulator, connectPage, watched }) => {
  watched.allow(NO_ANSWER);
  const doors = new Doors(page);
  await connectPage.open(served.address);
  expect(await ready(page)).toHaveLength(1);
  await context.setOffline(true);
  await page.reload();
  await expect(connectPage.form).toBeVisible();
  await expect(doors.banner).toContainText('You are offline.');
  await expect(connectPage.connect).toHaveAttribute('aria-disabled', 'true');
  await expect(connectPage.connect).toHaveAccessibleDescription('You are offline. This needs the network.');
  await connectPage.fill(APPLIVERY, APPLIVERY.entered(simulator));
  // What says that it is disabled is not waited for.
  await connectPage.connect.click({ force: true });
  expect((await simulator.ledger()).requests).toEqual({});
  await expectNoViolations(page, 'offline');
  await context.setOffline(false);
  await expect(doors.banner).toBeHidden();
  await connectPage.connect.click();
  await expect(connectPage.form).toBeHidden();
});

test("an API on the page's own host does not wake the worker", async ({ page, started, simulator, workspace }) => {
  const device = simulator.enos.devices[0];
  const target = await simulator.hold(device, 'stop_turbine');
  const { address } = await started(startTeam(simulator));
  await new Server(page).open(address, TOKENS.alice, 'wind');
  expect(await ready(page)).toHaveLength(1);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.evaluate(() => performance.clearResourceTimings());
  await workspace.devices.paste(device);
  await expect(workspace.commands.row(target)).toBeVisible();
  // One that it is woken for, to see that this can be seen.
  await page.evaluate(() => fetch(document.querySelector('link[rel=stylesheet]').href));
  /** For each request of a name with this in it: where the browser was told to send it. */
  const sources = (part) =>
    page.evaluate((part) => {
      const entries = performance.getEntriesByType('resource').filter(({ name }) => name.includes(part));
      return [...new Set(entries.map(({ workerMatchedSourceType }) => workerMatchedSourceType))];
    }, part);
  await expect.poll(() => sources('.css')).toEqual(['']);
  expect(await sources('/connect-service/')).toEqual(['network']);
});

test("a host that is away is said to be, and the page opens from what is kept", async ({ page, demo, connectPage, watched }) => {
  watched.allow(NO_ANSWER);
  const doors = new Doors(page);
  await connectPage.open(demo.address);
  expect(await ready(page)).toHaveLength(1);
  // Nothing of the page's host is answered any more, neither to the page nor to its worker.
  await page.context().route(`${new URL(demo.address).origin}/**`, (route) => route.abort('connectionrefused'));
  await page.reload();
  await expect(connectPage.form).toBeVisible();
  await expect(doors.banner).toContainText("This page's server does not respond");
});

for (const vendor of VENDORS) {
  test(`what is kept is the shell alone, ${vendor.name}`, async ({ page, connected, simulator, served, workspace }) => {
    const device = simulator[vendor.key].devices[0];
    const target = await simulator.hold(device, vendor.kinds[0]);
    await connected(vendor, [device]);
    await expect(workspace.commands.row(target)).toBeVisible();
    const [name] = await ready(page);
    const urls = await page.evaluate(async (name) => {
      const cache = await caches.open(name);
      return (await cache.keys()).map(({ url }) => url);
    }, name);
    expect(urls.length).toBeGreaterThan(4);
    for (const url of urls) {
      expect(url.startsWith(served.address), url).toBe(true);
      expect(url).toMatch(/\.(html|js|wasm|css|svg|png|webmanifest|txt)$/);
      expect(url).not.toContain('connections.json');
    }
    const everything = await kept(page);
    for (const secret of vendor.secrets(simulator)) expect(everything.includes(secret)).toBe(false);
  });
}

test('a page that was built anew is there at once, and its worker takes over', async ({ page, served, connectPage }) => {
  await connectPage.open(served.address);
  expect(await ready(page)).toHaveLength(1);
  // What the worker keeps is out of date; the page comes from its host all the same.
  await page.evaluate(async () => {
    const [name] = await caches.keys();
    const cache = await caches.open(name);
    await cache.put('index.html', new Response('<p>stale</p>', { headers: { 'content-type': 'text/html' } }));
  });
  await page.reload();
  await expect(connectPage.form).toBeVisible();
  await expect(page.getByText('stale')).toHaveCount(0);
});

test('an open page of the build before gets its parts, and no others are kept', async ({ page, served, connectPage }) => {
  const part = 'part-0123456789abcdef.js';
  // Three builds before this one, as their workers left them.
  const build = (html) => ({ contentType: 'text/html', body: html });
  await page.route(served.address, (route) => route.fulfill(build('<!doctype html><link rel="icon" href="data:,"><p>of a build before</p>')), { times: 1 });
  await page.goto(served.address);
  await page.evaluate(async (part) => {
    for (const build of ['a', 'b', 'c']) {
      const cache = await caches.open(`countermand-shell ${location.pathname} ${build}`);
      await cache.put(part, new Response(build, { headers: { 'content-type': 'text/javascript' } }));
    }
  }, part);
  await connectPage.open(served.address);
  await expect.poll(() => ready(page)).toHaveLength(2);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  expect(await page.evaluate(async (part) => (await fetch(part)).text(), part)).toBe('c');
});

test('a new page beside an old worker gets the parts of its own build', async ({ page, context, served, connectPage }) => {
  await connectPage.open(served.address);
  expect(await ready(page)).toHaveLength(1);
  const part = 'part-fedcba9876543210.js';
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.route(`**/${part}`, (route) => route.fulfill({ contentType: 'text/javascript', body: 'new' }));
  expect(await page.evaluate(async (part) => (await fetch(part)).text(), part)).toBe('new');
  // And it is kept by nobody but the browser: the worker keeps what it was built with.
  expect(await page.evaluate(async (part) => (await caches.match(part)) === undefined, part)).toBe(true);
});

test('the page can be installed', async ({ request, served }) => {
  const answer = await request.get(new URL('manifest.webmanifest', served.address).href);
  expect(answer.headers()['content-type']).toBe('application/manifest+json');
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: 'Countermand', start_url: './', display: 'standalone' });
  for (const { src, type } of manifest.icons) {
    const icon = await request.get(new URL(src, served.address).href);
    expect(icon.status(), src).toBe(200);
    expect(icon.headers()['content-type']).toBe(type);
  }
});
