// Connections that are saved without their keys, keys that are kept until the tab closes, and switching.
import { Doors } from '../pages/doors.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { test, expect } from '../support/fixtures.mjs';
import { kept } from '../support/secrets.mjs';
import { APPLIVERY, ENOS, VENDORS } from '../support/vendors.mjs';
import { HTTP_ERROR } from '../support/watch.mjs';

const PROFILES = 'countermand.profiles';
const read = (page, key = PROFILES) => page.evaluate((key) => localStorage.getItem(key), key);

for (const vendor of VENDORS) {
  test(`a connection is saved without its key, filled in, renamed and deleted, ${vendor.name}`, async ({
    page,
    served,
    simulator,
    connectPage,
    workspace,
  }) => {
    const doors = new Doors(page);
    await connectPage.open(served.address);
    await connectPage.fill(vendor, vendor.entered(simulator));
    await doors.save.check();
    await doors.name.fill('Night shift');
    await doors.idle.selectOption('5');
    await connectPage.connect.click();
    await workspace.isOpen();
    expect(JSON.parse(await read(page))).toEqual({
      version: 1,
      profiles: [
        {
          name: 'Night shift',
          provider: vendor.key,
          base_url: simulator[vendor.key].base_url,
          org: simulator[vendor.key].org,
          idle_minutes: 5,
        },
      ],
    });
    const everything = await kept(page);
    for (const secret of vendor.secrets(simulator)) expect(everything.includes(secret)).toBe(false);

    await page.reload();
    const labels = Object.keys(vendor.entered(simulator));
    const keys = labels.slice(2);
    await doors.entrance('Night shift').click();
    await expect(connectPage.field(keys[0])).toBeFocused();
    for (const key of keys) await expect(connectPage.field(key)).toHaveValue('');
    await expect(connectPage.field('Organization')).toHaveValue(simulator[vendor.key].org);
    await expect(doors.idle).toHaveValue('5');
    for (const key of keys) await connectPage.field(key).fill(vendor.entered(simulator)[key]);
    await connectPage.connect.click();
    await workspace.isOpen();
    expect(JSON.parse(await read(page)).profiles).toHaveLength(1);
    await workspace.lock.click();

    await doors.saved.getByRole('button', { name: 'Edit Night shift' }).click();
    await doors.edit.getByLabel('Name').fill(' ');
    await doors.edit.getByRole('button', { name: 'Save' }).click();
    await expect(doors.edit).toContainText('The name must not be empty.');
    await doors.edit.getByLabel('Name').fill('Day shift');
    await doors.edit.getByRole('button', { name: 'Save' }).click();
    await expect(doors.edit).toBeHidden();
    await doors.saved.getByRole('button', { name: 'Edit Day shift' }).click();
    await doors.edit.getByRole('button', { name: 'Delete connection' }).click();
    await expect(doors.saved).toBeHidden();
    expect(JSON.parse(await read(page)).profiles).toEqual([]);
  });

  test(`a key is kept until the tab closes, in its own slot, and wiped by locking, ${vendor.name}`, async ({
    page,
    served,
    simulator,
    connectPage,
    workspace,
  }) => {
    const doors = new Doors(page);
    await connectPage.open(served.address);
    await connectPage.fill(vendor, vendor.entered(simulator));
    await expect(doors.keep).not.toBeChecked();
    await doors.keep.check();
    await expect(doors.keep).toHaveAccessibleDescription(/is stored unencrypted in the browser's storage for this tab/);
    await connectPage.connect.click();
    await workspace.isOpen();
    const slots = () =>
      page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith('countermand.key.')));
    const { origin } = new URL(simulator[vendor.key].base_url);
    expect(await slots()).toEqual([`countermand.key.${vendor.key} ${origin} ${simulator[vendor.key].org}`]);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(vendor.secrets(simulator).at(-1));

    await page.reload();
    await expect(doors.saved).toContainText('Key kept in this tab');
    await doors.saved.getByRole('button', { name: /^(?!Forget|Edit)/ }).first().click();
    await workspace.isOpen();
    await workspace.lock.click();
    await expect(connectPage.notice).toContainText('Locked.');
    expect(await slots()).toEqual([]);
    const left = await kept(page);
    for (const secret of vendor.secrets(simulator)) expect(left.includes(secret)).toBe(false);
    await page.reload();
    await expect(connectPage.form).toBeVisible();
    await expect(doors.saved).toBeHidden();
  });
}

test('a kept key whose slot is of another host opens nothing', async ({ page, served, simulator, connectPage }) => {
  const doors = new Doors(page);
  await connectPage.open(served.address);
  await page.evaluate(
    ([base_url, org, token]) => {
      const text = { version: 1, name: 'x', provider: 'applivery', base_url, org, idle_minutes: 15, token };
      sessionStorage.setItem(`countermand.key.applivery https://elsewhere.example ${org}`, JSON.stringify(text));
      sessionStorage.setItem('countermand.touched', String(Date.now()));
    },
    [simulator.applivery.base_url, simulator.applivery.org, simulator.applivery.token],
  );
  await page.reload();
  await expect(connectPage.form).toBeVisible();
  await expect(doors.saved).toBeHidden();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a kept key is wiped when nobody comes for it', async ({ page, served, simulator, connectPage, workspace }) => {
  await page.addInitScript(() => {
    const now = Date.now;
    window.putForward = 0;
    Date.now = () => now.call(Date) + window.putForward;
  });
  const doors = new Doors(page);
  await connectPage.open(served.address);
  await connectPage.fill(APPLIVERY, APPLIVERY.entered(simulator));
  await doors.keep.check();
  await doors.idle.selectOption('5');
  await connectPage.connect.click();
  await workspace.isOpen();
  await page.reload();
  await expect(doors.saved).toContainText('Key kept in this tab');
  await page.evaluate(() => (window.putForward = 6 * 60_000));
  await expect(doors.saved).toBeHidden();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(simulator.applivery.token);
});

