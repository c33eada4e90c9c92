// Runs that are kept: broken off and gone on with, in two tabs, without a journal, stopped.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoViolations, liveTexts } from '../support/accessibility.mjs';
import { expectTruth } from '../support/truth.mjs';
import { APPLIVERY, VENDORS } from '../support/vendors.mjs';
import { NO_ANSWER } from '../support/watch.mjs';
import { Workspace } from '../pages/workspace.mjs';
import { ConnectPage } from '../pages/connect.mjs';

// More than the page has under way at once: what is stopped has to have something left.
const MANY = 20;
test.use({ simulatorOptions: ['--devices', '24'] });

/** Gives some devices a command each that waits. */
async function holdOnEach(simulator, vendor, count) {
  const devices = simulator[vendor.key].devices.slice(0, count);
  const targets = [];
  for (const device of devices) targets.push(await simulator.hold(device, vendor.kinds[0]));
  return { devices, targets };
}

/** Connects a page that is open already, as a person does after a reload. */
async function connectAgain(page, served, simulator, vendor, devices) {
  const connectPage = new ConnectPage(page);
  await connectPage.open(served.address);
  await connectPage.fill(vendor, vendor.entered(simulator));
  await connectPage.connect.click();
  const workspace = new Workspace(page);
  await workspace.isOpen();
  if (devices) await workspace.devices.paste(devices.join('\n'));
  return workspace;
}

for (const vendor of VENDORS) {
  test.describe(vendor.name, () => {
    test('a reload in the middle of a run: it is offered, resumed, and nothing is cancelled twice', async ({
      page,
      served,
      connected,
      simulator,
      watched,
    }) => {
      // The page is opened twice, and axe looks at it.
      test.slow();
      watched.allow(NO_ANSWER);
      const { cancel } = vendor.operations;
      const { devices, targets } = await holdOnEach(simulator, vendor, 10);
      // Some are done and some are under way when the page is gone. The browser has six connections to a host.
      const slow = targets.slice(6);
      for (const { command } of slow) {
        await simulator.fault({ operation: cancel, command }, { kind: 'slow', ms: 20_000 });
      }
      const { run, ...workspace } = await connected(vendor, devices);
      for (const target of targets) await workspace.commands.select(target);
      await workspace.commands.cancel.click();
      await expect(workspace.review.dialog).toContainText('an interrupted run can be resumed');
      await workspace.review.confirm.click();
      await expect(run.line).toHaveText('6 of 10 done');

      await page.reload();
      await simulator.noFaults();
      const again = await connectAgain(page, served, simulator, vendor, devices);
      await expect(again.unfinished.items).toHaveCount(1);
      await expect(again.unfinished.items).toContainText('4 commands have no result yet; a cancel may have been sent for 4 of them.');
      await expectNoViolations(page, 'an unfinished run');
      await again.unfinished.resume.click();
      await expect(again.run.over).toBeVisible();
      await expect(again.run.line).toHaveText('10 commands: 10 cancelled.');
      const rows = await expectTruth(again.run, simulator);
      expect(rows.map(({ command }) => command).sort()).toEqual(targets.map(({ command }) => command).sort());
      for (const target of targets) {
        const { state, cancels } = await simulator.truth(target);
        expect(state).toBe('cancelled');
        expect(cancels.filter(({ accepted }) => accepted)).toHaveLength(1);
      }
      await again.run.close.click();
      await expect(again.unfinished.region).toBeHidden();
    });
  });
}

