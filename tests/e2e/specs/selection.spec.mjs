// What is selected while devices are still being read, and what is counted in two places.
import { test, expect } from '../support/fixtures.mjs';
import { VENDORS } from '../support/vendors.mjs';

test.use({ simulatorOptions: ['--clock', 'manual'] });

/** The numbers of a text. */
const numbers = (text) => (text.match(/\d+/g) ?? []).map(Number);

for (const vendor of VENDORS) {
  test(`all that is selected while devices are read says of what, and one press takes in the rest, ${vendor.name}`, async ({
    connected,
    simulator,
  }) => {
    const [quick, slow] = simulator[vendor.key].devices;
    await simulator.idle([quick, slow]);
    const first = await simulator.hold(quick, vendor.kinds[0]);
    const late = await simulator.hold(slow, vendor.kinds[1]);
    await simulator.fault({ operation: vendor.operations.list, device: slow }, { kind: 'slow', ms: 8_000 }, { times: 1 });
    const { commands } = await connected(vendor, [quick, slow]);
    await expect(commands.row(first)).toBeVisible();
    await expect(commands.region).toContainText('1 pending command on 1 device; 1 device not loaded yet');
    await commands.all.check();
    await expect(commands.bar).toContainText('1 selected of those loaded so far (1 of 2 devices)');
    await expect(commands.cancel).toHaveText('Cancel 1 command');

    // What comes is shown, not taken, and said.
    await expect(commands.row(late)).toBeVisible();
    await expect(commands.box(late)).not.toBeChecked();
    await expect(commands.bar).toContainText('1 selected');
    await expect(commands.bar).not.toContainText('so far');
    await expect(commands.cancel).toHaveText('Cancel 1 command');
    await commands.selectMore.click();
    await expect(commands.box(late)).toBeChecked();
    await expect(commands.cancel).toHaveText('Cancel 2 commands');
    await expect(commands.selectMore).toBeHidden();

    // Chosen by hand, nothing is promised.
    await commands.box(late).uncheck();
    await expect(commands.bar).toContainText('1 selected');
    await expect(commands.selectMore).toBeHidden();
  });

  test(`numbers that are shown twice agree, also when they came one after the other, ${vendor.name}`, async ({
    connected,
    simulator,
  }) => {
    const chosen = await simulator.idle(simulator[vendor.key].devices.slice(0, 3));
    await simulator.fault({ operation: vendor.operations.list, device: chosen[2] }, { kind: 'slow', ms: 3_000 }, { times: 1 });
    const { commands } = await connected(vendor, chosen);
    await expect(commands.empty).toContainText('No pending commands on these 3 devices');
    const said = numbers(await commands.empty.getByText('in other states').innerText());
    const entries = (await Promise.all(chosen.map(simulator.commandsOf))).flat();
    expect(said).toEqual([entries.length]);
    const chips = (await commands.filters.getByRole('button').allInnerTexts()).flatMap(numbers);
    const all = chips.pop();
    expect(all).toBe(entries.length);
    expect(chips.reduce((sum, chip) => sum + chip, 0)).toBe(all);
  });

  test(`a search that finds nothing is no success, ${vendor.name}`, async ({ connected, simulator }) => {
    const [device] = simulator[vendor.key].devices;
    const target = await simulator.hold(device, vendor.kinds[0]);
    const { commands } = await connected(vendor, [device]);
    await expect(commands.row(target)).toBeVisible();
    await commands.region.getByRole('searchbox').fill('no command is called so');
    await expect(commands.empty).toContainText('match the filter');
    await expect(commands.empty).not.toHaveAttribute('data-icon', 'check');
  });
}
