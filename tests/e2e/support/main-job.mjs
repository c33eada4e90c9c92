// The main job, the same at both vendors: see what waits, cancel some of it, be told what became of each.
import { test, expect } from './fixtures.mjs';
import { liveTexts } from './accessibility.mjs';
import { expectCancelled, expectTruth } from './truth.mjs';
import { called, short } from './vendors.mjs';

/** The tests that both vendors have to pass. */
export function mainJob(vendor) {
  test.describe(vendor.name, () => {
    test('the demonstration: three commands of several devices are cancelled, each told as it arrives', async ({
      page,
      demo,
      connectPage,
      workspace,
    }) => {
      const devices = demo[vendor.key].devices.slice(0, 3);
      const targets = [];
      for (const [at, device] of devices.entries()) targets.push(await demo.hold(device, vendor.kinds[at]));
      // The last one's answer takes its time, so that the others are seen to arrive before it.
      const last = targets[2];
      await demo.fault({ operation: vendor.operations.cancel, command: last.command }, { kind: 'slow', ms: 4_000 });
      const { commands, review, run } = workspace;

      await connectPage.open(demo.address);
      await connectPage.demo(vendor).click();
      await workspace.isOpen();
      await workspace.devices.open();
      await expect(workspace.devices.items()).toHaveCount(5);
      await workspace.devices.close();
      await commands.newestFirst();
      for (const target of targets) {
        await expect(commands.row(target)).toBeVisible();
        await expect(commands.cell(target, 'state')).toHaveText('Pending');
      }
      const shown = await commands.devices();
      for (const device of devices) expect(shown).toContain(short(device));

      await expect(commands.cancel).toBeDisabled();
      for (const target of targets) await commands.select(target);
      await expect(commands.cancel).toHaveText('Cancel 3 commands');
      await commands.cancel.click();

      await expect(review.dialog).toHaveAccessibleName('Cancel 3 commands on 3 devices?');
      for (const device of devices) await expect(review.dialog).toContainText(short(device));
      await expect(review.dialog).toContainText('Before you continue');
      await expect(review.dialog).toContainText('A command may already have been sent');
      await expect(review.keep).toHaveText('Go back');
      await expect(review.keep).toBeFocused();
      await expect(review.confirm).toHaveText('Cancel 3 commands');
      await review.keep.click();
      await expect(review.dialog).toBeHidden();
      expect(await demo.received(vendor.operations.cancel), 'nothing is sent before it is confirmed').toBe(0);

      await commands.cancel.click();
      await review.confirm.click();
      await expect(run.going).toBeVisible();
      await run.showAll();
      for (const target of targets.slice(0, 2)) await expect(run.outcome(target)).toHaveText('Cancelled');
      await expect(run.line).toHaveText('2 of 3 done');
      await expect(commands.cell(last, 'verdict')).toHaveText(/Sending cancel…|Checking…/);
      await expect(run.row(last)).toHaveCount(0);

      await expect(run.over).toBeVisible();
      await expect(run.rows()).toHaveCount(3);
      await expect(run.line).toHaveText('3 commands: 3 cancelled.');
      await expect.poll(async () => (await liveTexts(page)).polite).toContain('3 commands: 3 cancelled.');
      await expectCancelled(workspace, demo, targets);
      expect(await demo.received(vendor.operations.cancel)).toBe(3);
      for (const target of targets) await expect(commands.cell(target, 'state')).toHaveText('Cancelled');
      await run.close.click();
      await workspace.lock.click();
      await expect(connectPage.notice).toContainText('Locked.');
    });

    test('a connection that was entered: some of a device are cancelled, the others go on waiting', async ({
      connected,
      simulator,
      workspace,
    }) => {
      const [device, other] = simulator[vendor.key].devices;
      const targets = [];
      for (const kind of vendor.kinds) targets.push(await simulator.hold(device, kind));
      const kept = [await simulator.hold(device, vendor.kinds[0]), await simulator.hold(other, vendor.kinds[1])];
      const { commands, run } = workspace;

      await connected(vendor, [device, other]);
      await commands.newestFirst();
      await workspace.cancel(targets);
      await expect(run.over).toBeVisible();
      await expect(run.rows(), 'nothing needs attention').toHaveCount(0);
      await run.showAll();
      await expect(run.rows()).toHaveCount(3);
      await expectCancelled(workspace, simulator, targets);
      for (const target of kept) {
        const entry = await simulator.truth(target);
        expect(entry).toMatchObject({ state: 'pending', cancels: [] });
        await expect(commands.cell(target, 'state')).toHaveText('Pending');
      }

      await run.close.click();
      await expect(run.region).toBeHidden();
      for (const target of targets) await expect(commands.row(target)).toHaveCount(0);
      for (const target of kept) await expect(commands.row(target)).toBeVisible();
    });

    test('everything that waits on a device is cancelled, and nothing of another', async ({
      connected,
      simulator,
      workspace,
    }) => {
      const [device, other] = simulator[vendor.key].devices;
      for (const kind of vendor.kinds) await simulator.hold(device, kind);
      const pending = async (of) =>
        (await simulator.commandsOf(of)).filter(({ state }) => state === 'pending').map(({ command }) => command);
      const { devices, review, run } = workspace;

      await connected(vendor, [device, other]);
      await devices.open();
      await expect(devices.everything(device)).toBeVisible();
      await devices.close();
      const [meant, others] = [await pending(device), await pending(other)];
      await devices.open();
      await expect(devices.item(device)).toContainText(`${meant.length} pending`);
      await devices.everything(device).click();
      await expect(review.dialog).toHaveAccessibleName(new RegExp(`^Cancel all pending commands on ${called(device)}\\?$`));
      // Only where one call of the provider does it.
      const dialog = expect(review.dialog);
      const sentence = 'Any other command pending on the device when the cancel arrives';
      await (vendor.cancelsInOneCall ? dialog : dialog.not).toContainText(sentence);
      await expect(review.confirm).toHaveText(`Cancel ${meant.length} commands`);
      await review.confirm.click();

      await expect(run.over).toBeVisible();
      const rows = await expectTruth(run, simulator);
      expect(rows.map(({ command }) => command).sort()).toEqual([...meant].sort());
      expect(rows.map(({ outcome }) => outcome)).toEqual(meant.map(() => 'Cancelled'));
      expect(await pending(device)).toEqual([]);
      expect(await pending(other)).toEqual(others);
      await devices.open();
      await expect(devices.item(device)).toContainText('none pending');
      await expect(devices.everything(device)).toBeHidden();
      await devices.close();
    });
  });
}
