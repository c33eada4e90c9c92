// Where the room goes: rows in view, one line of filters, words that are whole.
import { test, expect } from '../support/fixtures.mjs';
import { ENOS, VENDORS } from '../support/vendors.mjs';

/** How many rows can be seen from their top to their bottom. */
const wholeRows = (page) =>
  page.locator('#commands-scroller').evaluate((scroller) => {
    const box = scroller.getBoundingClientRect();
    const top = scroller.querySelector('.table-top').getBoundingClientRect().bottom;
    const bottom = Math.min(innerHeight, box.bottom);
    const rows = [...scroller.querySelectorAll('.rows > [role=row]:not([hidden])')].map((row) => row.getBoundingClientRect());
    return rows.filter((row) => row.height > 0 && row.top >= top - 1 && row.bottom <= bottom + 1).length;
  });

/** The elements whose text needs more room than they have. */
const cut = (page, selector) =>
  page.locator(`.rows > [role=row]:not([hidden]) ${selector}`).evaluateAll((all) =>
    all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.textContent}: ${one.clientWidth} of ${one.scrollWidth} px`),
  );

/** A text is on one line, or broken between words. */
const brokenKinds = (page) =>
  page.locator('.rows > [role=row]:not([hidden]) .kind').evaluateAll((all) =>
    all
      .filter((kind) => {
        const text = kind.firstChild;
        if (!text) return false;
        return kind.textContent.split(/\s+/).some((word) => {
          const range = document.createRange();
          const from = text.data.indexOf(word);
          range.setStart(text, from);
          range.setEnd(text, from + word.length);
          return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
        });
      })
      .map((kind) => kind.textContent),
  );

const SIZES = [
  { width: 1280, height: 800, comfortable: 10, compact: 15 },
  { width: 1440, height: 900, comfortable: 16, compact: 24 },
];

/** The demonstration with more commands than fit. */
async function opened({ page, demo, connectPage, workspace }, vendor) {
  const [device] = demo[vendor.key].devices;
  await demo.hold(device, vendor.kinds[0], { count: 40 });
  await connectPage.open(demo.address);
  await connectPage.demo(vendor).click();
  await workspace.isOpen();
  await expect(workspace.commands.table).toBeVisible();
  await expect.poll(() => workspace.commands.rows().count()).toBeGreaterThan(5);
  await page.evaluate(() => document.fonts.ready);
}

for (const vendor of VENDORS) {
  test(`so many rows are in view, whole, ${vendor.name}`, async ({ page, demo, connectPage, workspace }) => {
    await opened({ page, demo, connectPage, workspace }, vendor);
    for (const { width, height, ...rows } of SIZES) {
      await page.setViewportSize({ width, height });
      for (const density of ['comfortable', 'compact']) {
        await page.evaluate((density) => (document.documentElement.dataset.density = density), density);
        // Another size has the rows measured anew.
        await page.setViewportSize({ width, height: height - 40 });
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
        await page.setViewportSize({ width, height });
        await expect
          .poll(() => wholeRows(page), { message: `${width} x ${height}, ${density}`, timeout: 10_000 })
          .toBeGreaterThanOrEqual(rows[density]);
        expect(await brokenKinds(page), `kinds at ${width}, ${density}`).toEqual([]);
        expect(await cut(page, '.kind'), `kinds at ${width}, ${density}`).toEqual([]);
      }
      await page.evaluate(() => (document.documentElement.dataset.density = 'comfortable'));
      expect(await cut(page, '.device-name'), `names of devices at ${width}`).toEqual([]);
    }
  });

  test(`the filters are one line at 1280, and the table is one from 720 px of its own, ${vendor.name}`, async ({
    page,
    demo,
    connectPage,
    workspace,
  }) => {
    await opened({ page, demo, connectPage, workspace }, vendor);
    const lines = await page.locator('.toolbar').evaluateAll((bars) =>
      bars.map((bar) => {
        const shown = [...bar.querySelectorAll('button, summary, input')].filter((one) => one.checkVisibility() && !one.closest('.menu-body'));
        return new Set(shown.map((one) => Math.round(one.getBoundingClientRect().bottom / 16))).size;
      }),
    );
    expect(Math.max(...lines), 'lines of filters').toBe(1);

    for (const own of [1_000, 720]) {
      await page.locator('.command-table').evaluate((table, own) => (table.style.inlineSize = `${own}px`), own);
      const row = workspace.commands.rows().first();
      const tops = () =>
        row.evaluate((row) => [...row.children].filter((cell) => cell.checkVisibility()).map((cell) => Math.abs(cell.getBoundingClientRect().top + cell.getBoundingClientRect().height / 2 - row.getBoundingClientRect().top - row.getBoundingClientRect().height / 2)));
      await expect.poll(async () => Math.max(...(await tops())), { message: `cells of a row at ${own} px`, timeout: 5_000 }).toBeLessThan(4);
      expect(await brokenKinds(page)).toEqual([]);
      expect(await cut(page, '.kind'), `kinds at ${own} px`).toEqual([]);
    }
  });
}

test('narrow pages begin with commands on their first screen', async ({ page, demo, connectPage, workspace }) => {
  await opened({ page, demo, connectPage, workspace }, ENOS);
  for (const [width, height, below] of [
    [320, 800, 500],
    [768, 1_024, 400],
  ]) {
    await page.setViewportSize({ width, height });
    const top = () => page.locator('#commands-scroller > .rows').evaluate((rows) => rows.getBoundingClientRect().top + scrollY);
    await expect.poll(top, { message: `${width} px`, timeout: 10_000 }).toBeLessThan(below);
  }
});

test('boxes are big enough, rows have a head, and a device that is read again keeps its row', async ({
  page,
  demo,
  connectPage,
  workspace,
}) => {
  await opened({ page, demo, connectPage, workspace }, ENOS);
  const { commands, devices } = workspace;
  const box = await (await commands.firstBox()).boundingBox();
  expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
  await expect(commands.rows().first().getByRole('rowheader')).toHaveCount(1);

  const [device] = demo.enos.devices;
  await devices.open();
  const parts = () =>
    devices.item(device).evaluate((row) => [...row.children].map((part) => Math.round(part.getBoundingClientRect().top)));
  await expect(devices.item(device)).not.toHaveAttribute('data-going');
  const before = await parts();
  await demo.fault({ operation: ENOS.operations.list, device }, { kind: 'slow', ms: 3_000 });
  await page.keyboard.press('Escape');
  await commands.refresh.click();
  await devices.open();
  await expect(devices.item(device)).toHaveAttribute('data-going', '');
  expect(await parts()).toEqual(before);
});
