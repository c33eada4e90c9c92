// Ids are copied by a click, and text in rows is marked as anywhere else.
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY, short } from '../support/vendors.mjs';

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test.beforeEach(({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']));

/** One device with one command. */
async function one({ connected, simulator }) {
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  const target = await simulator.hold(device, 'LOCK');
  const { commands } = await connected(APPLIVERY, [device]);
  await expect(commands.row(target)).toBeVisible();
  await expect(commands.cell(target, 'device').locator('.device-name')).not.toBeEmpty();
  return { device, target };
}

test('the details copy the ids of command and device, and say so', async ({ page, connected, simulator, workspace }) => {
  const { device, target } = await one({ connected, simulator });
  const { commands, details } = workspace;
  await commands.details(target).click();
  for (const [label, id] of [
    ['Copy command ID', target.command],
    ['Copy device ID', device],
  ]) {
    await details.dialog.getByRole('button', { name: label, exact: true }).click();
    await expect(details.dialog.getByRole('status').filter({ hasText: 'Copied.' })).toBeVisible();
    expect(await clipboard(page)).toBe(id);
  }
});

test('an id in a row is copied by a click, which does nothing else', async ({ page, connected, simulator, workspace }) => {
  const { device, target } = await one({ connected, simulator });
  const { commands, details } = workspace;
  const id = commands.cell(target, 'device').locator('.mono');
  await id.click();
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: 'Copied.' })).toHaveCount(1);
  expect(await clipboard(page)).toBe(short(device));
  await expect(id).toHaveAttribute('data-copied', '');
  await expect(id).not.toHaveAttribute('data-copied');
  await expect(commands.box(target)).not.toBeChecked();
  // Two clicks mark a word, here as everywhere.
  await id.dblclick();
  expect(await page.evaluate(() => String(getSelection()))).toBe(short(device));
  await expect(details.dialog).toBeHidden();
});

test('text in a row is marked by dragging, and other buttons of the mouse are left alone', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const { device, target } = await one({ connected, simulator });
  const { commands, details } = workspace;
  await page.evaluate(() => navigator.clipboard.writeText('as before'));
  const id = commands.cell(target, 'device').locator('.mono');
  const drag = async () => {
    const box = await id.boundingBox();
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 1, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 3, y, { steps: 4 });
    await page.mouse.up();
    const marked = await page.evaluate(() => String(getSelection()));
    expect(marked.length).toBeGreaterThan(1);
    expect(short(device)).toContain(marked);
  };
  await drag();
  await page.keyboard.down('Control');
  await drag();
  await page.keyboard.up('Control');
  await expect(commands.box(target)).not.toBeChecked();
  for (const button of ['middle', 'right']) {
    await commands.cell(target, 'command').click({ button });
    await commands.cell(target, 'select').click({ button, position: { x: 2, y: 2 } });
    await id.click({ button });
  }
  await expect(commands.box(target)).not.toBeChecked();
  await expect(details.dialog).toBeHidden();
  expect(await clipboard(page)).toBe('as before');
});