test('a second tab sees a run that goes on, and can neither resume nor delete it', async ({
  context,
  connected,
  served,
  simulator,
  workspace,
}) => {
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, 2);
  const { command } = targets[0];
  await simulator.fault({ operation: APPLIVERY.operations.cancel, command }, { kind: 'slow', ms: 12_000 });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  await expect(workspace.run.line).toHaveText('1 of 2 done');

  const other = await connectAgain(await context.newPage(), served, simulator, APPLIVERY);
  await expect(other.unfinished.items).toHaveText(/Running now/);
  await expect(other.unfinished.resume).toHaveCount(0);
  await other.history.open();
  await expect(other.history.runs).toHaveCount(1);
  await expect(other.history.runs).toContainText('Running now');
  await other.history.deleteAll.click();
  await other.history.question.getByRole('button', { name: 'Delete 1 run' }).click();
  await expect.poll(async () => (await liveTexts(other.page)).polite).toContain('1 run is in progress and was kept.');
  await expect(other.history.runs).toHaveCount(1);

  await expect(workspace.run.over).toBeVisible();
  await expectTruth(workspace.run, simulator);
});

test('stopped: the rest is not sent, the loud word stays, and it is resumed from where it was', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, MANY);
  await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms: 1_500 });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  const { run } = workspace;
  await expect(run.stop).toBeVisible();
  await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);
  await run.stop.click();
  await expect(run.over).toBeVisible();
  await expect(run.alarm).toHaveText('Stopped as requested. Nothing more was sent.');
  expect((await liveTexts(page)).assertive.join(' ')).toContain('Stopped as requested');
  await run.filter('Cancel not sent').click();
  await expect(run.filter('Cancel not sent')).toHaveAttribute('aria-pressed', 'true');
  const notSent = await run.said();
  expect(notSent.length).toBeGreaterThan(0);
  for (const row of notSent) expect(row.outcome).toBe('Cancel not sent');

  await simulator.noFaults();
  await run.resume.click();
  await expect(run.over).toBeVisible();
  await expect(run.line).toHaveText(`${MANY} commands: ${MANY} cancelled.`);
  for (const target of targets) expect((await simulator.truth(target)).cancels).toHaveLength(1);
});

test('a lost race is announced at once and stays in sight', async ({ page, connected, simulator, workspace }) => {
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, 2);
  const { command } = targets[0];
  await simulator.fault({ operation: APPLIVERY.operations.cancel, command }, { kind: 'executed_all_the_same' });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  const said = /^(1 device was locked\.|LOCK: 1 command was sent to its device and may have run\.)$/;
  await expect.poll(async () => (await liveTexts(page)).assertive.join(' ')).toMatch(said);
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.alarm).toHaveText(said);
  await workspace.run.filter('Too late').click();
  await expect(workspace.run.rows()).toHaveCount(1);
  await expect(workspace.run.row(targets[0])).toBeVisible();
});

test('what was not sent without a journal is offered again, exactly that', async ({ page, connected, simulator, workspace }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('not here', 'SecurityError');
    };
  });
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, MANY);
  await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms: 1_500 });
  await connected(APPLIVERY, devices);
  for (const target of targets) await workspace.commands.select(target);
  await workspace.commands.cancel.click();
  await expect(workspace.review.dialog).toContainText('This browser is not keeping a journal (SecurityError)');
  await workspace.review.confirm.click();
  await expect(workspace.run.region).toContainText('This run has no journal');
  await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);
  await workspace.run.stop.click();
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.resume).toHaveCount(0);
  await simulator.noFaults();
  const left = (await workspace.run.said()).filter(({ outcome }) => outcome === 'Cancel not sent');
  expect(left.length).toBeGreaterThan(0);
  await workspace.run.tryAgain.click();
  await expect(workspace.review.dialog).toHaveAccessibleName(`Cancel ${left.length} command${left.length > 1 ? 's' : ''} on ${left.length} device${left.length > 1 ? 's' : ''}?`);
  await workspace.review.confirm.click();
  await expect(workspace.run.over).toBeVisible();
  for (const target of targets) expect((await simulator.truth(target)).cancels).toHaveLength(1);

  await workspace.history.open();
  await expect(workspace.history.dialog).toContainText('This browser is not storing data for this page (SecurityError)');
});

