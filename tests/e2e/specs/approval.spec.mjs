// The two-person rule: a second operator approves, in a browser of their own, before the server sends anything.
import { test as base, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations, liveTexts } from '../support/accessibility.mjs';
import { TOKENS, startTeam } from '../support/relay.mjs';
import { expectCancelled } from '../support/truth.mjs';
import { APPLIVERY, ENOS } from '../support/vendors.mjs';
import { HTTP_ERROR, watch } from '../support/watch.mjs';
import { Server } from '../pages/server.mjs';
import { ServerRuns } from '../pages/server-runs.mjs';
import { Workspace } from '../pages/workspace.mjs';

const test = base.extend({
  /** Alice's page and Bob's, each signed in and on the same connection. */
  two: async ({ page, browser, started, simulator, workspace }, use) => {
    const other = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const bobsPage = await other.newPage();
    const watched = await watch(bobsPage);
    await use(async (name, approval) => {
      const { address } = await started(startTeam(simulator, { approval }));
      const alice = new Server(page);
      const bob = new Server(bobsPage);
      await alice.open(address, TOKENS.alice, name);
      await bob.open(address, TOKENS.bob, name);
      return { address, alice, bob, workspace, theirs: new Workspace(bobsPage) };
    });
    watched.end();
    expect(watched.unexpected(), "what the second one's browser complains of").toEqual([]);
    await other.close();
  },
});

const ASK = (count) => `Request approval of ${count} cancels`;

/** Alice selects these and asks. */
async function ask(workspace, targets) {
  for (const target of targets) await workspace.commands.select(target);
  await workspace.commands.cancel.click();
  await workspace.review.dialog.getByRole('button', { name: ASK(targets.length) }).click();
}

test('more than one may send alone is asked for, approved by another, and sent as it was confirmed', async ({
  page,
  two,
  simulator,
}) => {
  test.slow();
  const [device] = simulator.applivery.devices;
  await simulator.idle([device]);
  const targets = await simulator.hold(device, 'LOCK', { count: 3 });
  const { alice, bob, workspace } = await two('fleet', '{ targets = 2 }');
  await workspace.devices.paste(device);
  for (const target of targets) await workspace.commands.select(target);
  await workspace.commands.cancel.click();
  await expect(workspace.review.dialog).toContainText('More than 2 cancels within an hour need a second operator');
  await expect(workspace.review.keep).toBeFocused();
  await workspace.review.dialog.getByRole('button', { name: ASK(3) }).click();
  await expect(alice.waiting).toContainText('3 cancels are waiting for a second operator. Nothing has been sent.');
  await expect(alice.waiting).toContainText('Requested by alice');
  await expectNoViolations(page, 'waiting for approval');

  // One does not approve what one asked for: another page of hers only offers to take it back.
  await expect(bob.look('alice')).toBeVisible();
  await expect.poll(async () => (await liveTexts(bob.page)).polite.join()).toContain('alice requests approval of 3 cancels');
  await bob.look('alice').click();
  await expect(bob.judged).toHaveAccessibleName('alice asks to cancel 3 commands');
  await expect(bob.later).toBeFocused();
  await expect(bob.judged).toContainText('3 × LOCK');
  await expectNoViolations(bob.page, 'what another one asks for');
  await bob.page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(bob.page, 'what another one asks for');
  expect(await simulator.received(APPLIVERY.operations.cancel), 'nothing is sent before it is approved').toBe(0);
  await bob.later.click();
  await expect(bob.judged).toBeHidden();
  await expect(bob.look('alice')).toBeFocused();
  // By keyboard alone.
  await bob.page.keyboard.press('Enter');
  await expect(bob.later).toBeFocused();
  await bob.page.keyboard.press('Tab');
  await expect(bob.decline).toBeFocused();
  await bob.page.keyboard.press('Tab');
  await expect(bob.approve).toBeFocused();
  await expect(bob.approve).toHaveText('Approve 3 cancels');
  await bob.page.keyboard.press('Enter');
  await expect(bob.judged).toBeHidden();

  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.line).toHaveText('3 commands: 3 cancelled.');
  await expectCancelled(workspace, simulator, targets);
  await expect(bob.approvals).toBeHidden();
  await expect(alice.approvals).toBeHidden();
});

