// The whole job by keyboard alone.
import { test, expect } from '../support/fixtures.mjs';
import { Keyboard } from '../support/keyboard.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { APPLIVERY, ENOS, VENDORS } from '../support/vendors.mjs';

for (const vendor of VENDORS) {
  test(`from the form to the results, ${vendor.name}`, async ({ page, served, simulator, connectPage, workspace }) => {
    const [device, other] = simulator[vendor.key].devices;
    const targets = [
      await simulator.hold(device, vendor.kinds[0]),
      await simulator.hold(device, vendor.kinds[1]),
      await simulator.hold(other, vendor.kinds[2]),
    ];
    const keyboard = new Keyboard(page);
    const { devices, commands, review, run } = workspace;
    await connectPage.open(served.address);

    // The vendors are one stop, and the arrows choose.
    await keyboard.tabTo(connectPage.vendor(APPLIVERY));
    if (vendor === ENOS) await page.keyboard.press('ArrowDown');
    await expect(connectPage.vendor(vendor)).toBeChecked();
    for (const [label, text] of Object.entries(vendor.entered(simulator))) {
      await keyboard.tabTo(connectPage.field(label));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await workspace.isOpen();

    await keyboard.tabTo(devices.box);
    await page.keyboard.insertText(`${device}\n${other}`);
    await page.keyboard.press('Control+Enter');
    // The panel folds away, and the button that it leaves has the focus.
    await expect(devices.opener).toBeFocused();
    await expect(devices.opener).toHaveText('2 devices');
    for (const target of targets) await expect(commands.row(target)).toBeVisible();

    // The rows are one stop, and the arrows go from one to the next.
    const ids = await commands.ids();
    const places = targets.map(({ command }) => ids.indexOf(command));
    await keyboard.tabTo(await commands.firstBox());
    for (let at = 0; at <= Math.max(...places); at += 1) {
      if (at > 0) await page.keyboard.press('ArrowDown');
      const target = targets[places.indexOf(at)];
      if (!target) continue;
      await expect(commands.box(target)).toBeFocused();
      await page.keyboard.press('Space');
      await expect(commands.box(target)).toBeChecked();
    }
    await keyboard.tabTo(commands.cancel, 60, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(review.keep).toBeFocused();

    // Escape keeps everything, and gives the focus back.
    await page.keyboard.press('Escape');
    await expect(review.dialog).toBeHidden();
    await expect(commands.cancel).toBeFocused();
    await expect(commands.cancel).toHaveText('Cancel 3 commands');
    expect(await simulator.received(vendor.operations.cancel)).toBe(0);

    // So does Enter on the harmless button.
    await page.keyboard.press('Enter');
    await expect(review.keep).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(review.dialog).toBeHidden();
    await expect(commands.cancel).toBeFocused();
    expect(await simulator.received(vendor.operations.cancel)).toBe(0);

    await page.keyboard.press('Space');
    await expect(review.keep).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(review.confirm).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(run.over).toBeVisible();
    await expect(run.over).toBeFocused();
    await expectCancelled(workspace, simulator, targets);

    await keyboard.tabTo(run.close);
    await page.keyboard.press('Enter');
    await expect(run.region).toBeHidden();
    await expect(commands.heading).toBeFocused();

    await keyboard.tabTo(workspace.lock);
    await page.keyboard.press('Enter');
    await expect(connectPage.notice).toContainText('Locked.');
    await expect(page.getByRole('main')).toBeFocused();
  });
}

test('the focus stays in the review, round and round', async ({ page, connected, simulator, workspace }) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  const { commands, review } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.box(target).check();
  await commands.cancel.click();
  await expect(review.keep).toBeFocused();
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press(press < 4 ? 'Tab' : 'Shift+Tab');
    // Between the last and the first stop the browser's own bar may have it; the page never does.
    const outside = await page.evaluate(() => {
      const active = document.activeElement;
      return active !== document.body && !active.closest('dialog');
    });
    expect(outside, `after ${press + 1} presses`).toBe(false);
  }
});

test('the skip link is first, and leads past the head of the page', async ({
  page,
  connected,
  served,
  connectPage,
  workspace,
}) => {
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await connectPage.open(served.address);
  await page.keyboard.press('Tab');
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();

  await connected(APPLIVERY);
  await expect(page.getByRole('main')).toBeFocused();
  // Back past what stands in the page's bar.
  await new Keyboard(page).tabTo(skip, 7, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(workspace.devices.box).toBeFocused();
  await expect(workspace.devices.region).toBeVisible();
});

test('devices are picked, and details are read and left, without a pointer', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const keyboard = new Keyboard(page);
  const { devices, picker, commands, details } = workspace;
  const device = simulator.enos.devices[0];
  const target = await simulator.hold(device, ENOS.kinds[0]);
  await connected(ENOS);
  await keyboard.tabTo(devices.pick);
  await page.keyboard.press('Enter');
  await expect(picker.search).toBeFocused();
  // The first of the list is the one that is pasted afterwards, under its other id.
  await keyboard.tabTo(picker.boxes.nth(1));
  await page.keyboard.press('Space');
  await keyboard.tabTo(picker.add);
  await page.keyboard.press('Enter');
  await expect(devices.opener).toHaveText('1 device');
  await expect(devices.opener).toBeFocused();

  await page.keyboard.press('Enter');
  await keyboard.tabTo(devices.box);
  await page.keyboard.insertText(device);
  await page.keyboard.press('Control+Enter');
  await expect(devices.items()).toHaveCount(2);
  await expect(devices.box).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(devices.opener).toBeFocused();
  await expect(commands.row(target)).toBeVisible();
  await expect(commands.refresh).toHaveAttribute('aria-disabled', 'false');
  await keyboard.tabTo(await commands.firstBox());
  for (const one of await commands.order()) {
    if (one.id === target.command && one.device === target.device) break;
    await page.keyboard.press('ArrowDown');
  }
  await keyboard.tabTo(commands.details(target), 1);
  await page.keyboard.press('Enter');
  await expect(details.close).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(details.dialog).toBeHidden();
  await expect(commands.details(target)).toBeFocused();
});

test('a device is taken out, the table turned and the filter changed without losing the place', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const keyboard = new Keyboard(page);
  const [one, two] = simulator.applivery.devices;
  const { devices, commands } = workspace;
  await connected(APPLIVERY, [one, two]);
  await expect(commands.rows().first()).toBeVisible();
  await keyboard.tabTo(commands.filter('All'));
  await page.keyboard.press('Space');
  await expect(commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
  await expect(commands.filter('All')).toBeFocused();
  await keyboard.tabTo(commands.sort);
  await page.keyboard.press('Enter');
  await expect(commands.created).toHaveAttribute('aria-sort', 'descending');
  await expect(commands.sort).toBeFocused();
  await keyboard.tabTo(devices.opener, 60, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await keyboard.tabTo(devices.remove(one));
  await page.keyboard.press('Enter');
  await expect(devices.item(one)).toBeHidden();
  await expect(devices.region.getByRole('heading', { name: 'Devices', exact: true })).toBeFocused();
});
