// Everything on many devices: each is listed beside the others' cancels, and a page that is closed loses nothing.
import { test, expect } from '../support/fixtures.mjs';
import { expectTruth } from '../support/truth.mjs';
import { VENDORS } from '../support/vendors.mjs';
import { NO_ANSWER } from '../support/watch.mjs';
import { Workspace } from '../pages/workspace.mjs';
import { ConnectPage } from '../pages/connect.mjs';

const DEVICES = 12;
test.use({ simulatorOptions: ['--devices', String(DEVICES)] });

/** Devices with one command each that waits, and nothing else that does. */
async function idleWithOne(simulator, vendor) {
  const devices = await simulator.idle(simulator[vendor.key].devices.slice(0, DEVICES));
  const targets = [];
  for (const device of devices) targets.push(await simulator.hold(device, vendor.kinds[0]));
  return { devices, targets };
}

for (const vendor of VENDORS) {
  test.describe(vendor.name, () => {
    test('the first cancel does not wait for the last list, and Stop is heard at once', async ({ page, connected, simulator }) => {
      test.slow();
      const { devices, targets } = await idleWithOne(simulator, vendor);
      const { run, review, ...workspace } = await connected(vendor, devices);
      await workspace.devices.open();
      await expect(workspace.devices.everything(devices[0])).toBeVisible();
      await workspace.devices.more.click();
      await workspace.devices.close();
      // What was read seconds ago need not be read again: here it was longer ago.
      await page.waitForTimeout(12_000);
      const hangs = devices.slice(9);
      for (const device of hangs) await simulator.fault({ operation: vendor.operations.list, device }, { kind: 'slow', ms: 40_000 });
      await workspace.devices.open();
      await workspace.devices.everythingChosen.click();
      await expect(review.dialog).toHaveAccessibleName(`Cancel all pending commands on ${DEVICES} devices?`);
      await review.confirm.click();
      await expect(run.line).toHaveText(`9 of ${DEVICES} done`);
      const asked = Date.now();
      await run.stop.click();
      await expect(run.over).toBeVisible();
      expect(Date.now() - asked).toBeLessThan(5_000);
      await expect(run.line).toHaveText(`${DEVICES} commands: 9 cancelled, 3 cancels not sent.`);
      await expect(run.region).toContainText('3 devices were not loaded: their pending commands were not cancelled.');
      await simulator.noFaults();
      await run.resume.click();
      await expect(run.over).toBeVisible();
      await expect(run.line).toHaveText(`${DEVICES} commands: ${DEVICES} cancelled.`);
      for (const target of targets) expect((await simulator.truth(target)).state).toBe('cancelled');
    });

    test('closed while it is listed: the run is offered, and goes on listing', async ({ page, served, connected, simulator, watched }) => {
      test.slow();
      watched.allow(NO_ANSWER);
      const { devices, targets } = await idleWithOne(simulator, vendor);
      const { run, review, ...workspace } = await connected(vendor, devices);
      await workspace.devices.open();
      await expect(workspace.devices.everything(devices[0])).toBeVisible();
      await workspace.devices.more.click();
      await workspace.devices.close();
      await page.waitForTimeout(12_000);
      // The table does not show it yet.
      targets.push(await simulator.hold(devices[4], vendor.kinds[0]));
      await simulator.fault({ operation: vendor.operations.list }, { kind: 'slow', ms: 40_000 });
      await workspace.devices.open();
      await workspace.devices.everythingChosen.click();
      await review.confirm.click();
      await expect(run.going).toBeVisible();
      await page.waitForTimeout(1_000);

      await page.reload();
      await simulator.noFaults();
      const connectPage = new ConnectPage(page);
      await connectPage.open(served.address);
      await connectPage.fill(vendor, vendor.entered(simulator));
      await connectPage.connect.click();
      const again = new Workspace(page);
      await again.isOpen();
      await expect(again.unfinished.items).toContainText(`${DEVICES} commands have no result yet. No cancel was sent for any of them.`);
      await expect(again.unfinished.items).toContainText(`${DEVICES} devices still have to be loaded`);
      await again.unfinished.resume.click();
      await expect(again.run.over).toBeVisible();
      await expect(again.run.line).toHaveText(`${DEVICES + 1} commands: ${DEVICES + 1} cancelled.`);
      await expectTruth(again.run, simulator);
      for (const target of targets) expect((await simulator.truth(target)).state).toBe('cancelled');
    });
  });
}
