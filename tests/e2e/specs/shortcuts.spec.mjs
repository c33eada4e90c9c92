// Single keys, the help sheet, the palette.
import { Doors } from '../pages/doors.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY, short } from '../support/vendors.mjs';

test('keys give commands, and not where one types', async ({ page, connected, simulator, connectPage }) => {
  const doors = new Doors(page);
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  const workspace = await connected(APPLIVERY, [device]);
  await expect(workspace.commands.row(target)).toBeVisible();
  await page.evaluate(() => document.activeElement.blur());

  await page.keyboard.press('a');
  await expect(workspace.commands.cancel).toBeEnabled();
  await page.keyboard.press('c');
  await expect(workspace.review.keep).toBeFocused();
  // In a dialog no key gives a command.
  await page.keyboard.press('l');
  await expect(workspace.review.keep).toBeFocused();
  await page.keyboard.press('Escape');

  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.locator('#device-box')).toBeFocused();
  await page.keyboard.press('l');
  await expect(page.locator('#device-box')).toHaveValue('l');
  await page.evaluate(() => document.activeElement.blur());
  await workspace.devices.close();

  await page.keyboard.press('?');
  await expect(doors.help).toContainText('Refresh');
  await page.keyboard.press('Escape');
  await expect(doors.help).toBeHidden();

  // Locking is not one key away.
  await page.keyboard.press('l');
  await workspace.isOpen();
  await page.keyboard.press('Shift+L');
  await expect(connectPage.notice).toContainText('Locked.');
});

test('switched off, only the palette is left', async ({ page, connected, simulator, workspace }) => {
  const doors = new Doors(page);
  await connected(APPLIVERY, [simulator.applivery.devices[0]]);
  await doors.openSettings.click();
  await doors.settings.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.keyboard.press('?');
  await workspace.isOpen();
  await expect(doors.help).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(doors.typed).toBeFocused();
});

test('the palette finds by a few letters, and runs by Enter and by click', async ({ page, connected, simulator, connectPage }) => {
  const doors = new Doors(page);
  await connected(APPLIVERY, [simulator.applivery.devices[0]]);
  await page.keyboard.press('Control+k');
  await expect(doors.typed).toBeFocused();
  await expect(doors.options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(doors.options.nth(1)).toHaveAttribute('aria-selected', 'true');
  const active = await doors.typed.getAttribute('aria-activedescendant');
  await expect(doors.options.nth(1)).toHaveAttribute('id', active);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(doors.options.last()).toHaveAttribute('aria-selected', 'true');
  await doors.typed.fill('zzzz');
  await expect(doors.palette).toContainText('No results');
  await doors.typed.fill('shortc');
  await page.keyboard.press('Enter');
  await expect(doors.palette).toBeHidden();
  await expect(doors.help).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await doors.typed.fill('lock');
  await doors.palette.getByRole('option', { name: /^Lock/ }).click();
  await expect(connectPage.notice).toContainText('Locked.');
  // What cannot be done here is not offered.
  await page.keyboard.press('Control+k');
  await expect(doors.typed).toBeFocused();
  await doors.typed.fill('lock');
  await expect(doors.palette.getByRole('option', { name: /^Lock/ })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the palette and the help sheet, ${colorScheme}`, async ({ page, connected, simulator }) => {
    const doors = new Doors(page);
    await page.emulateMedia({ colorScheme });
    await connected(APPLIVERY, [simulator.applivery.devices[0]]);
    await page.keyboard.press('Control+k');
    await expect(doors.typed).toBeFocused();
    await expectNoViolations(page, 'the palette');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'the palette at 320 px');
    await doors.typed.fill('shortc');
    await page.keyboard.press('Enter');
    await expect(doors.help).toBeVisible();
    await expectNoViolations(page, 'the help sheet');
    await expectNoSidewaysScroll(page, 'the help sheet at 320 px');
  });
}

test('one hand on the arrows: to the rows from anywhere, select, and clear', async ({ page, connected, simulator }) => {
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  for (const kind of ['LOCK', 'REBOOT', 'WIPE']) await simulator.hold(device, kind);
  const { commands } = await connected(APPLIVERY, [device]);
  await commands.hasCount(3);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('ArrowDown');
  const boxes = commands.rows().getByRole('checkbox');
  const [first, second] = await commands.order();
  const box = ({ device, id }) => commands.box({ device, command: id });
  await expect(box(first)).toBeFocused();
  await page.keyboard.press('Space');
  await expect(box(first)).toBeChecked();
  await page.keyboard.press('ArrowDown');
  await expect(box(second)).toBeFocused();
  await page.keyboard.press('x');
  await expect(box(second)).toBeChecked();
  await expect(commands.cancel).toHaveText('Cancel 2 commands');
  // Wherever the focus was lost to.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('Escape');
  for (const one of await boxes.all()) await expect(one).not.toBeChecked();
  await page.keyboard.press('ArrowDown');
  await expect(box(second)).toBeFocused();
});

test('the palette finds devices by name and by id, and commands by kind and device', async ({ page, connected, simulator, workspace }) => {
  const doors = new Doors(page);
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  const target = await simulator.hold(device, 'LOCK');
  const { commands, details } = workspace;
  await connected(APPLIVERY, [device]);
  const cell = commands.cell(target, 'device').locator('.device-name');
  await expect(cell).not.toBeEmpty();
  const name = await cell.innerText();
  const shown = `Show commands of ${name} (${short(device)})`;
  await page.keyboard.press('Control+k');
  for (const typed of [name.toLowerCase(), short(device)]) {
    await doors.typed.fill(typed);
    await expect(doors.options.filter({ hasText: shown })).toHaveCount(1);
  }
  await doors.typed.fill(`lock ${name.split(' ')[0]}`);
  const command = doors.options.filter({ hasText: target.command });
  await expect(command).toContainText(`${name} (${short(device)})`);
  await command.click();
  await expect(details.fact('Command ID')).toHaveText(target.command);
});
