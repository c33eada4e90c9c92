// Back and forward inside the page, and what a link says.
import { test, expect } from '../support/fixtures.mjs';
import { VENDORS, ENOS, APPLIVERY } from '../support/vendors.mjs';

test.use({ simulatorOptions: ['--clock', 'manual'] });

for (const vendor of VENDORS) {
  test(`Back undoes what was filtered, ordered and opened, step by step, and key and selection survive, ${vendor.name}`, async ({
    page,
    connected,
    simulator,
    workspace,
  }) => {
    const [device] = simulator[vendor.key].devices;
    const target = await simulator.hold(device, vendor.kinds[0]);
    const { commands, details } = workspace;
    await connected(vendor, [device]);
    await commands.select(target);
    await commands.filter('All').click();
    await expect(commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
    await commands.sort.click();
    await expect(commands.created).toHaveAttribute('aria-sort', 'descending');
    await commands.region.getByRole('searchbox').pressSequentially(target.command, { delay: 5 });
    await expect.poll(() => page.url()).toContain(`text=${target.command}`);
    await commands.details(target).click();
    await expect(details.close).toBeFocused();
    await expect.poll(() => page.url()).toContain('open=');

    await page.goBack();
    await expect(details.dialog).toBeHidden();
    await page.goBack();
    await expect(commands.region.getByRole('searchbox')).toHaveValue('');
    await expect(commands.created).toHaveAttribute('aria-sort', 'descending');
    await page.goBack();
    await expect(commands.created).not.toHaveAttribute('aria-sort');
    await expect(commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
    await page.goBack();
    await expect(commands.filter('Pending')).toHaveAttribute('aria-pressed', 'true');
    await expect(commands.box(target)).toBeChecked();
    await expect(commands.cancel).toHaveText('Cancel 1 command');
    await page.goForward();
    await expect(commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
    // Details that are closed are left as they were entered.
    await commands.details(target).click();
    await expect(details.close).toBeFocused();
    await details.close.click();
    await expect(details.dialog).toBeHidden();
    await expect.poll(() => page.url()).not.toContain('open=');
    await page.goBack();
    await expect(commands.filter('Pending')).toHaveAttribute('aria-pressed', 'true');
  });
}

test('Back out of a connection asks where a key was typed, and stays with all that was there', async ({
  page,
  connected,
  simulator,
  connectPage,
  workspace,
}) => {
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  const { commands } = workspace;
  await connected(APPLIVERY, [device]);
  await commands.select(target);
  await page.goBack();
  const question = page.getByRole('dialog', { name: 'Leave this connection?' });
  await expect(question).toContainText('The key you typed is not stored');
  await question.getByRole('button', { name: 'Stay' }).click();
  await expect(question).toBeHidden();
  await expect(commands.box(target)).toBeChecked();
  await page.goBack();
  await question.getByRole('button', { name: 'Leave' }).click();
  await expect(connectPage.form).toBeVisible();
  await expect(workspace.devices.region).toBeHidden();
  expect(decodeURIComponent(page.url())).not.toContain(device);
});

test('a link opens the devices, the filter and the details that it names, and no secret is in it', async ({ page, demo, workspace }) => {
  const device = demo.enos.devices.at(-1);
  const target = await demo.hold(device, ENOS.kinds[0]);
  const link = new URLSearchParams({ demo: 'Demo: EnOS', state: 'all', chosen: device, open: `${device} ${target.command}` });
  await page.goto(`${demo.address}#${link.toString().replaceAll('+', '%20')}`);
  await workspace.isOpen();
  await expect(workspace.details.close).toBeFocused();
  await expect(workspace.details.fact('Command ID')).toHaveText(target.command);
  await workspace.details.close.click();
  await workspace.devices.open();
  await expect(workspace.devices.items()).toHaveCount(1);
  await workspace.devices.close();
  await expect(workspace.commands.filter('All')).toHaveAttribute('aria-pressed', 'true');
  expect(page.url()).toContain('demo=');
  expect(page.url()).not.toContain(demo.enos.app_secret);
});

test('a menu closes by Escape and by a click beside it, which hits nothing below', async ({ page, connected, simulator, workspace }) => {
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  const { commands } = workspace;
  await connected(APPLIVERY, [device]);
  await expect(commands.box(target)).toBeVisible();
  const menu = page.locator('#filter-kind-menu');
  const opens = page.locator('#filter-kind > button');
  await opens.click();
  await expect(menu).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(opens).toBeFocused();
  await opens.click();
  await expect(menu).toBeVisible();
  const box = await commands.box(target).boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(menu).toBeHidden();
  await expect(commands.box(target)).not.toBeChecked();
  await commands.box(target).check();
  // Nor does the button open it again that closes it.
  await opens.click();
  await expect(menu).toBeVisible();
  const at = await opens.boundingBox();
  await page.mouse.click(at.x + at.width / 2, at.y + at.height / 2);
  await expect(menu).toBeHidden();
});

test('one hand is enough: search, go to the rows, select, review', async ({ page, connected, simulator, workspace }) => {
  const [device] = simulator.applivery.devices;
  const target = await simulator.hold(device, 'LOCK');
  const { commands, review } = workspace;
  await connected(APPLIVERY, [device]);
  await expect(commands.row(target)).toBeVisible();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('/');
  await page.keyboard.type(target.command);
  await commands.hasCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(commands.box(target)).toBeFocused();
  await page.keyboard.press('x');
  await expect(commands.box(target)).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(commands.box(target)).not.toBeChecked();
  await page.keyboard.press('x');
  await page.keyboard.press('c');
  await expect(review.keep).toBeFocused();
  await page.keyboard.press('Escape');
  // The palette finds the command, too, by id and by kind.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What do you want to do?' }).fill(target.command);
  await page.getByRole('option').filter({ hasText: target.command }).click();
  await expect(workspace.details.fact('Command ID')).toHaveText(target.command);
});

test('one device under its asset and its key is there once', async ({ page, connected, simulator, workspace }) => {
  const [asset] = simulator.enos.devices;
  const target = await simulator.hold(asset, ENOS.kinds[0]);
  const { commands, devices, picker } = workspace;
  await connected(ENOS, [asset]);
  await expect(commands.row(target)).toBeVisible();
  const before = await commands.table.getAttribute('data-count');
  await devices.open();
  await devices.pick.click();
  await picker.search.fill(asset.split(':').at(-1));
  await picker.boxes.first().check();
  await picker.add.click();
  await expect(picker.dialog).toBeHidden();
  await expect(commands.refresh).toHaveAttribute('aria-disabled', 'false');
  await devices.open();
  await expect(devices.items()).toHaveCount(1);
  expect(await commands.table.getAttribute('data-count')).toBe(before);
  // Its name is known, and found beside another word.
  const name = await devices.items().locator('.device-name > span').first().innerText();
  expect(name).not.toBe('');
  await devices.close();
  await page.getByRole('searchbox', { name: 'Search commands' }).fill(`${target.command.slice(-6)} ${name.split(' ')[0]}`);
  await expect(commands.row(target)).toBeVisible();
});
