// Who may what through the relay, and sessions that end.
import { test, expect } from '../support/fixtures.mjs';
import { TOKENS, startTeam } from '../support/relay.mjs';
import { expectTruth } from '../support/truth.mjs';
import { APPLIVERY, VENDORS } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';
import { Doors } from '../pages/doors.mjs';
import { Server } from '../pages/server.mjs';

const NAME = { applivery: 'fleet', enos: 'wind' };

for (const vendor of VENDORS) {
  test(`a viewer reads everything and is offered no cancel at all, ${vendor.name}`, async ({
    page,
    started,
    simulator,
    workspace,
  }) => {
    const devices = simulator[vendor.key].devices.slice(0, 2);
    const target = await simulator.hold(devices[0], vendor.kinds[0]);
    await simulator.hold(devices[1], vendor.kinds[1]);
    const { address } = await started(startTeam(simulator));
    const server = new Server(page);
    await server.open(address, TOKENS.vera, NAME[vendor.key]);
    await expect(server.viewer).toBeVisible();
    await workspace.devices.paste(devices.join('\n'));
    const { commands, details } = workspace;
    await expect(commands.row(target)).toBeVisible();

    const noCancel = async () => {
      await expect(page.getByRole('button', { name: /^(Cancel( |$)|Resume|Retry \d+ commands?)/ })).toHaveCount(0);
      await expect(commands.table.getByRole('checkbox')).toHaveCount(0);
      await expect(page.locator('#cancel-selected, #select-all, .everywhere, .action-bar')).toHaveCount(0);
    };
    await noCancel();
    await commands.filter('All').click();
    await noCancel();

    // No key does it either: not the row's, not the shortcut's, not the palette's.
    await commands.newestFirst();
    await commands.details(target).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('x');
    await page.keyboard.press('c');
    await expect(workspace.review.dialog).toBeHidden();
    await expect(commands.rows().and(page.locator('[data-selected]'))).toHaveCount(0);
    const doors = new Doors(page);
    await page.keyboard.press('Control+k');
    await doors.typed.fill('cancel');
    await expect(doors.options.filter({ hasText: /cancel/i })).toHaveCount(0);
    await page.keyboard.press('Escape');

    await commands.details(target).click();
    await expect(details.raw).toBeVisible();
    await expect(details.dialog.getByRole('button', { name: /command line/ })).toHaveCount(0);
    await details.close.click();
    await workspace.history.open();
    await expect(workspace.history.dialog).toBeVisible();
    expect(await simulator.received(vendor.operations.cancel)).toBe(0);
  });
}

test.describe('without a service worker, which would answer in place of the test', () => {
  test.use({ serviceWorkers: 'block' });

  test('a session that ends in the middle of a run loses no row, says nothing wrong, and goes on after signing in', async ({
    page,
    context,
    started,
    simulator,
    workspace,
    watched,
  }) => {
    test.slow();
    watched.allow(HTTP_ERROR);
    watched.allow(/Service Worker registration blocked/);
    const COUNT = 40;
    const [device] = simulator.applivery.devices;
    await simulator.idle([device]);
    const targets = await simulator.hold(device, 'LOCK', { count: COUNT });
    const { address } = await started(startTeam(simulator));
    // Of a server that drives no runs: the page does.
    await page.route('**/connections.json', async (route) => {
      const answer = await route.fetch();
      const offered = await answer.json();
      for (const connection of offered.relay.connections) connection.runs = false;
      await route.fulfill({ response: answer, json: offered });
    });
    const server = new Server(page);
    await server.open(address, TOKENS.alice, 'fleet');
    await workspace.devices.paste(device);
    const tab = await context.newPage();
    const other = new Server(tab);
    await tab.goto(address);
    await expect(other.signOut).toBeVisible();
    // The first ones are under way while somebody signs out in another tab.
    await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms: 4_000 });
    await workspace.commands.all.check();
    await workspace.commands.cancel.click();
    await workspace.review.confirm.click();
    await expect(workspace.run.going).toBeVisible();
    await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);

    await other.signOut.click();
    await expect(other.nobody).toBeVisible();

    await expect(workspace.run.over).toBeVisible();
    await expect(server.ended).toBeVisible();
    await expect(workspace.run.region).toContainText('your session on this server has ended');
    await expect(workspace.run.region).not.toContainText('rejected the key');
    await workspace.run.showAll();
    await expect(workspace.run.rows()).toHaveCount(COUNT);
    await expectTruth(workspace.run, simulator);
    const said = await workspace.run.said();
    expect(said.filter(({ outcome }) => outcome === 'Cancel not sent').length).toBeGreaterThan(0);

    // Signed in again on the same page, it goes on where it was.
    await simulator.noFaults();
    await server.signInWith(TOKENS.alice);
    await expect(server.ended).toBeHidden();
    await workspace.run.resume.click();
    await expect(workspace.run.line).toHaveText(`${COUNT} commands: ${COUNT} cancelled.`);
    for (const target of targets) {
      const { state, cancels } = await simulator.truth(target);
      expect(state).toBe('cancelled');
      expect(cancels.filter(({ accepted }) => accepted).length, 'nothing is cancelled twice').toBe(1);
    }
  });
});

test('somebody else who signs in meanwhile does not get what the first one read', async ({
  page,
  started,
  simulator,
  workspace,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  const { address } = await started(startTeam(simulator));
  const server = new Server(page);
  await server.open(address, TOKENS.alice, 'fleet');
  await workspace.devices.paste(device);
  await expect(workspace.commands.row(target)).toBeVisible();
  await page.evaluate(() => fetch('relay/sign-out', { method: 'POST' }));
  await workspace.commands.refresh.click();
  await expect(server.ended).toBeVisible();
  await server.signInWith(TOKENS.bob);
  await expect(page.getByText('Locked: someone else has signed in')).toBeVisible();
  await expect(page.locator('body')).not.toContainText(target.command);
});

test('a page that is left alone for 15 minutes locks itself and signs out', async ({
  page,
  started,
  simulator,
  workspace,
}) => {
  // The page looks at the time again and again: its clock is put forward, its timers run on.
  await page.addInitScript(() => {
    const now = Date.now;
    window.putForward = 0;
    Date.now = () => now.call(Date) + window.putForward;
  });
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  const { address } = await started(startTeam(simulator));
  const server = new Server(page);
  await server.open(address, TOKENS.alice, 'fleet');
  await workspace.devices.paste(device);
  await expect(workspace.commands.row(target)).toBeVisible();
  await page.evaluate(() => (window.putForward = 16 * 60_000));
  await expect(page.getByText('Locked and signed out after 15 minutes')).toBeVisible();
  await expect(server.nobody).toBeVisible();
  await expect(page.locator('body')).not.toContainText(target.command);
  const { relay } = await page.evaluate(() => fetch('connections.json').then((answer) => answer.json()));
  expect(relay).toMatchObject({ user: null, connections: [] });
});
