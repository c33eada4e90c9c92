// The review before anything is sent: what it says, what it wants, and where the focus is.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { expectTruth } from '../support/truth.mjs';
import { APPLIVERY, ENOS, short } from '../support/vendors.mjs';

const pendingOf = async (simulator, device) =>
  (await simulator.commandsOf(device)).filter(({ state }) => state === 'pending').map(({ command }) => command);

/** Devices on which nothing waits. */
const idle = (simulator, vendor, count) => simulator.idle(simulator[vendor.key].devices.slice(0, count));

test('the gravest kind comes first, with what it does and what its cancel means', async ({
  connected,
  simulator,
  workspace,
}) => {
  const [device] = await idle(simulator, APPLIVERY, 1);
  for (const kind of ['REBOOT', 'LOCK', 'WIPE', 'LOCK', 'SELF_DESTRUCT']) await simulator.hold(device, kind);
  const { devices, review } = workspace;
  await connected(APPLIVERY, [device]);
  await devices.open();
  await devices.everything(device).click();
  const titles = await review.groups.locator('.group-title').allInnerTexts();
  expect(titles).toEqual(['1 × WIPE', '1 × SELF_DESTRUCT', '2 × LOCK', '1 × REBOOT']);
  await expect(review.groups.first()).toContainText('Cannot be undone. If cancelled in time, the device keeps its data');
  await expect(review.groups.nth(1)).toContainText('The effect of this command is not known here.');
});

test('the focus starts on the harmless button, Escape keeps everything, and the focus returns', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'WIPE');
  const { commands, devices, review } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.box(target).check();
  const leave = async () => {
    await expect(review.keep).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(review.dialog).toBeHidden();
  };
  await commands.cancel.click();
  await leave();
  await expect(commands.cancel).toBeFocused();
  // The drawer that it was opened from is closed by now.
  await devices.open();
  await devices.everything(device).click();
  await leave();
  await expect(devices.opener).toBeFocused();
  expect(await simulator.received('applivery.cancel')).toBe(0);
});

test('from fifty on the number is typed, and a list of all can be searched', async ({
  connected,
  simulator,
  workspace,
}) => {
  const [one, two] = await idle(simulator, APPLIVERY, 2);
  await simulator.hold(one, 'LOCK', { count: 49 });
  const { commands, devices, review } = workspace;
  await connected(APPLIVERY, [one]);
  await devices.open();
  await devices.everything(one).click();
  await expect(review.confirm).toBeEnabled();
  await expect(review.number).toBeHidden();
  await review.keep.click();

  await simulator.hold(two, 'WIPE');
  await devices.paste(two);
  await devices.open();
  await expect(devices.everything(two)).toBeVisible();
  await devices.close();
  await commands.all.click();
  await commands.cancel.click();
  await expect(review.keep).toBeFocused();
  await expect(review.confirm).toHaveText('Cancel 50 commands');
  await expect(review.confirm).toBeDisabled();
  await review.number.fill('49');
  await expect(review.dialog).toContainText('Type exactly 50.');
  await expect(review.confirm).toBeDisabled();
  await review.number.fill('50');
  await expect(review.confirm).toBeEnabled();

  await review.listAll.click();
  await expect(review.found).toHaveCount(2);
  await expect(review.found.first()).toContainText('1 × WIPE');
  await review.search.fill('lock');
  await expect(review.found).toHaveCount(1);
  await expect(review.found).toContainText('49 × LOCK');
  await review.search.fill('nothing has this');
  await expect(review.dialog).toContainText('No matches.');
});

