// The main job at EnOS.
import { test, expect } from '../support/fixtures.mjs';
import { mainJob } from '../support/main-job.mjs';
import { ENOS } from '../support/vendors.mjs';

mainJob(ENOS);

test("a device's commands are cancelled newest first, and the review says so", async ({
  connected,
  simulator,
  workspace,
}) => {
  const [device] = simulator.enos.devices;
  const targets = [];
  for (const kind of ENOS.kinds) targets.push(await simulator.hold(device, kind));
  await connected(ENOS, [device]);
  for (const target of targets) await workspace.commands.select(target);
  await workspace.commands.cancel.click();
  await expect(workspace.review.dialog).toContainText("Each device's commands are therefore cancelled newest first");
  await workspace.review.confirm.click();
  await expect(workspace.run.over).toBeVisible();
  const times = [];
  for (const target of targets) times.push((await simulator.truth(target)).cancels[0].at_ms);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(new Set(times).size).toBe(targets.length);
});

test('everything of a device is one call, and one each where the installation refuses that', async ({
  connected,
  simulator,
  workspace,
}) => {
  const [device, other] = simulator.enos.devices;
  const { devices, review, run } = workspace;
  await connected(ENOS, [device, other]);
  await devices.open();
  await devices.everything(device).click();
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  expect(await simulator.received('enos.cancel_all')).toBe(1);
  expect(await simulator.received('enos.cancel')).toBe(0);

  await simulator.options({ enos_cancel_all: 'refused' });
  await devices.open();
  await devices.everything(other).click();
  await review.confirm.click();
  await expect(run.line).toHaveText(/^\d+ commands: \d+ cancelled\.$/);
  await devices.open();
  await expect(devices.item(other)).toContainText('none pending');
  await devices.close();
  await run.showAll();
  const rows = await run.said();
  expect(rows.every(({ outcome }) => outcome === 'Cancelled')).toBe(true);
  expect(await simulator.received('enos.cancel')).toBe(rows.length);
});
