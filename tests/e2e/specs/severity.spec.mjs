// How grave commands are in the words of those who operate the devices.
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { test, expect } from '../support/fixtures.mjs';
import { TOKENS, startTeam } from '../support/relay.mjs';
import { ENOS } from '../support/vendors.mjs';
import { Doors } from '../pages/doors.mjs';
import { Server } from '../pages/server.mjs';

const KINDS = ['stop_turbine', 'start_turbine', 'active_power_limit'];

/** One device with a command of each kind; their ids in the order of the kinds. */
async function three(simulator) {
  const [device] = await simulator.idle(simulator.enos.devices.slice(0, 1));
  const targets = [];
  for (const kind of KINDS) targets.push(await simulator.hold(device, kind));
  return { device, targets };
}

test('what a person calls a service orders the table, is kept, and is taken back in the settings', async ({
  page,
  connected,
  connectPage,
  served,
  simulator,
  workspace,
}) => {
  const { device, targets } = await three(simulator);
  const [stop, start, limit] = targets;
  const ids = (...targets) => targets.map(({ command }) => command);
  const { commands, details } = workspace;
  const severity = (target) => commands.row(target).locator('.severity');
  await connected(ENOS, [device]);
  await commands.hasCount(3);
  await expect.poll(() => commands.ids()).toEqual(ids(stop, limit, start));

  await commands.details(start).click();
  const choice = details.dialog.getByRole('combobox', { name: 'Severity of Start turbine' });
  await expect(choice).toHaveValue('');
  await expectNoViolations(page, 'details with the choice of a severity');
  await choice.selectOption('Minor');
  await expect(details.fact('Severity').locator('.badge')).toHaveText('Minor');
  await choice.selectOption('Destructive');
  await expect(details.fact('Severity').locator('.badge')).toHaveText('Destructive');
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(page, 'details at 320 px');
  await page.setViewportSize({ width: 1280, height: 800 });
  await details.close.click();
  await expect(severity(start)).toHaveText('Destructive');
  // Of those as grave the oldest, before what only interrupts.
  await expect.poll(() => commands.ids()).toEqual(ids(stop, start, limit));

  // Another command of that name, on another page.
  await connectPage.open(served.address);
  const again = await simulator.hold(device, 'start_turbine');
  await connected(ENOS, [device]);
  await commands.hasCount(4);
  await expect.poll(() => commands.ids()).toEqual(ids(stop, start, again, limit));

  const doors = new Doors(page);
  await doors.openSettings.click();
  const own = doors.settings.getByRole('list', { name: 'Your severities' });
  await expect(own.getByRole('listitem')).toHaveText([/^Start turbine\s*Destructive$/]);
  await expectNoViolations(page, 'settings with a severity');
  await own.getByRole('button', { name: 'Remove the severity of Start turbine' }).click();
  await expect(own).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(severity(start)).toHaveText('Disruptive');
  await expect.poll(() => commands.ids()).toEqual(ids(stop, limit, start, again));
});

test('the review begins with what a person calls destructive, and it is cancelled first', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const { device, targets } = await three(simulator);
  await page.addInitScript(() =>
    localStorage.setItem('countermand.settings', '{"severity":{"start_turbine":"destructive","Stop turbine":"minor"}}'),
  );
  const { commands, review } = workspace;
  await connected(ENOS, [device]);
  await commands.hasCount(3);
  const [stop, start, limit] = targets;
  await expect.poll(() => commands.ids()).toEqual([start, limit, stop].map(({ command }) => command));
  await page.locator('#select-all').click();
  await commands.cancel.click();
  await expect(review.dialog.getByText('Start turbine').first()).toBeVisible();
  const words = await review.dialog.innerText();
  const at = ['Start turbine', 'Set active power limit', 'Stop turbine'].map((name) => words.indexOf(name));
  expect(at).toEqual([...at].sort((a, b) => a - b));
});

test('what those who run the server say holds, and nobody can call it more harmless', async ({
  page,
  started,
  simulator,
  workspace,
}) => {
  const { device, targets } = await three(simulator);
  const [stop, start, limit] = targets;
  const { address } = await started(startTeam(simulator, { severity: '{ "Start turbine" = "destructive" }' }));
  await page.addInitScript(() =>
    localStorage.setItem('countermand.settings', '{"severity":{"Start turbine":"minor"}}'),
  );
  await new Server(page).open(address, TOKENS.alice, 'wind');
  const { commands, details } = workspace;
  await workspace.devices.paste(device);
  await commands.hasCount(3);
  await expect.poll(() => commands.ids()).toEqual([stop, start, limit].map(({ command }) => command));
  await commands.details(start).click();
  const choice = details.dialog.getByRole('combobox', { name: 'Severity of Start turbine' });
  await expect(choice.getByRole('option')).toHaveText(['By kind and name', 'Destructive']);
  await expect(details.fact('Severity').locator('.badge')).toHaveText('Destructive');
});
