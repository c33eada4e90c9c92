// Every state of the screen: nothing yet, loading, empty, error, results.
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY, VENDORS, short } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

// Nothing moves by itself, so that what is shown can be compared with the ledger to the last command.
test.use({ simulatorOptions: ['--clock', 'manual'] });

const STATES = {
  pending: 'Pending',
  sent: 'Sent',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Expired',
  timed_out: 'Timed out',
};

const WHY_NOT = {
  sent: 'Already sent to the device; it cannot be recalled.',
  succeeded: 'Already executed by the device.',
  failed: 'Already ended with an error.',
  cancelled: 'Already cancelled.',
  expired: 'Expired; it will not run.',
};

test('nothing yet: what to do is said, and there is nothing to cancel', async ({ connected }) => {
  const { commands, devices } = await connected(APPLIVERY);
  await expect(commands.empty).toContainText('Choose devices to see their pending commands');
  await expect(commands.empty).toContainText("Paste their IDs, or choose them from the provider's list.");
  await expect(devices.region).toContainText('No devices added');
  await expect(commands.table).toBeHidden();
  await expect(commands.cancel).toBeHidden();
});

for (const vendor of VENDORS) {
  test.describe(vendor.name, () => {
    test('loading is said while it lasts, and then what was read', async ({ connected, simulator }) => {
      const device = simulator[vendor.key].devices[0];
      const target = await simulator.hold(device, vendor.kinds[0]);
      await simulator.fault({ operation: vendor.operations.list }, { kind: 'slow', ms: 2_500 }, { times: 1 });
      const { commands, devices } = await connected(vendor, [device]);
      await expect(commands.freshness).toContainText('Loading devices: 0 of 1');
      await devices.open();
      await expect(devices.item(device)).toContainText('Loading…');
      await devices.close();
      await expect(commands.refresh).toHaveAttribute('aria-disabled', 'true');
      await expect(commands.table).toBeHidden();
      await expect(commands.row(target)).toBeVisible();
      await expect(commands.freshness).toContainText('Updated');
      await devices.open();
      await expect(devices.item(device)).not.toContainText('Loading…');
      await devices.close();
      await expect(commands.refresh).toHaveAttribute('aria-disabled', 'false');
    });

    test('empty: nothing waits, and what else there is can be shown', async ({ connected, simulator }) => {
      const device = simulator[vendor.key].devices[1];
      for (const { command, state } of await simulator.commandsOf(device)) {
        if (state === 'pending') await simulator.setState({ device, command }, 'expired');
      }
      const all = await simulator.commandsOf(device);
      const { commands, devices } = await connected(vendor, [device]);
      await expect(commands.empty).toContainText('No pending commands on this device');
      await expect(commands.empty).toContainText(`The provider lists ${all.length} commands in other states.`);
      await devices.open();
      await expect(devices.item(device)).toContainText('none pending');
      await expect(devices.everything(device)).toBeHidden();
      await devices.close();
      await expect(commands.cancel).toBeHidden();
      await commands.region.getByRole('button', { name: 'Show all commands' }).click();
      await commands.hasCount(all.length);
    });

    test('error: nothing could be read, why, and the way to try again', async ({ connected, simulator, watched }) => {
      watched.allow(HTTP_ERROR);
      const [one, two] = simulator[vendor.key].devices;
      const target = await simulator.hold(one, vendor.kinds[0]);
      await simulator.fault({ operation: vendor.operations.list }, { kind: 'html' });
      const { commands, devices } = await connected(vendor, [one, two]);
      await expect(commands.empty).toContainText('Could not load any of the devices');
      await expect(commands.empty).toContainText('It is not known what is pending.');
      for (const device of [one, two]) {
        await expect(commands.notRead).toContainText(short(device));
        await devices.open();
        await expect(devices.item(device)).toContainText('Could not load');
        await devices.close();
      }
      await expect(commands.notRead).toContainText('Unexpected response');
      await expect(commands.notRead).toContainText('Try again, and check the base URL.');
      await expect(commands.empty).not.toContainText('No pending commands');

      await simulator.noFaults();
      // One cause is one message, with one way to try again.
      await expect(commands.notRead.locator('.notice')).toHaveCount(1);
      await expect(commands.notRead).toContainText('2 devices could not be loaded');
      await commands.retryAll.click();
      await expect(commands.row(target)).toBeVisible();
      await expect(commands.notRead).toBeHidden();
    });

    test('what was read before stays when reading again fails', async ({ connected, simulator, watched }) => {
      watched.allow(HTTP_ERROR);
      const device = simulator[vendor.key].devices[0];
      const target = await simulator.hold(device, vendor.kinds[0]);
      const { commands } = await connected(vendor, [device]);
      await expect(commands.row(target)).toBeVisible();
      await commands.box(target).check();
      await simulator.fault({ operation: vendor.operations.list }, { kind: 'html' });
      await commands.refresh.click();
      await expect(commands.notRead).toContainText(short(device));
      await expect(commands.row(target)).toBeVisible();
      await expect(commands.box(target)).toBeChecked();
      await expect(commands.refresh).toBeFocused();
    });

    test('results: each state with its count, as the ledger has it', async ({ connected, simulator }) => {
      const chosen = simulator[vendor.key].devices.slice(0, 3);
      const { commands } = await connected(vendor, chosen);
      await expect(commands.freshness).toContainText('Updated');
      await expect(commands.rows().first()).toBeVisible();
      const entries = (await Promise.all(chosen.map(simulator.commandsOf))).flat();
      expect(entries.length).toBeGreaterThan(0);
      for (const [state, name] of Object.entries(STATES)) {
        const meant = entries.filter((entry) => entry.state === state);
        if (meant.length === 0 && state !== 'pending') {
          await expect(commands.filter(name)).toHaveCount(0);
          continue;
        }
        await expect(commands.filter(name)).toHaveText(`${name} ${meant.length}`);
        await commands.filter(name).click();
        await expect(commands.filter(name)).toHaveAttribute('aria-pressed', 'true');
        await commands.hasCount(meant.length);
        expect((await commands.everyId()).sort()).toEqual(meant.map(({ command }) => command).sort());
      }
      await expect(commands.filter('All')).toHaveText(`All ${entries.length}`);
    });

    test('a command that cannot be cancelled says why, and cannot be selected', async ({ connected, simulator }) => {
      const device = simulator[vendor.key].devices[0];
      const targets = {};
      for (const state of Object.keys(WHY_NOT)) {
        targets[state] = await simulator.hold(device, vendor.kinds[0]);
        await simulator.setState(targets[state], state);
      }
      const waiting = await simulator.hold(device, vendor.kinds[1]);
      const { commands } = await connected(vendor, [device]);
      await commands.filter('All').click();
      await commands.newestFirst();
      for (const [state, why] of Object.entries(WHY_NOT)) {
        await expect(commands.cell(targets[state], 'verdict')).toHaveText(why);
        await expect(commands.box(targets[state])).toBeDisabled();
        await expect(commands.box(targets[state])).toHaveAccessibleDescription(new RegExp(why));
      }
      await expect(commands.box(waiting)).toBeEnabled();
      await commands.all.check();
      await expect(commands.box(waiting)).toBeChecked();
      for (const target of Object.values(targets)) await expect(commands.box(target)).not.toBeChecked();
      const pending = (await simulator.commandsOf(device)).filter(({ state }) => state === 'pending');
      await expect(commands.cancel).toHaveText(`Cancel ${pending.length} commands`);
    });

    test('the details are what the vendor has', async ({ connected, simulator, workspace }) => {
      const device = simulator[vendor.key].devices[0];
      const target = await simulator.hold(device, vendor.kinds[0]);
      const { created_ms } = await simulator.truth(target);
      const { commands, details } = workspace;
      await connected(vendor, [device]);
      await commands.details(target).click();
      await expect(details.close).toBeFocused();
      await expect(details.fact('Command ID')).toHaveText(target.command);
      await expect(details.fact('Device')).toContainText(device);
      await expect(details.fact('Organization')).toHaveText(simulator[vendor.key].org);
      await expect(details.fact('State')).toContainText('Pending');
      const created = details.fact('Created').locator('time');
      // Applivery's times are of whole seconds.
      const shown = Date.parse(await created.getAttribute('datetime'));
      expect([created_ms, created_ms - (created_ms % 1_000)]).toContain(shown);
      await expect(details.raw).toContainText(target.command);
      await details.close.click();
      await expect(details.dialog).toBeHidden();
      await expect(commands.details(target)).toBeFocused();
    });
  });
}

