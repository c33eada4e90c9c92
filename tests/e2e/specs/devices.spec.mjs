// Naming devices: pasted, or picked from the vendor's list.
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY, ENOS, VENDORS, short } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

const JUNK = {
  Applivery: {
    'enos:asset:abc': 'must be ID or applivery:ID on an Applivery connection',
    '../../users': 'must be letters, digits and underscores',
  },
  EnOS: {
    'applivery:R58M1': 'must be asset:ASSET_ID or key:PRODUCT_KEY/DEVICE_KEY on an EnOS connection',
    'key:onlyproduct': 'must be',
    'asset:': 'must be',
    'R58M123ABC': 'must be asset:ASSET_ID or key:PRODUCT_KEY/DEVICE_KEY',
  },
};

for (const vendor of VENDORS) {
  test.describe(vendor.name, () => {
    test('of several that are pasted the good ones are taken, and each other one is told why not', async ({
      connected,
      simulator,
    }) => {
      const [one, two, three] = simulator[vendor.key].devices;
      const { devices } = await connected(vendor);
      const junk = JUNK[vendor.name];
      await devices.paste([one, ...Object.keys(junk), `${short(two)};${three}`, one].join('\n'));
      // What could not be added keeps the drawer open.
      await expect(devices.items()).toHaveCount(3);
      for (const device of [one, two, three]) await expect(devices.item(device)).toBeVisible();
      await expect(devices.box).toHaveAttribute('aria-invalid', 'true');
      for (const [word, reason] of Object.entries(junk)) {
        await expect(devices.region.getByRole('listitem').filter({ hasText: `“${word}”` })).toContainText(reason);
      }
      await expect(devices.box).toHaveAccessibleDescription(/Could not add:/);
      await expect(devices.box).toHaveValue(Object.keys(junk).join('\n'));
      await expect(devices.box).toBeFocused();

      // What was wrong is put right in place.
      await devices.paste(simulator[vendor.key].devices[3]);
      await expect(devices.items()).toHaveCount(4);
      await expect(devices.box).not.toHaveAttribute('aria-invalid');
      await expect(devices.box).toHaveValue('');
    });

    test("devices are picked from the vendor's list by what is shown of them", async ({ connected, simulator }) => {
      const all = simulator[vendor.key].devices;
      const { devices, picker, commands } = await connected(vendor);
      await devices.open();
      await devices.pick.click();
      await expect(picker.search).toBeFocused();
      await expect(picker.boxes).toHaveCount(all.length);
      await expect(picker.add).toBeDisabled();

      await picker.search.fill('no device has this');
      await expect(picker.dialog).toContainText('No devices match.');
      const name = await picker.dialog.getByRole('table').count();
      expect(name).toBe(0);

      await picker.search.fill('');
      const label = await picker.boxes.nth(4).getAttribute('aria-label');
      const words = label.replace(/^Select /, '').replace(/ \(.*$/, '');
      await picker.search.fill(words.toUpperCase());
      await expect(picker.dialog.getByLabel(label)).toBeVisible();
      expect(await picker.boxes.count()).toBeLessThan(all.length);
      await picker.all.check();
      const count = await picker.boxes.count();
      await expect(picker.add).toHaveText(count === 1 ? 'Add 1 device' : `Add ${count} devices`);
      await picker.search.press('Enter');
      await expect(picker.dialog).toBeVisible();
      await picker.add.click();
      await expect(picker.dialog).toBeHidden();
      await devices.open();
      await expect(devices.items()).toHaveCount(count);
      await expect(devices.items().first()).toContainText(words);
      await devices.close();
      await expect(commands.freshness).toContainText('Updated');

      await devices.open();
      await devices.pick.click();
      await picker.all.check();
      await picker.close.click();
      await expect(picker.dialog).toBeHidden();
      await expect(devices.opener).toBeFocused();
      await expect(devices.opener).toHaveText(count === 1 ? '1 device' : `${count} devices`);
    });

    test("the vendor's list that cannot be had says so and can be tried again", async ({
      connected,
      simulator,
      watched,
    }) => {
      watched.allow(HTTP_ERROR);
      const { devices, picker } = await connected(vendor);
      await simulator.fault({ operation: vendor.operations.devices }, { kind: 'html' });
      await devices.open();
      await devices.pick.click();
      await expect(picker.dialog.getByRole('alert')).toContainText('Unexpected response');
      await simulator.noFaults();
      await picker.dialog.getByRole('button', { name: 'Try again' }).click();
      await expect(picker.boxes.first()).toBeVisible();
    });

    test('a device that does not exist is told apart, and the others are shown', async ({
      connected,
      simulator,
      watched,
    }) => {
      watched.allow(HTTP_ERROR);
      const device = simulator[vendor.key].devices[0];
      const target = await simulator.hold(device, vendor.kinds[0]);
      const { devices, commands } = await connected(vendor, [device, vendor.stranger]);
      await expect(commands.row(target)).toBeVisible();
      await expect(commands.notRead).toContainText('1 device could not be loaded');
      await expect(commands.notRead).toContainText(short(vendor.stranger));
      await expect(commands.notRead).toContainText('The provider does not know this device');
      await expect(commands.notRead).toContainText('Check the spelling and the format');
      await devices.open();
      await expect(devices.item(vendor.stranger)).toContainText('Could not load');
      await expect(devices.item(device)).toContainText(/\d+ pending/);
      await devices.close();

      const before = await simulator.received(vendor.operations.list);
      await commands.tryAgain(vendor.stranger).click();
      await expect.poll(() => simulator.received(vendor.operations.list)).toBeGreaterThan(before);
      await expect(commands.notRead).toContainText('The provider does not know this device');
      await devices.open();
      await devices.remove(vendor.stranger).click();
      await devices.close();
      await expect(commands.notRead).toBeHidden();
      await expect(commands.row(target)).toBeVisible();
    });
  });
}

test('a device of EnOS is named by its asset or by its keys, and both are the same to the vendor', async ({
  connected,
  simulator,
}) => {
  const device = simulator.enos.devices[0];
  const target = await simulator.hold(device, ENOS.kinds[0]);
  const { also } = await simulator.truth(target);
  const [other] = also;
  const { devices, commands } = await connected(ENOS, [other]);
  await expect(commands.row({ ...target, device: other })).toBeVisible();
  await devices.open();
  await expect(devices.item(other)).toBeVisible();
  await devices.close();
});

test('a device of Applivery is named by its serial number, too', async ({ connected, simulator }) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  const { also } = await simulator.truth(target);
  const { commands } = await connected(APPLIVERY, [short(also[0])]);
  await expect(commands.row({ ...target, device: also[0] })).toBeVisible();
});

test('all devices are taken out at once, and the box is where the focus goes', async ({ connected, simulator }) => {
  const { devices, commands } = await connected(APPLIVERY, simulator.applivery.devices.slice(0, 3));
  await devices.open();
  await expect(devices.items()).toHaveCount(3);
  await devices.removeAll.click();
  await expect(devices.region).toContainText('No devices added');
  await expect(devices.box).toBeFocused();
  await expect(commands.empty).toContainText('Choose devices to see their pending commands');
});
