// What assistive technology finds: axe on every screen in both themes, the table, the live regions, narrow pages.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations, liveTexts } from '../support/accessibility.mjs';
import { APPLIVERY, ENOS, called } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

/** Goes through every screen and state of the page; `look` looks at each. */
async function everyScreen({ served, simulator, connectPage, workspace, vendor }, look) {
  const { devices, picker, commands, details, review, run, lock } = workspace;
  // The second has a long past, and axe looks at each row.
  const [one, , two, three] = simulator[vendor.key].devices;
  await connectPage.open(served.address);
  await look('connect');
  await connectPage.vendor(vendor).check();
  await connectPage.field('Base URL').fill('ftp://nowhere');
  await connectPage.connect.click();
  await expect(connectPage.alert).toBeVisible();
  await look('connect, field errors');

  const entered = vendor.entered(simulator);
  const key = Object.keys(entered).at(-1);
  await connectPage.fill(vendor, { ...entered, [key]: 'not-the-right-one' });
  await connectPage.check.click();
  await expect(connectPage.alert).toContainText('Wrong key');
  await look('connect, a wrong key');
  await connectPage.fill(vendor, entered);
  await connectPage.check.click();
  await expect(connectPage.status).toContainText('Connection OK.');
  await look('connect, it works');

  await connectPage.connect.click();
  await workspace.isOpen();
  await look('nothing yet');

  await devices.open();
  await devices.pick.click();
  await expect(picker.boxes.first()).toBeVisible();
  await picker.boxes.first().check();
  await look('the picker');
  await picker.search.fill('no device has this');
  await expect(picker.dialog).toContainText('No devices match.');
  await look('the picker, nothing found');
  await picker.close.click();
  await expect(picker.dialog).toBeHidden();

  await simulator.fault({ operation: vendor.operations.list, device: two }, { kind: 'slow', ms: 3_000 }, { times: 1 });
  await devices.paste(two);
  await expect(commands.freshness).toContainText('Loading devices: 0 of 1');
  await look('loading');
  await expect(commands.table).toBeVisible();

  const target = await simulator.hold(one, vendor.kinds[0]);
  await devices.paste(`${one}\n${three}\nno\\device ${vendor.stranger}`);
  await expect(commands.row(target)).toBeVisible();
  await expect(commands.notRead).toBeVisible();
  await look('results, and what could not be added or read');
  await devices.close();

  await commands.filter('All').click();
  await look('all states');
  await commands.filter('Pending').click();
  await commands.details(target).click();
  await expect(details.close).toBeFocused();
  await look('details');
  await details.close.click();
  await expect(details.dialog).toBeHidden();

  await commands.box(target).check();
  await look('some selected');
  await commands.cancel.click();
  await expect(review.keep).toBeFocused();
  await look('the review');
  await simulator.fault({ operation: vendor.operations.cancel }, { kind: 'slow', ms: 4_000 }, { times: 1 });
  await review.confirm.click();
  await expect(commands.cell(target, 'verdict')).toContainText('Sending cancel…');
  await look('the run');
  await lock.click();
  await expect(workspace.lockQuestion).toBeVisible();
  await look('the question before locking');
  await workspace.lockQuestion.getByRole('button', { name: 'Keep running' }).click();
  await expect(run.over).toBeVisible();
  await look('results of the run');

  const late = await simulator.hold(three, vendor.kinds[0]);
  await simulator.fault({ operation: vendor.operations.cancel, command: late.command }, { kind: 'executed_all_the_same' });
  await run.close.click();
  await expect(commands.refresh).toHaveAttribute('aria-disabled', 'false');
  await commands.refresh.click();
  await commands.newestFirst();
  await expect(commands.row(late)).toBeVisible();
  await commands.box(late).check();
  await commands.cancel.click();
  await review.confirm.click();
  await expect(run.outcome(late)).toHaveText('Too late');
  await expect(run.over).toBeVisible();
  await look('results of the run, a lost race');
  await run.close.click();

  await devices.open();
  await devices.removeAll.click();
  await devices.close();
  await simulator.fault({ operation: vendor.operations.list }, { kind: 'html' });
  await devices.paste(one);
  await expect(commands.empty).toContainText('Could not load any of the devices');
  await look('an error');
  await simulator.noFaults();
  await commands.tryAgain(one).click();
  await devices.open();
  await expect(devices.everything(one)).toBeVisible();
  await devices.everything(one).click();
  await expect(review.keep).toBeFocused();
  await look('the review of everything');
  await review.confirm.click();
  await expect(run.over).toBeVisible();
  await run.close.click();
  await expect(commands.empty).toContainText('No pending commands on this device');
  await look('empty');
  await lock.click();
  await expect(connectPage.notice).toContainText('Locked.');
  await look('locked');
}

for (const colorScheme of ['light', 'dark']) {
  const vendor = colorScheme === 'light' ? APPLIVERY : ENOS;
  test(`axe finds nothing on any screen, ${colorScheme}, ${vendor.name}`, async ({
    page,
    served,
    simulator,
    connectPage,
    workspace,
    watched,
  }) => {
    watched.allow(HTTP_ERROR);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await everyScreen({ served, simulator, connectPage, workspace, vendor }, (where) => expectNoViolations(page, where));
  });
}

test('no screen scrolls sideways at 320 pixels, and none hides what it takes to go on', async ({
  page,
  served,
  simulator,
  connectPage,
  workspace,
  watched,
}) => {
  watched.allow(HTTP_ERROR);
  await page.setViewportSize({ width: 320, height: 640 });
  await everyScreen({ served, simulator, connectPage, workspace, vendor: ENOS }, async (where) => {
    await expectNoSidewaysScroll(page, where);
    if (['the review', 'results of the run'].includes(where)) await expectNoViolations(page, `${where}, 320 px`);
  });
});