test('the table can be turned round by the time of creation', async ({ connected, simulator }) => {
  const device = simulator.applivery.devices[0];
  const { commands } = await connected(APPLIVERY, [device]);
  await commands.filter('All').click();
  // At first by severity, the gravest first.
  await expect(commands.severity).toHaveAttribute('aria-sort', 'descending');
  const order = ['Destructive', 'Disruptive', 'Minor'];
  const levels = (await commands.rows().locator('.severity').allInnerTexts()).map((word) => order.indexOf(word.trim()));
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  await commands.newestFirst();
  const newest = await commands.ids();
  const made = new Map((await simulator.commandsOf(device)).map((entry) => [entry.command, entry.created_ms]));
  const times = newest.map((id) => made.get(id));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  await commands.sort.click();
  await expect(commands.created).toHaveAttribute('aria-sort', 'ascending');
  await expect(commands.sort).toBeFocused();
  const turned = (await commands.ids()).map((id) => made.get(id));
  expect(turned).toEqual(turned.toSorted((a, b) => a - b));
});

test('a secret that a command carries is nowhere in its details', async ({ connected, simulator, workspace }) => {
  const device = simulator.applivery.devices[0];
  const targets = [await simulator.hold(device, 'RESET_PASSWORD'), await simulator.hold(device, 'ADD_ESIM')];
  const { commands, details } = workspace;
  await connected(APPLIVERY, [device]);
  for (const target of targets) {
    await commands.details(target).click();
    await expect(details.raw).toContainText(target.command);
    await expect(details.dialog).not.toContainText('Simulated-Passw0rd-');
    await expect(details.dialog).not.toContainText('LPA:1$');
    await details.close.click();
  }
});