test('it can be read again first: what is gone is no longer meant', async ({ connected, simulator, workspace }) => {
  const [device] = await idle(simulator, APPLIVERY, 1);
  const targets = [await simulator.hold(device, 'WIPE'), await simulator.hold(device, 'LOCK')];
  const { commands, review } = workspace;
  await connected(APPLIVERY, [device]);
  for (const target of targets) await commands.select(target);
  await commands.cancel.click();
  await expect(review.confirm).toHaveText('Cancel 2 commands');
  await expect(review.dialog).toContainText(/Loaded .+ Each command is checked again/);
  await simulator.setState(targets[0], 'succeeded');
  await review.readAgain.click();
  await expect(review.confirm).toHaveText('Cancel 1 command');
  await expect(review.groups).toHaveCount(1);
  await expect(review.readAgain).toBeFocused();
  await simulator.setState(targets[1], 'succeeded');
  await review.readAgain.click();
  await expect(review.dialog).toContainText('None of these commands is pending any more.');
  await expect(review.confirm).toBeDisabled();
});

test('on EnOS it says which kept commands come forward, the next to fire first, and they do stay', async ({
  connected,
  simulator,
  workspace,
}) => {
  const [device] = await idle(simulator, ENOS, 1);
  const queue = [];
  for (const [at, kind] of ['stop_turbine', 'start_turbine', 'stop_turbine', 'start_turbine', 'active_power_limit'].entries()) {
    queue.push(await simulator.hold(device, kind, { age_s: 500 - at * 60, ttl_s: 7_200 }));
  }
  const { commands, review, run } = workspace;
  await connected(ENOS, [device]);
  const called = async (target) => commands.row(target).locator('.kind').innerText();
  const [third, fifth] = [await called(queue[2]), await called(queue[4])];

  // The first two and the fourth: the third and the fifth come forward.
  for (const at of [0, 1, 3]) await commands.box(queue[at]).check();
  await commands.cancel.click();
  await expect(review.comesForward).toContainText(
    `(${short(device)}): cancelling these 3 commands lets 2 others be sent next: ${third}, ${fifth}`,
  );
  await review.keep.click();

  // The last alone brings nobody forward.
  await commands.clear.click();
  await commands.box(queue[4]).check();
  await commands.cancel.click();
  await expect(review.keep).toBeVisible();
  await expect(review.comesForward).toBeHidden();
  await review.keep.click();

  // The middle one leaves those before it where they are.
  await commands.clear.click();
  await commands.box(queue[2]).check();
  await commands.cancel.click();
  await expect(review.comesForward).toContainText('cancelling this command lets 2 others be sent sooner, after the 2 ahead:');
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  await expectTruth(run, simulator);
  expect(await pendingOf(simulator, device)).toEqual(
    expect.arrayContaining([0, 1, 3, 4].map((at) => queue[at].command)),
  );
});

for (const vendor of [APPLIVERY, ENOS]) {
  test(`everything on two devices, and nothing of a third, ${vendor.name}`, async ({ connected, simulator, workspace }) => {
    const [one, two, three] = await idle(simulator, vendor, 3);
    for (const device of [one, two, three]) for (const kind of vendor.kinds) await simulator.hold(device, kind);
    const { devices, review, run } = workspace;
    await connected(vendor, [one, two]);
    await devices.open();
    await expect(devices.everything(two)).toBeVisible();
    await devices.more.click();
    await devices.everythingChosen.click();
    await expect(review.dialog).toHaveAccessibleName('Cancel all pending commands on 2 devices?');
    await expect(review.confirm).toHaveText('Cancel 6 commands');
    await review.confirm.click();
    await expect(run.over).toBeVisible();
    const rows = await expectTruth(run, simulator);
    expect(rows.map(({ outcome }) => outcome)).toEqual(Array(6).fill('Cancelled'));
    for (const device of [one, two]) expect(await pendingOf(simulator, device)).toEqual([]);
    expect(await pendingOf(simulator, three)).toHaveLength(3);
  });
}