test('who approves sees what the server read, and can stop the run', async ({ two, simulator, watched }) => {
  test.slow();
  watched.allow(HTTP_ERROR);
  const [device] = simulator.applivery.devices;
  await simulator.idle([device]);
  const targets = await simulator.hold(device, 'LOCK', { count: 2 });
  const { bob, workspace, theirs } = await two('fleet', '{ targets = 1 }');
  await workspace.devices.paste(device);
  // Its cancels are held back, so that there is something to stop.
  await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'http', status: 429, retry_after: '600' });
  for (const target of targets) await workspace.commands.select(target);
  await workspace.commands.cancel.click();
  await new ServerRuns(workspace.page).reason.fill('a wrong lock');
  await workspace.review.dialog.getByRole('button', { name: ASK(2) }).click();
  await bob.look('alice').click();
  await expect(bob.judged).toContainText('2 commands, as loaded by the server');
  await expect(bob.judged).toContainText('Reason: a wrong lock');
  const rows = bob.judged.locator('.asked li');
  await expect(rows).toHaveCount(2);
  for (const row of await rows.all()) {
    await expect(row).toContainText('LOCK');
    await expect(row).toContainText('Pending');
    await expect(row).toContainText(/created \d/);
  }
  for (const { command } of targets) await expect(bob.judged).toContainText(command);
  await expectNoViolations(bob.page, 'what the server read');
  await bob.approve.click();
  await expect(bob.judged).toBeHidden();
  await expect(bob.approvals).toBeHidden();
  const runs = new ServerRuns(bob.page);
  await runs.show('alice cancels 2 commands');
  await expect(theirs.run.region).toContainText('Started by alice');
  await theirs.run.stop.click();
  await expect(theirs.run.over).toBeVisible();
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.region).toContainText('Stopped by bob');
  for (const target of targets) expect((await simulator.truth(target)).state).toBe('pending');
});

test('a link to a run leads through signing in to what is asked, and to the run itself', async ({
  page,
  browser,
  started,
  simulator,
  workspace,
}) => {
  const [device] = simulator.applivery.devices;
  await simulator.idle([device]);
  const targets = await simulator.hold(device, 'LOCK', { count: 3 });
  const { address } = await started(startTeam(simulator, { approval: '{ targets = 2 }' }));
  await new Server(page).open(address, TOKENS.alice, 'fleet');
  await workspace.devices.paste(device);
  await ask(workspace, targets);
  const authorization = `Bearer ${TOKENS.bob}`;
  const runs = () => page.request.get(`${address}relay/fleet/runs`, { headers: { authorization } });
  await expect.poll(async () => (await (await runs()).json()).runs.map((run) => run.state)).toEqual(['waiting']);
  const [{ id }] = (await (await runs()).json()).runs;

  const open = async (token, run) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const opened = await context.newPage();
    const server = new Server(opened);
    await server.open(address, token, 'fleet', `&run=${run}`);
    return { server, list: new ServerRuns(opened).region, run: new Workspace(opened).run, close: () => context.close() };
  };
  const bob = await open(TOKENS.bob, id);
  await expect(bob.server.judged).toHaveAccessibleName('alice asks to cancel 3 commands');
  await bob.server.approve.click();
  await bob.close();
  await expect(workspace.run.line).toHaveText('3 commands: 3 cancelled.');
  for (const target of targets) expect((await simulator.truth(target)).state).toBe('cancelled');

  const vera = await open(TOKENS.vera, id);
  await expect(vera.run.line).toHaveText('3 commands: 3 cancelled.');
  await expect(vera.run.region).toContainText('Started by alice');
  await vera.close();

  // What is no run, and what is no id.
  const lost = await open(TOKENS.vera, 'a-run-of-long-ago');
  const gone = lost.server.page.getByRole('paragraph').filter({ hasText: 'The server does not have this run.' });
  await expect(gone).toBeVisible();
  await lost.close();
  const crooked = await open(TOKENS.vera, '..%2F..%2Fapprovals');
  await expect(crooked.list).toBeVisible();
  await expect(crooked.run.region).toHaveCount(0);
  await crooked.close();
});

