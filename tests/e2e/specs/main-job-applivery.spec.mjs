// The main job at Applivery.
import { test, expect } from '../support/fixtures.mjs';
import { mainJob } from '../support/main-job.mjs';
import { APPLIVERY } from '../support/vendors.mjs';

mainJob(APPLIVERY);

test('each command is a cancel of its own, also where everything is meant', async ({
  connected,
  simulator,
  workspace,
}) => {
  const [device] = simulator.applivery.devices;
  await simulator.hold(device, 'WIPE', { count: 3 });
  await connected(APPLIVERY, [device]);
  await workspace.devices.open();
  await workspace.devices.everything(device).click();
  await expect(workspace.review.dialog).toContainText('Erases everything on the device (on a personally owned device, only its work profile). Cannot be undone.');
  await expect(workspace.review.dialog).toContainText('Applivery may accept a cancel that then comes too late');
  await workspace.review.confirm.click();
  await expect(workspace.run.over).toBeVisible();
  await workspace.run.showAll();
  const rows = await workspace.run.said();
  expect(await simulator.received('applivery.cancel')).toBe(rows.length);
});

test('from fifty commands on the number is typed', async ({ connected, simulator, workspace }) => {
  const [device] = simulator.applivery.devices;
  await simulator.hold(device, 'LOCK', { count: 50 });
  const { commands, review, run } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.all.check();
  const label = await commands.cancel.innerText();
  const [, count] = label.match(/^Cancel (\d+) commands$/);
  expect(Number(count)).toBeGreaterThanOrEqual(50);
  await commands.cancel.click();
  await expect(review.confirm).toBeDisabled();
  await review.number.fill('7');
  await expect(review.number).toHaveAccessibleDescription(`Type exactly ${count}.`);
  await expect(review.confirm).toBeDisabled();
  await review.number.fill(count);
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  await expect(run.line).toHaveText(`${count} commands: ${count} cancelled.`);
});