test('a journal that cannot be written any more stops the run, and that is said', async ({ page, connected, simulator, workspace }) => {
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, MANY);
  await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms: 1_500 });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);
  await page.evaluate(() => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.alarm).toContainText('its journal could not be written');
  expect((await liveTexts(page)).assertive.join(' ')).toContain('its journal could not be written');
  const rows = await expectTruth(workspace.run, simulator);
  const notSent = rows.filter(({ outcome }) => outcome === 'Cancel not sent');
  expect(notSent.length).toBeGreaterThan(0);
  for (const { command } of notSent) expect((await simulator.truth({ command })).cancels).toEqual([]);
});

test('a journal that is deleted under a run stops it, and nothing more leaves', async ({ page, connected, simulator, workspace }) => {
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, MANY);
  await simulator.fault({ operation: APPLIVERY.operations.cancel }, { kind: 'slow', ms: 1_500 });
  await connected(APPLIVERY, devices);
  await workspace.cancel(targets);
  await expect.poll(() => simulator.received(APPLIVERY.operations.cancel)).toBeGreaterThan(0);
  // As the developer tools do, or the browser where there is no room.
  await page.evaluate(
    () =>
      new Promise((done, failed) => {
        const request = indexedDB.deleteDatabase('countermand');
        request.onsuccess = done;
        request.onerror = failed;
      }),
  );
  await expect(workspace.run.over).toBeVisible();
  await expect(workspace.run.alarm).toContainText('its journal could not be written');
  const rows = await expectTruth(workspace.run, simulator);
  const notSent = rows.filter(({ outcome }) => outcome === 'Cancel not sent');
  expect(notSent.length).toBeGreaterThan(0);
  for (const { command } of notSent) expect((await simulator.truth({ command })).cancels).toEqual([]);
  // What was written down before may still have been on its way to the network; nothing else left.
  expect(await simulator.received(APPLIVERY.operations.cancel)).toBe(MANY - notSent.length);
});

test('closed while its targets are first read: the run is offered, and resumed', async ({ page, served, connected, simulator, watched }) => {
  test.slow();
  watched.allow(NO_ANSWER);
  const { list, get, cancel } = APPLIVERY.operations;
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, 3);
  const { run, ...workspace } = await connected(APPLIVERY, devices);
  for (const target of targets) await workspace.commands.select(target);
  // What was read seconds ago need not be read again: here it was longer ago.
  await page.waitForTimeout(20_000);
  for (const operation of [list, get]) await simulator.fault({ operation }, { kind: 'slow', ms: 30_000 });
  await workspace.commands.cancel.click();
  await workspace.review.confirm.click();
  await expect(run.going).toBeVisible();
  await page.waitForTimeout(1_000);
  expect(await simulator.received(cancel)).toBe(0);

  await page.reload();
  await simulator.noFaults();
  const again = await connectAgain(page, served, simulator, APPLIVERY, devices);
  await expect(again.unfinished.items).toContainText('3 commands have no result yet');
  await again.history.open();
  await expect(again.history.runs).toContainText('3');
  await page.keyboard.press('Escape');
  await again.unfinished.resume.click();
  await expect(again.run.over).toBeVisible();
  await expect(again.run.line).toHaveText('3 commands: 3 cancelled.');
  for (const target of targets) expect((await simulator.truth(target)).cancels).toHaveLength(1);
});

test('storage that is full from the start: the page says so before the run', async ({ page, served, connected, simulator, workspace }) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(served.address).origin, quotaSize: 1 });
  const { devices, targets } = await holdOnEach(simulator, APPLIVERY, 1);
  await connected(APPLIVERY, devices);
  await workspace.commands.box(targets[0]).check();
  await workspace.commands.cancel.click();
  await expect(workspace.review.dialog).toContainText('This browser is not keeping a journal (QuotaExceededError)');
  await workspace.review.confirm.click();
  await expect(workspace.run.over).toBeVisible();
  await expectTruth(workspace.run, simulator);
});