test('what is declined is not sent, and so is what is withdrawn', async ({ two, simulator, context }) => {
  test.slow();
  const [device] = simulator.applivery.devices;
  await simulator.idle([device]);
  const targets = [await simulator.hold(device, 'WIPE'), await simulator.hold(device, 'LOCK')];
  const { address, alice, bob, workspace } = await two('fleet', '{ kinds = ["wipe"] }');
  await workspace.devices.paste(device);
  await ask(workspace, targets);
  await expect(alice.waiting).toBeVisible();
  await bob.look('alice').click();
  await bob.decline.click();
  await expect(alice.page.getByText('Declined by bob. Nothing was sent.').first()).toBeVisible();
  await expect(alice.waiting).toBeHidden();
  await expect.poll(async () => (await liveTexts(alice.page)).assertive.join()).toContain('Declined by bob');

  await workspace.commands.cancel.click();
  await workspace.review.dialog.getByRole('button', { name: ASK(2) }).click();
  await expect(bob.look('alice')).toBeVisible();
  // On another page of hers it stands, too, without a way to approve it.
  const tab = await context.newPage();
  const again = new Server(tab);
  await tab.goto(`${address}#connection=fleet`);
  await expect(again.approvals).toContainText('You asked to cancel 2 commands');
  await expect(again.look('alice')).toHaveCount(0);
  await tab.close();
  await alice.withdraw.click();
  await expect(alice.page.getByText('Request withdrawn. Nothing was sent.').first()).toBeVisible();
  await expect(bob.approvals).toBeHidden();

  // The page is locked: it waits all the same, and the server sends it once it is approved.
  await workspace.commands.cancel.click();
  await workspace.review.dialog.getByRole('button', { name: ASK(2) }).click();
  await expect(bob.look('alice')).toBeVisible();
  await workspace.lock.click();
  await expect(alice.region).toBeVisible();
  expect(await simulator.received(APPLIVERY.operations.cancel)).toBe(0);
  await bob.look('alice').click();
  await bob.approve.click();
  await expect(bob.approvals).toBeHidden();
  for (const target of targets) await expect.poll(async () => (await simulator.truth(target)).state).toBe('cancelled');
});

test('everything that waits on a device is asked for by what it is', async ({ two, simulator }) => {
  test.slow();
  const [device] = simulator.enos.devices;
  await simulator.idle([device]);
  const targets = [];
  for (const kind of ENOS.kinds) targets.push(await simulator.hold(device, kind));
  const { alice, bob, workspace } = await two('wind', '{ targets = 2 }');
  await workspace.devices.paste(device);
  await workspace.devices.open();
  await workspace.devices.everything(device).click();
  await expect(workspace.review.dialog).toContainText('More than 2 cancels within an hour need a second operator');
  await workspace.review.dialog.getByRole('button', { name: ASK(3) }).click();
  await expect(alice.waiting).toBeVisible();
  await bob.look('alice').click();
  for (const { command } of targets) await expect(bob.judged).toContainText(command);
  await bob.approve.click();
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.line).toHaveText('3 commands: 3 cancelled.');
  await expectCancelled(workspace, simulator, targets);
});

