// What fires next: the picture for those who see it, the list and the slider for everybody.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { APPLIVERY, ENOS, short } from '../support/vendors.mjs';

/** A device on which nothing waits. */
async function idle(simulator, vendor) {
  const [device] = await simulator.idle(simulator[vendor.key].devices.slice(0, 1));
  return device;
}

test('by expiry: a list of the next ten, each with its device and how long it may still wait', async ({
  connected,
  simulator,
  workspace,
}) => {
  const device = await idle(simulator, APPLIVERY);
  const { firing, details } = workspace;
  for (const [kind, minutes] of [['LOCK', 600], ['WIPE', 10], ['REBOOT', 90]]) {
    await simulator.hold(device, kind, { ttl_s: minutes * 60 + 30 });
  }
  await simulator.hold(device, 'LOCK', { ttl_s: 60, age_s: 600 });
  await connected(APPLIVERY, [device]);
  await expect(firing.figure).toBeHidden();
  await firing.open();
  await expect(firing.caption).toHaveText('4 pending commands, 1 destructive');
  await expect(firing.figure).toHaveAccessibleName('Pending commands by expiry');
  await expect(firing.items).toHaveCount(4);
  await expect(firing.items.nth(0)).toContainText('validity expired');
  await expect(firing.items.nth(1)).toContainText(/^WIPE.*destructive.*expires in (10|9) min/s);
  await expect(firing.items.nth(1)).toContainText(short(device));
  await expect(firing.items.nth(2)).toContainText('expires in 1 h');
  await expect(firing.items.nth(3)).toContainText(/expires in (10|9) h/);

  await firing.details(device).nth(1).click();
  await expect(details.dialog).toHaveAccessibleName(/Details of WIPE/);
  await details.close.click();
  await expect(firing.details(device).nth(1)).toBeFocused();
});

test('the columns are reached by the slider and by a click, and each says what it is', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const device = await idle(simulator, APPLIVERY);
  const { firing } = workspace;
  await simulator.hold(device, 'LOCK', { ttl_s: 120 });
  await simulator.hold(device, 'REBOOT', { count: 20, ttl_s: 36_000 });
  await connected(APPLIVERY, [device]);
  await firing.open();
  await expect(firing.items.first()).toContainText('LOCK');
  await expect(firing.section).toContainText('and 11 more');
  await firing.slider.focus();
  await page.keyboard.press('End');
  await expect(firing.slider).toBeFocused();
  await expect(firing.slider).toHaveAttribute('aria-valuetext', /^20 expiring from .+ to .+$/);
  await expect(firing.items).toHaveCount(10);
  await expect(firing.items.first()).toContainText('REBOOT');
  await expect(firing.list).toHaveAccessibleName('Next 10 of 20');
  await firing.columns.first().click();
  await expect(firing.items.first()).toContainText('LOCK');
  await expect(firing.columns.last().locator('title')).toHaveText(/^20 expiring/);
});

test('kinds are bars that filter, pressed or not', async ({ connected, simulator, workspace }) => {
  const device = await idle(simulator, APPLIVERY);
  const { firing } = workspace;
  await simulator.hold(device, 'REBOOT', { count: 3 });
  await simulator.hold(device, 'WIPE');
  await connected(APPLIVERY, [device]);
  await firing.open();
  await expect(firing.kinds).toHaveCount(2);
  await expect(firing.kinds.first()).toHaveAccessibleName('REBOOT 3');
  await firing.kind('WIPE').click();
  await expect(firing.kind('WIPE')).toHaveAttribute('aria-pressed', 'true');
  await expect(firing.kind('WIPE')).toBeFocused();
  await expect(firing.items).toHaveCount(1);
  await expect(firing.list).toHaveAccessibleName('Next command');
  await expect(firing.kind('REBOOT')).toHaveAccessibleName('REBOOT 3');
  await firing.kind('WIPE').click();
  await expect(firing.items).toHaveCount(4);
});

test('on EnOS it goes by the place in the queue: who goes out first comes first', async ({
  connected,
  simulator,
  workspace,
}) => {
  const device = await idle(simulator, ENOS);
  const { commands, firing } = workspace;
  const late = await simulator.hold(device, 'start_turbine', { age_s: 60, ttl_s: 7_200 });
  const early = await simulator.hold(device, 'stop_turbine', { age_s: 600, ttl_s: 7_200 });
  await connected(ENOS, [device]);
  const called = async (target) => commands.row(target).locator('.kind').innerText();
  const [first, second] = [await called(early), await called(late)];
  await firing.open();
  await expect(firing.order('Queue position')).toHaveAttribute('aria-pressed', 'true');
  await expect(firing.items.nth(0)).toContainText(new RegExp(`^${first}.*first in a queue of 2`, 's'));
  await expect(firing.items.nth(1)).toContainText(new RegExp(`^${second}.*2 of 2 in the queue`, 's'));
  await firing.order('Expiry').click();
  await expect(firing.order('Expiry')).toHaveAttribute('aria-pressed', 'true');
  await expect(firing.order('Expiry')).toBeFocused();
  await expect(firing.figure).toHaveAccessibleName('Pending commands by expiry');
});

test('it follows what is read, and the tab remembers that it is open', async ({ page, connected, simulator, workspace }) => {
  const device = await idle(simulator, APPLIVERY);
  const { commands, firing } = workspace;
  await connected(APPLIVERY, [device]);
  await firing.summary.click();
  await expect(firing.section).toContainText('No pending commands on the loaded devices.');
  await simulator.hold(device, 'WIPE');
  await commands.refresh.click();
  await expect(firing.items).toHaveCount(1);
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(device);
  expect(await page.evaluate(() => sessionStorage.getItem('countermand.firing'))).toBe('open');
});

test('there is no timer of its own while it is closed, nor while the page is hidden', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  await page.addInitScript(() => {
    const running = new Map();
    const [set, clear] = [window.setInterval, window.clearInterval];
    window.setInterval = (run, ms, ...more) => {
      const handle = set(run, ms, ...more);
      running.set(handle, ms);
      return handle;
    };
    window.clearInterval = (handle) => {
      running.delete(handle);
      clear(handle);
    };
    window.eachSecond = () => [...running.values()].filter((ms) => ms === 1_000).length;
    let hidden = false;
    Object.defineProperty(document, 'hidden', { get: () => hidden });
    window.setHidden = (to) => {
      hidden = to;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    };
  });
  const device = simulator.applivery.devices[0];
  await simulator.hold(device, 'WIPE');
  const { firing } = workspace;
  await connected(APPLIVERY, [device]);
  const timers = () => page.evaluate(() => window.eachSecond());
  const before = await timers();
  await firing.open();
  await expect.poll(timers).toBe(before + 1);
  await page.evaluate(() => window.setHidden(true));
  await expect.poll(timers).toBe(before);
  await page.evaluate(() => window.setHidden(false));
  await expect.poll(timers).toBe(before + 1);
  await firing.summary.click();
  await expect(firing.figure).toBeHidden();
  await expect.poll(timers).toBe(before);
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
    await firing.kinds.first().click();
    await expectNoViolations(page, 'what fires next');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'what fires next');
    await expectNoViolations(page, 'what fires next, 320 px');
  });
}