test('the demonstration, the narrow page and forced colours too', async ({ page, demo, connectPage, workspace }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await connectPage.open(demo.address);
  await expect(connectPage.demo(ENOS)).toBeVisible();
  await expectNoViolations(page, 'the demonstration’s choice');
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await connectPage.demo(ENOS).click();
  await workspace.isOpen();
  await expect(workspace.commands.rows().first()).toBeVisible();
  await expectNoViolations(page, 'results in forced colours');
});

test('the table: caption, heads, places, order, and labels that name command and device', async ({
  page,
  connected,
  simulator,
}) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'WIPE');
  const { commands } = await connected(APPLIVERY, [device]);
  await expect(commands.row(target)).toBeVisible();
  const pending = (await simulator.commandsOf(device)).filter(({ state }) => state === 'pending').length;
  await expect(commands.table).toHaveAccessibleName(`${pending} pending commands on 1 device`);
  // By element and not by role: where there is little room a column is left out.
  const heads = commands.table.locator('.head > *');
  await expect(heads).toHaveCount(11);
  for (const head of await heads.all()) await expect(head).toHaveAttribute('role', 'columnheader');
  const cells = commands.row(target).locator('> *');
  await expect(cells).toHaveCount(11);
  for (const cell of await cells.all()) await expect(cell).toHaveAttribute('role', /^(cell|rowheader)$/);
  await expect(commands.row(target).getByRole('rowheader')).toHaveText('WIPE');
  await commands.hasCount(pending);
  // The head is the first row; those of commands follow, whether the ones between are drawn or not.
  const ids = await commands.ids();
  const place = commands.table.locator(`[data-id="${target.command}"]`);
  await expect(place).toHaveAttribute('aria-rowindex', String(ids.indexOf(target.command) + 2));
  await expect(commands.severity).toHaveAttribute('aria-sort', 'descending');
  await expect(commands.box(target)).toHaveAccessibleName(new RegExp(`^Select WIPE on ${called(device)}$`));
  await expect(commands.box(target)).toHaveAccessibleDescription(/\d/);
  await expect(commands.details(target)).toHaveAccessibleName(new RegExp(`^Details of WIPE on ${called(device)}$`));
  const time = commands.cell(target, 'created').locator('time');
  const { created_ms } = await simulator.truth(target);
  expect(Math.abs(Date.parse(await time.getAttribute('datetime')) - created_ms)).toBeLessThan(1_000);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('the box in the head has three states', async ({ connected, simulator }) => {
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  const { commands } = await connected(APPLIVERY, [device]);
  await expect(commands.row(target)).toBeVisible();
  const state = () => commands.all.evaluate((box) => (box.indeterminate ? 'mixed' : String(box.checked)));
  const count = (await simulator.commandsOf(device)).filter(({ state }) => state === 'pending').length;
  expect(count).toBeGreaterThan(1);
  await expect(commands.all).toHaveAccessibleName(`Select all ${count} that can be cancelled`);
  await expect.poll(state).toBe('false');
  await commands.box(target).check();
  await expect.poll(state).toBe('mixed');
  await commands.all.click();
  await expect.poll(state).toBe('true');
  await expect(commands.cancel).toHaveText(`Cancel ${count} commands`);
  await commands.box(target).uncheck();
  await expect.poll(state).toBe('mixed');
  await commands.clear.click();
  await expect.poll(state).toBe('false');
  await expect(commands.all).toBeFocused();
});

test('what happens is said: politely what was read and how far a run is', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  // Of two devices: within one, a command is not read again before the next cancel is answered.
  const devices = simulator.applivery.devices.slice(0, 2);
  const targets = [await simulator.hold(devices[0], 'LOCK'), await simulator.hold(devices[1], 'REBOOT')];
  await simulator.fault(
    { operation: 'applivery.cancel', command: targets[1].command },
    { kind: 'slow', ms: 5_000 },
  );
  const said = async () => (await liveTexts(page)).polite.join('\n');
  await connected(APPLIVERY, devices);
  await expect(workspace.commands.row(targets[0])).toBeVisible();
  let waiting = 0;
  for (const device of devices) {
    waiting += (await simulator.commandsOf(device)).filter(({ state }) => state === 'pending').length;
  }
  await expect.poll(said).toContain(`${waiting} pending commands.`);
  await workspace.cancel(targets);
  await expect.poll(said).toContain('1 of 2 done');
  await expect.poll(said).toContain('2 commands: 2 cancelled.');
  expect((await liveTexts(page)).assertive.join('')).toBe('');
});

test('a state is told by a word and a shape, not by colour alone', async ({ connected, simulator }) => {
  const device = simulator.applivery.devices[0];
  const { commands } = await connected(APPLIVERY, [device]);
  await commands.filter('All').click();
  const badges = commands.rows().locator('.badge');
  await expect(badges.first()).toBeVisible();
  const shapes = await badges.evaluateAll((all) =>
    all.map((badge) => {
      const { content, maskImage, clipPath, borderRadius } = getComputedStyle(badge, '::before');
      return { tone: badge.dataset.tone, word: badge.innerText, shape: [content, maskImage, clipPath, borderRadius].join() };
    }),
  );
  expect(shapes.every(({ word }) => word.length > 0)).toBe(true);
  const byTone = new Map(shapes.map(({ tone, shape }) => [tone, shape]));
  expect(byTone.size).toBeGreaterThan(2);
  expect(new Set(byTone.values()).size, 'a shape of its own for each tone').toBe(byTone.size);
});
