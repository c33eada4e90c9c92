// Theme, density, shortcuts: chosen, kept, and there before anything is seen.
import { Doors } from '../pages/doors.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { test, expect } from '../support/fixtures.mjs';
import { NO_ANSWER } from '../support/watch.mjs';

const KEY = 'countermand.settings';

test('theme and density are kept, and hold before the program is there', async ({ page, served, connectPage, watched }) => {
  // The program is kept from the page on purpose below.
  watched.allow(NO_ANSWER, /Failed to fetch/);
  const doors = new Doors(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await connectPage.open(served.address);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await doors.openSettings.click();
  await doors.settings.getByRole('radio', { name: 'Dark' }).check();
  await doors.settings.getByRole('radio', { name: 'Compact' }).check();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  expect(await doors.root('data-density')).toBe('compact');

  // Without the program the page is as it was chosen already.
  await page.route(/\.wasm$/, (route) => route.abort());
  await page.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.goto('about:blank');
  await page.goto(served.address).catch(() => {});
  expect(await ground()).toBe(dark);
  expect(await doors.root('data-theme')).toBe('dark');
  await expect(page.getByRole('status')).toHaveText(/The program of this page could not be loaded/);
});

test('nonsense is as if nothing was set, and what is not ours is kept', async ({ page, served, connectPage }) => {
  const doors = new Doors(page);
  await page.addInitScript((key) => localStorage.getItem(key) ?? localStorage.setItem(key, '{"theme":7,"density":"x","mine":1}'), KEY);
  await connectPage.open(served.address);
  await doors.openSettings.click();
  await expect(doors.settings.getByRole('radio', { name: 'System' })).toBeChecked();
  await expect(doors.settings.getByRole('radio', { name: 'Comfortable' })).toBeChecked();
  await doors.settings.getByRole('radio', { name: 'Light' }).check();
  expect(JSON.parse(await page.evaluate((key) => localStorage.getItem(key), KEY))).toMatchObject({ theme: 'light', mine: 1 });
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the settings, ${colorScheme}`, async ({ page, served, connectPage }) => {
    const doors = new Doors(page);
    await page.emulateMedia({ colorScheme });
    await connectPage.open(served.address);
    await doors.openSettings.click();
    await expect(doors.settings).toBeVisible();
    await expectNoViolations(page, 'settings');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page, 'settings at 320 px');
    await page.keyboard.press('Escape');
    await expect(doors.settings).toBeHidden();
    await expect(doors.openSettings).toBeFocused();
  });
}
