// The start: what needs no key is asked for once, before the program is there, and rows say when they are drawn.
import { test, expect } from '../support/fixtures.mjs';
import { ENOS } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

const NAME = 'Demo: EnOS';
const named = (address) => `${address}#demo=${encodeURIComponent(NAME)}`;

/** Counts what the window is told, and how often the host is asked what it offers. */
async function noted(page) {
  const asked = [];
  page.on('request', (request) => request.url().endsWith('/connections.json') && asked.push(request));
  await page.addInitScript(() => {
    window.settled = 0;
    addEventListener('countermand:settled', () => (window.settled += 1));
  });
  return asked;
}

const told = (page) =>
  page.evaluate(() => ({
    settled: window.settled,
    marks: performance.getEntriesByType('mark').map(({ name }) => name).filter((name) => name.startsWith('countermand:')),
  }));

test('a connection that the address names is asked once, and its rows are told of', async ({ page, demo, workspace }) => {
  const target = await demo.hold(demo.enos.devices[0], ENOS.kinds[0]);
  const asked = await noted(page);
  await page.goto(named(demo.address));
  await expect(workspace.commands.row(target)).toBeVisible();
  await expect.poll(() => told(page)).toEqual({ settled: 1, marks: expect.arrayContaining(['countermand:rows']) });
  expect(asked).toHaveLength(1);
});

test('where nothing is named, what is offered is asked for once, and the screen is told of', async ({ page, demo, connectPage }) => {
  const asked = await noted(page);
  await connectPage.open(demo.address);
  await expect(connectPage.demos).toBeVisible();
  await expect.poll(() => told(page)).toEqual({ settled: 1, marks: expect.arrayContaining(['countermand:ready']) });
  expect(asked).toHaveLength(1);
});

test('a slow answer is waited for on the screen, and opens what is named', async ({ page, demo, workspace }) => {
  const target = await demo.hold(demo.enos.devices[0], ENOS.kinds[0]);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const asked = await noted(page);
  await page.route('**/connections.json', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(named(demo.address));
  await expect(page.getByText(`Opening ${NAME}`)).toBeVisible();
  release();
  await expect(workspace.commands.row(target)).toBeVisible();
  expect(asked).toHaveLength(1);
});

for (const [what, answer] of [
  ['absent', { status: 404, body: '' }],
  ['HTML', { contentType: 'text/html', body: '<!doctype html><p>not found, politely' }],
  ['broken', { status: 500, body: 'no' }],
]) {
  test(`what is offered is ${what}: the form is there`, async ({ page, demo, connectPage, watched }) => {
    watched.allow(HTTP_ERROR);
    await page.route('**/connections.json', (route) => route.fulfill(answer));
    await page.goto(named(demo.address));
    await expect(connectPage.form).toBeVisible();
    await expect(connectPage.demos).toBeHidden();
  });
}

test('what is offered leads elsewhere: nobody follows, and the form is there', async ({ page, demo, connectPage }) => {
  const followed = [];
  page.on('request', (request) => request.url().endsWith('/elsewhere') && followed.push(request));
  await page.route('**/connections.json', (route) => route.fulfill({ status: 302, headers: { location: '/elsewhere' } }));
  await page.goto(named(demo.address));
  await expect(connectPage.form).toBeVisible();
  expect(followed).toHaveLength(0);
});
