// What runs next: a line, and on demand a picture whose marks select, and a list.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { APPLIVERY, ENOS, short } from '../support/vendors.mjs';

/** A device on which nothing waits. */
async function idle(simulator, vendor) {
  const [device] = await simulator.idle(simulator[vendor.key].devices.slice(0, 1));
  return device;
}

test('one line says what is next, and a list names the next ten: what destroys first, what is past its validity last', async ({
  connected,
  simulator,
  workspace,
}) => {
  const device = await idle(simulator, APPLIVERY);
  const { firing, details } = workspace;
  for (const [kind, minutes] of [['LOCK', 5], ['WIPE', 600], ['REBOOT', 90]]) {
    await simulator.hold(device, kind, { ttl_s: minutes * 60 + 30 });
  }
  await simulator.hold(device, 'LOCK', { ttl_s: 60, age_s: 600 });
  await connected(APPLIVERY, [device]);
  await expect(firing.figure).toBeHidden();
  await expect(firing.summary).toContainText(/WIPE on .+, expires in (10|9) h.*4 pending commands, 1 destructive/s);
  await firing.open();
  await expect(firing.figure).toHaveAccessibleName('Pending commands by expiry');
  await expect(firing.items).toHaveCount(4);
  await expect(firing.items.nth(0)).toContainText(/^WIPE.*expires in (10|9) h.*destructive/s);
  // By its name, which comes after the commands.
  const cell = workspace.commands.rows().first().locator('.device-name');
  await expect(cell).not.toBeEmpty();
  const name = await cell.innerText();
  await expect(firing.items.nth(0)).toContainText(name);
  await expect(firing.items.nth(1)).toContainText(/^LOCK.*expires in (5|4) min/s);
  await expect(firing.items.nth(2)).toContainText('expires in 1 h');
  await expect(firing.items.nth(3)).toContainText('validity expired');

  await firing.details(name).nth(0).click();
  await expect(details.dialog).toHaveAccessibleName(/Details of WIPE/);
  await details.close.click();
  await expect(firing.details(name).nth(0)).toBeFocused();
});

test('a mark selects its commands in the table, and shows what is selected there', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const device = await idle(simulator, APPLIVERY);
  const { commands, firing } = workspace;
  const wipe = await simulator.hold(device, 'WIPE', { ttl_s: 400 });
  await simulator.hold(device, 'REBOOT', { count: 3, ttl_s: 5_000 });
  await connected(APPLIVERY, [device]);
  await firing.open();
  await expect(firing.lanes).toHaveCount(1);
  await expect(firing.marks).toHaveCount(2);
  const grave = firing.mark(/^WIPE on .+, expires in (6|5) min, destructive$/);
  await grave.hover();
  await expect(firing.told).toHaveText(/^WIPE on .+, destructive$/);
  await grave.click();
  await expect(grave).toHaveAttribute('aria-pressed', 'true');
  await expect(commands.box(wipe)).toBeChecked();
  await expect(commands.cancel).toHaveText('Cancel 1 command');
  await page.keyboard.press('ArrowRight');
  const three = firing.mark(/^3 commands on /);
  await expect(three).toBeFocused();
  await expect(firing.told).toHaveText(/^3 commands on /);
  await page.keyboard.press('Space');
  await expect(commands.cancel).toHaveText('Cancel 4 commands');
  await expect(three).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(grave).toBeFocused();
  await commands.box(wipe).uncheck();
  await expect(grave).toHaveAttribute('aria-pressed', 'false');
  await three.click();
  await expect(commands.cancel).toBeDisabled();
});

test('on EnOS who goes out first comes first, with the place in the queue', async ({ connected, simulator, workspace }) => {
  const device = await idle(simulator, ENOS);
  const { commands, firing } = workspace;
  const late = await simulator.hold(device, 'start_turbine', { age_s: 60, ttl_s: 7_200 });
  const early = await simulator.hold(device, 'start_turbine', { age_s: 600, ttl_s: 7_200 });
  await connected(ENOS, [device]);
  const called = async (target) => commands.row(target).locator('.kind').innerText();
  const [first, second] = [await called(early), await called(late)];
  await firing.open();
  await expect(firing.items.nth(0)).toContainText(new RegExp(`^${first}.*first in a queue of 2`, 's'));
  await expect(firing.items.nth(1)).toContainText(new RegExp(`^${second}.*2 of 2 in the queue`, 's'));
});

test('the axis begins now, and each of its columns is a time', async ({ connected, simulator, workspace }) => {
  const device = await idle(simulator, APPLIVERY);
  const { firing } = workspace;
  await simulator.hold(device, 'LOCK', { ttl_s: 4 * 3_600 + 60 });
  await connected(APPLIVERY, [device]);
  await firing.open();
  await expect(firing.heads).toHaveText(['now', '5 min', '10 min', '15 min', '30 min', '45 min', '1 h', '3 h']);
  const [mark, head] = [await firing.marks.first().boundingBox(), await firing.heads.last().boundingBox()];
  expect(Math.abs(mark.x - head.x)).toBeLessThan(3);
});

test('it follows what is read, and the tab remembers that it is open', async ({ page, connected, simulator, workspace }) => {
  const device = await idle(simulator, APPLIVERY);
  const { commands, firing } = workspace;
  await connected(APPLIVERY, [device]);
  await expect(firing.summary).toContainText('No pending commands on the loaded devices.');
  await firing.summary.click();
  await simulator.hold(device, 'WIPE');
  await commands.refresh.click();
  await expect(firing.items).toHaveCount(1);
  await expect(firing.summary).toContainText('1 pending command, 1 destructive');
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(device);
  expect(await page.evaluate(() => sessionStorage.getItem('countermand.firing'))).toBe('open');
});

test('closed it is one line without a picture, and open it has no timer of its own', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  await page.addInitScript(() => {
    let running = 0;
    const [set, clear] = [window.setInterval, window.clearInterval];
    window.setInterval = (...all) => {
      running += 1;
      return set(...all);
    };
    window.clearInterval = (handle) => {
      running -= 1;
      clear(handle);
    };
    window.timers = () => running;
  });
  const device = simulator.applivery.devices[0];
  await simulator.hold(device, 'WIPE');
  const { firing } = workspace;
  await connected(APPLIVERY, [device]);
  await expect(firing.summary).toContainText('destructive');
  const before = await page.evaluate(() => window.timers());
  expect((await firing.section.boundingBox()).height).toBeLessThan(64);
  await expect(firing.section.locator('li')).toHaveCount(0);
  await firing.open();
  await expect(firing.items.first()).toBeVisible();
  expect(await page.evaluate(() => window.timers())).toBe(before);
  await firing.summary.click();
  await expect(firing.figure).toBeHidden();
  await expect(firing.section.locator('li')).toHaveCount(0);
});

for (const [colorScheme, vendor] of [['light', APPLIVERY], ['dark', ENOS]]) {
  test(`axe finds nothing, and nothing scrolls sideways at 320 pixels, ${colorScheme}`, async ({
    page,
    connected,
    simulator,
    workspace,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const devices = simulator[vendor.key].devices.slice(0, 3);
    for (const device of devices) for (const kind of vendor.kinds) await simulator.hold(device, kind);
    const { firing } = workspace;
    await connected(vendor, devices);
    await firing.open();
    await firing.marks.first().click();
    await expectNoViolations(page, 'what runs next');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'what runs next');
    await expectNoViolations(page, 'what runs next, 320 px');
  });
}