test('switching closes one connection and asks for the key of the other', async ({
  page,
  served,
  simulator,
  connectPage,
  connected,
  workspace,
}) => {
  const doors = new Doors(page);
  await connectPage.open(served.address);
  for (const vendor of VENDORS) {
    await connectPage.fill(vendor, vendor.entered(simulator));
    await doors.save.check();
    await doors.name.fill(`My ${vendor.name}`);
    await connectPage.connect.click();
    await workspace.isOpen();
    await workspace.lock.click();
  }
  const device = simulator.applivery.devices[0];
  const target = await simulator.hold(device, 'LOCK');
  await connected(APPLIVERY, [device]);
  await expect(workspace.commands.row(target)).toBeVisible();
  await doors.switch.click();
  await doors.menu.getByRole('button', { name: /^My EnOS/ }).click();
  await expect(connectPage.field('App key')).toBeFocused();
  await expect(connectPage.field('Organization')).toHaveValue(simulator.enos.org);
  const left = await kept(page);
  expect(left).not.toContain(simulator.applivery.token);
  expect(left).not.toContain(target.command);
  await connectPage.fill(ENOS, ENOS.entered(simulator));
  await connectPage.connect.click();
  await workspace.isOpen();

  // A run that goes on is asked about first.
  const enos = simulator.enos.devices[0];
  const held = await simulator.hold(enos, ENOS.kinds[0]);
  await simulator.fault({ operation: ENOS.operations.cancel }, { kind: 'slow', ms: 6_000 });
  await workspace.devices.paste(enos);
  await workspace.cancel([held]);
  await expect(workspace.run.going).toBeVisible();
  await doors.switch.click();
  await doors.menu.getByRole('button', { name: /^My Applivery/ }).click();
  const question = page.getByRole('dialog', { name: 'Switch while cancels are being sent?' });
  await expect(question.getByRole('button', { name: 'Keep running' })).toBeFocused();
  await question.getByRole('button', { name: 'Keep running' }).click();
  await expect(workspace.run.going).toBeVisible();
  await doors.switch.click();
  await doors.menu.getByRole('button', { name: /^My Applivery/ }).click();
  await question.getByRole('button', { name: 'Stop and switch' }).click();
  await expect(connectPage.field('Token')).toBeFocused();
});

test('what another version saved is named, kept to the letter, and deleted only on demand', async ({
  page,
  served,
  connectPage,
}) => {
  const doors = new Doors(page);
  const later = '{"version":9,"profiles":[{"name":"From tomorrow","where":"x"}]}';
  await page.addInitScript(([key, text]) => localStorage.getItem(key) ?? localStorage.setItem(key, text), [PROFILES, later]);
  await connectPage.open(served.address);
  await expect(doors.saved).toContainText('“From tomorrow” cannot be read');
  expect(await read(page)).toBe(later);
  await doors.saved.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(doors.saved).toBeHidden();
  expect(JSON.parse(await read(page))).toEqual({ version: 1, profiles: [] });
});

test('a browser that keeps nothing is said so, and everything works', async ({ page, served, simulator, connectPage, workspace }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get: refuse });
  });
  const doors = new Doors(page);
  await connectPage.open(served.address);
  await expect(page.getByText('This browser is not storing data for this page')).toBeVisible();
  await connectPage.fill(APPLIVERY, APPLIVERY.entered(simulator));
  await doors.save.check();
  await doors.keep.check();
  await connectPage.connect.click();
  await workspace.isOpen();
});

test('a clock that is wrong by hours is told with how far', async ({ page, served, simulator, connectPage, watched }) => {
  watched.allow(HTTP_ERROR);
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now.call(Date) + 5 * 3_600_000;
  });
  await connectPage.open(served.address);
  await connectPage.fill(ENOS, ENOS.entered(simulator));
  await connectPage.check.click();
  await expect(connectPage.alert).toContainText("This computer's clock is wrong");
  await expect(connectPage.alert).toContainText('5 hours ahead');
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the saved connections and their dialog, ${colorScheme}`, async ({ page, served, connectPage }) => {
    await page.emulateMedia({ colorScheme });
    await page.addInitScript((key) => {
      const profile = { provider: 'enos', base_url: 'https://apigw.example.com', org: 'o15', idle_minutes: 15 };
      const profiles = [{ ...profile, name: 'One' }, { ...profile, name: 'Strange', x: 1 }];
      localStorage.setItem(key, JSON.stringify({ version: 1, profiles }));
    }, PROFILES);
    const doors = new Doors(page);
    await connectPage.open(served.address);
    await connectPage.other.click();
    await doors.save.check();
    await expect(doors.saved).toBeVisible();
    await expectNoViolations(page, 'saved connections');
    await doors.saved.getByRole('button', { name: 'Edit One' }).click();
    await expect(doors.edit).toBeVisible();
    await expectNoViolations(page, 'editing one');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'editing one at 320 px');
    await page.keyboard.press('Escape');
    await expectNoSidewaysScroll(page, 'saved connections at 320 px');
  });
}
