// The one promise: nothing is called cancelled unless the vendor, read again, says so.
import { test, expect } from '../support/fixtures.mjs';
import { liveTexts } from '../support/accessibility.mjs';
import { expectTruth } from '../support/truth.mjs';
import { APPLIVERY, VENDORS } from '../support/vendors.mjs';
import { HTTP_ERROR, NO_ANSWER, CORS } from '../support/watch.mjs';

const CANCELLED = /cancell?ed/i;

/** What is said of commands that ran all the same, or went out. */
const RAN = /(devices? (was|were) locked|commands? (was|were) executed|(was|were) sent to (its|their) devices? and may have run)/;

for (const vendor of VENDORS) {
  test.describe(vendor.name, () => {
    test('whatever goes wrong, each command is told as it is', async ({
      page,
      connected,
      simulator,
      workspace,
      watched,
    }) => {
      watched.allow(HTTP_ERROR, NO_ANSWER, CORS);
      const { cancel } = vendor.operations;
      // One device each: at EnOS the commands of one device wait for each other.
      const faults = [
        { kind: 'lost_after' },
        { kind: 'html' },
        { kind: 'truncated' },
        { kind: 'stays_pending' },
        { kind: 'executed_all_the_same' },
        { kind: 'expires_all_the_same' },
        { kind: 'goes_out_first' },
      ];
      const devices = simulator[vendor.key].devices.slice(0, faults.length + 1);
      const targets = {};
      for (const [at, fault] of faults.entries()) {
        const target = await simulator.hold(devices[at], vendor.kinds[0]);
        await simulator.fault({ operation: cancel, command: target.command }, fault);
        targets[fault.kind] = target;
      }
      // Of one, the table showed it a moment ago, and then neither the answer nor any reading gets through.
      const unread = await simulator.hold(devices.at(-1), vendor.kinds[0]);
      const { command } = unread;
      await simulator.fault({ operation: cancel, command }, { kind: 'lost_after' });
      await simulator.fault({ operation: vendor.operations.get, command }, { kind: 'html' });
      targets.unread = unread;
      const { commands, run } = workspace;
      await connected(vendor, devices);
      await workspace.cancel(Object.values(targets));

      // Said at once, while others are still being read again.
      await expect
        .poll(async () => (await liveTexts(page)).assertive.join(' '))
        .toMatch(RAN);
      await expect(run.over).toBeVisible();
      const rows = await expectTruth(run, simulator);
      expect(rows).toHaveLength(faults.length + 1);

      for (const kind of ['lost_after', 'html', 'truncated']) {
        await expect(run.outcome(targets[kind]), kind).toHaveText('Cancelled');
        expect((await simulator.truth(targets[kind])).state, kind).toBe('cancelled');
      }

      await expect(run.outcome(targets.stays_pending)).toHaveText(/not confirmed/i);
      await expect(run.why(targets.stays_pending)).toContainText('The command may still run.');
      await expect(run.row(targets.stays_pending)).not.toContainText(CANCELLED);
      await expect(commands.row(targets.stays_pending)).not.toContainText(CANCELLED);
      expect((await simulator.truth(targets.stays_pending)).state).toBe('pending');

      // Applivery refuses to cancel what has gone out, and EnOS says nothing of it: read again, it is the same.
      await expect(run.outcome(targets.executed_all_the_same)).toHaveText('Too late');
      await expect(run.outcome(targets.goes_out_first)).toHaveText('Too late');
      for (const kind of ['executed_all_the_same', 'goes_out_first']) {
        await expect(run.row(targets[kind]), kind).not.toContainText(CANCELLED);
        await expect(commands.row(targets[kind]), kind).not.toContainText(CANCELLED);
        expect((await simulator.truth(targets[kind])).sent_ms, kind).not.toBeNull();
      }
      // What ran stands first: in the words above the rows, and among the rows.
      await expect(run.alarm).toHaveText(RAN);
      for (const at of [0, 1]) await expect(run.rows().nth(at)).toContainText('Too late');

      await expect(run.outcome(targets.expires_all_the_same)).toHaveText('Expired');
      await expect(run.row(targets.expires_all_the_same)).not.toContainText(CANCELLED);
      expect((await simulator.truth(targets.expires_all_the_same)).state).toBe('expired');

      await expect(run.line).toContainText('3 cancelled');
      await expect(run.line).toContainText('2 too late');

      await expect(run.outcome(unread)).toHaveText('Unknown');
      await expect(run.row(unread)).not.toContainText(CANCELLED);

      // What is still open can be read again, and then it is what the vendor says by then.
      await simulator.setState(targets.stays_pending, 'cancelled');
      await run.readAgain(targets.stays_pending).click();
      await expect(run.why(targets.stays_pending)).toContainText('Checked again: the provider now reports it cancelled.');
      await expect(commands.cell(targets.stays_pending, 'state')).toHaveText('Cancelled');
      await simulator.noFaults();
      await run.readAgain(unread).click();
      await expect(run.why(unread)).toContainText('Checked again: the provider now reports it cancelled.');
      expect((await simulator.truth(unread)).state).toBe('cancelled');
    });

    test('what went out or ended since it was read is left alone', async ({ connected, simulator, workspace }) => {
      const devices = simulator[vendor.key].devices.slice(0, 2);
      const [gone, before] = [
        await simulator.hold(devices[0], vendor.kinds[0]),
        await simulator.hold(devices[1], vendor.kinds[0]),
      ];
      const { commands, review, run } = workspace;
      await connected(vendor, devices);
      for (const target of [gone, before]) await commands.select(target);
      await simulator.setState(gone, 'sent');
      await simulator.setState(before, 'cancelled');
      await commands.cancel.click();
      // What was read seconds ago is not read again before its cancel.
      await expect(review.dialog).toContainText(/Loaded (1[1-9]|[2-9]\d) sec ago/, { timeout: 40_000 });
      await review.confirm.click();
      await expect(run.over).toBeVisible();
      await expect(run.outcome(gone)).toHaveText(/Already (sent|finished)/);
      await run.showAll();
      await expect(run.outcome(before)).toHaveText('Already cancelled');
      await expectTruth(run, simulator);
      for (const target of [gone, before]) expect((await simulator.truth(target)).cancels).toEqual([]);
    });

    test('a refusal is told in the vendor’s own words', async ({ connected, simulator, workspace, watched }) => {
      watched.allow(HTTP_ERROR);
      const device = simulator[vendor.key].devices[0];
      const target = await simulator.hold(device, vendor.kinds[0]);
      const body =
        vendor === APPLIVERY
          ? '{"status":false,"error":{"code":4003,"message":"Forbidden for this role"}}'
          : '{"code":99403,"msg":"Forbidden for this role","requestId":"request-17","data":null}';
      const status = vendor === APPLIVERY ? 403 : 200;
      await simulator.fault({ operation: vendor.operations.cancel }, { kind: 'http', status, body });
      await connected(vendor, [device]);
      await workspace.cancel([target]);
      const { run } = workspace;
      await expect(run.over).toBeVisible();
      await expect(run.outcome(target)).toHaveText('Denied');
      await expect(run.why(target)).toContainText('Forbidden for this role');
      await expect(run.why(target)).toContainText(vendor === APPLIVERY ? '4003' : '99403');
      await expect(run.row(target)).not.toContainText(CANCELLED);
      expect((await simulator.truth(target)).state).toBe('pending');
    });
  });
}

