// Devices are told by name, with their ids beside them, wherever the name is known.
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY, short } from '../support/vendors.mjs';

test('a device has its name in rows, details, review, results and the history of its connection', async ({
  connected,
  connectPage,
  simulator,
  workspace,
}) => {
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  const target = await simulator.hold(device, 'LOCK');
  const { commands, details, devices, history, review, run } = workspace;
  await connected(APPLIVERY, [device]);
  const cell = commands.cell(target, 'device');
  await expect(cell.locator('.device-name')).not.toBeEmpty();
  const name = await cell.locator('.device-name').innerText();
  const called = `${name} (${short(device)})`;
  await expect(commands.box(target)).toHaveAccessibleName(`Select LOCK on ${called}`);

  await commands.details(target).click();
  await expect(details.fact('Device')).toHaveText(`${name}${device}`);
  await details.close.click();

  await devices.open();
  await devices.item(device).locator('button.device-name').click();
  await devices.close();
  const only = commands.region.getByRole('button', { name: `not only of ${called}` });
  await expect(only).toHaveText(`Device: ${name} ×`);
  await only.click();
  await expect(only).toHaveCount(0);

  await devices.open();
  await devices.everything(device).click();
  await expect(review.dialog).toHaveAccessibleName(`Cancel all pending commands on ${called}?`);
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  await run.showAll();
  const told = run.row(target).getByRole('cell').first();
  await expect(told).toHaveText(`${name}${short(device)}`);

  await history.open();
  await history.runs.getByRole('button', { name: /^Show the run of / }).click();
  await expect(history.rows.getByRole('cell').first()).toHaveText(`${name}${short(device)}`);
  await history.close.click();
  // Without a connection nobody knows the name; the id stays.
  await workspace.lock.click();
  await expect(connectPage.notice).toContainText('Locked.');
  await history.open();
  await history.runs.getByRole('button', { name: /^Show the run of / }).click();
  await expect(history.rows.getByRole('cell').first()).toHaveText(short(device));
});

test('results keep the name of a device that is taken out', async ({ connected, simulator, workspace }) => {
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  const target = await simulator.hold(device, 'LOCK');
  const { commands, devices, run } = workspace;
  await connected(APPLIVERY, [device]);
  const name = commands.cell(target, 'device').locator('.device-name');
  await expect(name).not.toBeEmpty();
  const told = await name.innerText();
  await workspace.cancel([target]);
  await expect(run.over).toBeVisible();
  await devices.open();
  await devices.removeAll.click();
  await devices.close();
  await run.showAll();
  await expect(run.row(target)).toContainText(told);
});

test('a name that comes after the result is put beside its id', async ({ connected, simulator, workspace }) => {
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  const target = await simulator.hold(device, 'LOCK');
  await simulator.fault({ operation: APPLIVERY.operations.devices }, { kind: 'slow', ms: 8_000 });
  const { run } = workspace;
  await connected(APPLIVERY, [device]);
  await workspace.cancel([target]);
  await expect(run.over).toBeVisible();
  await run.showAll();
  const told = run.row(target).getByRole('cell').first();
  await expect(told).toHaveText(short(device));
  await expect(told).toHaveText(new RegExp(`^.+${short(device)}$`), { timeout: 15_000 });
});