test('a brake is approved by what it looks for, before anything is looked at', async ({ two, simulator }) => {
  test.slow();
  const devices = await simulator.idle(simulator.applivery.devices.slice(0, 3));
  const targets = [];
  for (const device of devices) targets.push(await simulator.hold(device, 'WIPE'));
  const { alice, bob, workspace } = await two('fleet', '{ targets = 1 }');
  const { brake, run } = workspace;
  await brake.open.click();
  await brake.onlyKinds.check();
  await brake.kind('WIPE').check();
  await brake.next.click();
  await expect(brake.confirm).toContainText('A second operator must approve it before anything is sent.');
  if (await brake.organization.isVisible()) await brake.organization.fill(simulator.applivery.org);
  await brake.confirm.getByRole('button', { name: 'Request approval' }).click();
  await expect(alice.waiting).toContainText('The brake is waiting for a second operator. Nothing has been sent.');
  const look = bob.approvals.getByRole('button', { name: 'Review the brake that alice asks for' });
  await expect.poll(async () => (await liveTexts(bob.page)).polite.join()).toContain('alice requests approval of a brake.');
  await look.click();
  const judged = bob.page.getByRole('dialog', { name: 'alice asks to brake' });
  await expect(judged).toContainText('WIPE, created after ');
  await expect(judged).toContainText(`on all devices of ${simulator.applivery.org}.`);
  await expectNoViolations(bob.page, 'a brake that another one asks for');
  expect(await simulator.received(APPLIVERY.operations.cancel), 'nothing is sent before it is approved').toBe(0);
  await judged.getByRole('button', { name: 'Approve the brake' }).click();
  await expect(run.braked).toBeVisible({ timeout: 60_000 });
  for (const target of targets) expect((await simulator.truth(target)).state).toBe('cancelled');
});

test('with a rule that two operators signed beforehand, one of them brakes at once', async ({ page, two, simulator }) => {
  test.slow();
  const devices = await simulator.idle(simulator.applivery.devices.slice(0, 3));
  const { bob, workspace } = await two('fleet', '{ targets = 1 }');
  const { brake, run } = workspace;
  await brake.open.click();
  await brake.onlyKinds.check();
  await brake.kind('WIPE').check();
  await brake.next.click();
  await brake.beforehand.click();
  await brake.validFor.selectOption('8 hours');
  await expectNoViolations(page, 'proposing a brake rule');
  await brake.propose.click();
  await expect(brake.confirm).toBeHidden();
  const rules = (of) => of.getByRole('region', { name: 'Brake rules' });
  await expect(rules(page)).toContainText('Proposed by alice. A second operator must sign it.', { timeout: 30_000 });
  await expect(rules(page).getByRole('button')).toHaveText(['Revoke']);
  await expect(rules(bob.page)).toContainText(`WIPE, created at any time, on all devices of ${simulator.applivery.org}.`, { timeout: 30_000 });
  await expectNoViolations(bob.page, 'a brake rule');
  await rules(bob.page).getByRole('button', { name: /^Sign the rule: WIPE/ }).click();
  await expect(rules(bob.page)).toContainText('In force: signed by alice and bob.');
  await expect(rules(page)).toContainText('In force: signed by alice and bob.', { timeout: 30_000 });

  const targets = [];
  for (const device of devices) targets.push(await simulator.hold(device, 'WIPE'));
  await brake.open.click();
  await brake.onlyKinds.check();
  await brake.kind('WIPE').check();
  await brake.next.click();
  await expect(brake.confirm).toContainText('If no signed rule covers it, a second operator must approve it');
  if (await brake.organization.isVisible()) await brake.organization.fill(simulator.applivery.org);
  await brake.go.click();
  await expect(run.braked).toBeVisible({ timeout: 60_000 });
  for (const target of targets) expect((await simulator.truth(target)).state).toBe('cancelled');

  // Revoked, it counts for nobody any more.
  await rules(page).getByRole('button', { name: /^Revoke the rule: WIPE/ }).click();
  await expect(rules(page)).toBeHidden();
});