test('the stop button: nothing more is sent, and what was sent is told', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const device = simulator.applivery.devices[0];
  await simulator.hold(device, 'LOCK', { count: 30 });
  await simulator.fault({ operation: 'applivery.cancel' }, { kind: 'slow', ms: 1_500 });
  const { commands, review, run } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.all.check();
  await commands.cancel.click();
  await review.confirm.click();
  await expect(run.line).toHaveText(/^\d+ of \d+ done$/);
  await expect.poll(() => simulator.received('applivery.cancel')).toBeGreaterThan(0);
  await run.stop.click();
  await expect(run.stop).toHaveText('Stopping…');
  await expect
    .poll(async () => (await liveTexts(page)).assertive)
    .toContain('Stopped as requested. Nothing more was sent.');
  await expect(run.over).toBeVisible();
  const rows = await expectTruth(run, simulator);
  const unsent = rows.filter(({ outcome }) => outcome === 'Cancel not sent');
  expect(unsent.length).toBeGreaterThan(0);
  expect(unsent.length).toBeLessThan(rows.length);
  const { commands: entries } = await simulator.ledger();
  for (const { command, outcome } of rows) {
    const { cancels, state } = entries.find((entry) => entry.command === command);
    expect(cancels.length, `${outcome} ${command}`).toBe(outcome === 'Cancel not sent' ? 0 : 1);
    expect(state, `${outcome} ${command}`).toBe(outcome === 'Cancel not sent' ? 'pending' : 'cancelled');
  }
});

test('a key that is refused in the middle stops the run, and the rest was not sent', async ({
  page,
  connected,
  simulator,
  workspace,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  const device = simulator.applivery.devices[0];
  await simulator.hold(device, 'LOCK', { count: 30 });
  const { commands, review, run } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.all.check();
  await simulator.fault({ operation: 'applivery.cancel' }, { kind: 'token_expired' }, { skip: 3 });
  await commands.cancel.click();
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  await expect
    .poll(async () => (await liveTexts(page)).assertive.join(' '))
    .toContain('Run stopped: the provider refused the connection as a whole.');
  const rows = await expectTruth(run, simulator);
  expect(rows.some(({ outcome }) => outcome === 'Cancel not sent')).toBe(true);
  expect(rows.filter(({ outcome }) => outcome === 'Cancelled')).toHaveLength(3);
});
