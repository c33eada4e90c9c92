// The menus in the row of filters: what each choice would show, and what it shows.
import { test, expect } from '../support/fixtures.mjs';
import { APPLIVERY } from '../support/vendors.mjs';

test('a severity is chosen with counts, stays in the address, and has a way out where nothing matches', async ({
  page,
  connected,
  simulator,
  workspace,
}) => {
  const { commands } = workspace;
  const [device] = await simulator.idle(simulator.applivery.devices.slice(0, 1));
  await simulator.hold(device, 'WIPE');
  for (let at = 0; at < 2; at += 1) await simulator.hold(device, 'LOCK');
  await connected(APPLIVERY, [device]);
  await commands.hasCount(3);
  const button = page.locator('#filter-severity > button');
  const menu = page.locator('#filter-severity-menu');
  const choice = (name) => menu.getByRole('radio', { name: new RegExp(`^${name} \\d+$`) });

  await button.click();
  await expect(choice('All')).toBeChecked();
  await expect(menu.locator('label')).toHaveText(['All3', 'Destructive1', 'Disruptive2', 'Minor0']);
  await choice('All').focus();
  await page.keyboard.press('ArrowDown');
  await expect(choice('Destructive')).toBeChecked();
  await commands.hasCount(1);
  await expect(commands.rows().locator('.severity')).toHaveText(['Destructive']);
  // What another choice would show is still said.
  await expect(choice('Disruptive')).toHaveAccessibleName('Disruptive 2');
  await choice('Minor').check();
  await expect(commands.empty).toContainText('match the filter');
  await page.keyboard.press('Escape');
  await expect(button).toHaveText('SeverityMinor');
  expect(page.url()).toContain('severity=minor');
  await page.goBack();
  await expect(button).toHaveText('SeverityDestructive');
  await commands.hasCount(1);
  await page.goForward();
  await commands.empty.getByRole('button', { name: 'Show all commands' }).click();
  await expect(commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
  await expect(button).toHaveText('Severity');
});