test("everything in the organisation: the vendor's list is asked, and its id is typed", async ({
  connected,
  simulator,
  workspace,
}) => {
  const { org, devices: all } = simulator.enos;
  const { devices, review, run } = workspace;
  const held = [await simulator.hold(all[0], ENOS.kinds[0]), await simulator.hold(all.at(-1), ENOS.kinds[1])];
  await connected(ENOS);
  await devices.open();
  await devices.more.click();
  await expect(devices.everythingChosen).toBeHidden();
  await devices.everythingInOrganisation.click();
  await expect(review.dialog).toHaveAccessibleName(`Cancel all pending commands in ${org}?`);
  await expect(review.dialog).toContainText("devices in the provider's list");
  await expect(review.dialog).toContainText('Each device is loaded just before its commands are cancelled');
  await expect(review.dialog).toContainText('Any other command pending on the device when the cancel arrives');
  await expect(review.keep).toBeFocused();
  await expect(review.confirm).toBeDisabled();
  await review.id.fill('1');
  await expect(review.dialog).toContainText(`Type exactly ${org}.`);
  await review.keep.click();
  await devices.open();
  await expect(devices.everythingInOrganisation).toBeFocused();
  await devices.close();
  expect(await simulator.received('enos.cancel_all')).toBe(0);

  await devices.open();
  await devices.everythingInOrganisation.click();
  await review.id.fill(org);
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  for (const target of held) expect((await simulator.truth(target)).state).toBe('cancelled');
  for (const device of all) expect(await pendingOf(simulator, device)).toEqual([]);
});

test('everything in the organisation can be limited to a kind: nothing else is cancelled', async ({
  connected,
  simulator,
  workspace,
}) => {
  const { org, devices: all } = simulator.applivery;
  await simulator.idle(all);
  const { devices, review, run } = workspace;
  const wipe = await simulator.hold(all[0], 'WIPE');
  const kept = await simulator.hold(all[0], 'LOCK');
  const far = await simulator.hold(all.at(-1), 'WIPE');
  await connected(APPLIVERY);
  await devices.more.click();
  await devices.everythingInOrganisation.click();
  await review.kind.focus();
  await review.kind.selectOption('WIPE');
  await expect(review.kind).toBeFocused();
  await expect(review.dialog).toHaveAccessibleName(`Cancel all pending WIPE commands in ${org}?`);
  await expect(review.dialog).toContainText('Only WIPE commands are cancelled. All others stay pending.');
  await expect(review.dialog).not.toContainText('Any other command pending');
  await review.id.fill(org);
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  for (const target of [wipe, far]) expect((await simulator.truth(target)).state).toBe('cancelled');
  expect(await pendingOf(simulator, all[0])).toEqual([kept.command]);
});

test("a vendor's list that cannot be read says why, and can be tried again", async ({
  connected,
  simulator,
  workspace,
  page,
  watched,
}) => {
  watched.allow(/Failed to load resource/);
  const { devices, review } = workspace;
  await connected(APPLIVERY);
  await simulator.fault({ operation: 'applivery.devices' }, { kind: 'html' });
  await devices.open();
  await devices.more.click();
  await devices.everythingInOrganisation.click();
  const dialog = page.getByRole('dialog', { name: 'All pending commands in this organization' });
  await expect(dialog.getByRole('alert')).toBeVisible();
  await simulator.noFaults();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(review.confirm).toBeDisabled();
  await expect(review.dialog).toContainText('Applivery allows a few thousand per hour');
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, and nothing scrolls sideways at 320 pixels, ${colorScheme}`, async ({
    page,
    connected,
    simulator,
    workspace,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const [one, two] = await idle(simulator, ENOS, 2);
    for (const kind of ENOS.kinds) for (const device of [one, two]) await simulator.hold(device, kind);
    const { commands, devices, review } = workspace;
    await connected(ENOS, [one, two]);
    const [first] = await pendingOf(simulator, one);
    await commands.box({ device: one, command: first }).check();
    await commands.cancel.click();
    await review.listAll.click();
    await expectNoViolations(page, 'the review');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'the review');
    await expectNoViolations(page, 'the review, 320 px');
    await review.keep.click();
    await devices.open();
    await devices.more.click();
    await devices.close();
    await expectNoSidewaysScroll(page, 'more than one device');
    await devices.open();
    await devices.everythingInOrganisation.click();
    await expect(review.id).toBeVisible();
    await expectNoSidewaysScroll(page, 'the organisation');
    await expectNoViolations(page, 'the organisation, 320 px');
  });
}
