// What the address may open by itself: a demo that the page's own host offers, and nothing else.
import { test, expect } from '../support/fixtures.mjs';
import { ENOS, short } from '../support/vendors.mjs';

const NAME = 'Demo: EnOS';

test('a demo that the address names is open at once', async ({ page, demo, connectPage, workspace }) => {
  const [device] = demo.enos.devices;
  const target = await demo.hold(device, ENOS.kinds[0]);
  await page.goto(`${demo.address}#demo=${encodeURIComponent(NAME)}`);
  await workspace.isOpen();
  await expect(workspace.commands.row(target)).toBeVisible();
  await expect(connectPage.demo(ENOS)).toBeHidden();
});

test('what was locked stays locked, whatever the address says', async ({ page, demo, connectPage, workspace }) => {
  await page.goto(`${demo.address}#demo=${encodeURIComponent(NAME)}`);
  await workspace.isOpen();
  await workspace.lock.click();
  await expect(connectPage.notice).toContainText('Locked.');
  await expect(connectPage.demo(ENOS)).toBeVisible();
  await expect(workspace.devices.region).toBeHidden();
});

test('what was shown is in the address until it is locked, and what is selected but not shown is said', async ({
  page,
  demo,
  connectPage,
  workspace,
}) => {
  const [device] = demo.enos.devices;
  const target = await demo.hold(device, ENOS.kinds[0]);
  await page.goto(`${demo.address}#demo=${encodeURIComponent(NAME)}`);
  await workspace.isOpen();
  const { commands } = workspace;
  await commands.select(target);
  const bar = commands.region.locator('.action-bar');
  await expect(bar).toContainText('1 selected');
  await expect(bar).not.toContainText('not shown');
  await commands.region.getByRole('searchbox').fill('no command is called so');
  await expect(bar).toContainText('1 not in the current view');
  await expect.poll(() => page.url()).toContain('called');
  // It is still what would be cancelled, and the review says which one.
  await commands.cancel.click();
  await expect(workspace.review.dialog).toContainText(short(device));
  await workspace.review.keep.click();
  await workspace.lock.click();
  await expect(connectPage.demo(ENOS)).toBeVisible();
  expect(page.url()).toBe(`${demo.address}#demo=${encodeURIComponent(NAME)}`);
});

test('a name that is not offered, or nonsense, opens nothing', async ({ page, demo, connectPage, workspace }) => {
  for (const hash of ['#demo=Nobody', '#demo=', '#demo=demo%3A%20enos', '#%%%=&demo', '#demo=%E0%A4%A']) {
    await page.goto('about:blank');
    await page.goto(`${demo.address}${hash}`);
    await expect(connectPage.demo(ENOS)).toBeVisible();
    await expect(workspace.devices.region).toBeHidden();
  }
});

test('what the address does not say clearly shows nothing, so that nothing more is selected', async ({ page, demo, workspace }) => {
  const [device] = demo.enos.devices;
  const target = await demo.hold(device, ENOS.kinds[0]);
  const { commands } = workspace;
  for (const part of ['text=%20', 'kind=', 'state=flying', 'kinds=WIPE', 'text=a&text=b']) {
    await page.goto('about:blank');
    await page.goto(`${demo.address}#demo=${encodeURIComponent(NAME)}&${part}`);
    await workspace.isOpen();
    await expect(commands.empty, part).toContainText('filter cannot be read');
    await expect(commands.region.getByRole('status'), part).toContainText(part.split('&').at(-1));
    await expect(commands.all).toHaveCount(0);
    // It stays so when the page is loaded anew, and until it is set anew.
    expect(page.url()).toContain(part);
  }
  await commands.empty.getByRole('button', { name: 'Reset filter' }).click();
  await expect(commands.row(target)).toBeVisible();
  await expect(commands.empty).toHaveCount(0);
});
