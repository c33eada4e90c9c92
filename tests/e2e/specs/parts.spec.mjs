// How the program comes: what the first rows need, and then the rest.
import { test, expect } from '../support/fixtures.mjs';

const DEMOS = ['Demo: Applivery', 'Demo: EnOS'];
const opened = (demo, name) => `${demo.address}#demo=${encodeURIComponent(name)}`;
const rows = (page) => page.locator('#commands-scroller [data-id]');
const early = (page) => page.locator('#early [data-id]');
const marks = (page) => page.evaluate(() => performance.getEntriesByType('mark').map(({ name }) => name));

/** What is reloaded and sent to others. */
const SHOWN = ['', '&sort=-created', '&sort=command&text=e&severity=destructive&state=all'];

/** Opens EnOS's demo without the files of these names, and returns what lets them come. */
async function openedWithout(files, { page, demo, watched }) {
  watched.allow(/Failed to load resource/);
  let isMissing = true;
  await page.route(files, (route) => (isMissing ? route.abort() : route.continue()));
  await page.goto(opened(demo, 'Demo: EnOS'));
  test.skip(!(await page.locator('#later').count()), 'a page in one part');
  return () => (isMissing = false);
}

for (const [name, shown] of DEMOS.flatMap((name) => SHOWN.map((shown) => [name, shown]))) {
  test(`the first rows need nothing of the rest, and nothing is asked twice, ${name} ${shown}`, async ({ page, demo, watched }) => {
    await page.goto(opened(demo, name) + shown);
    await expect(rows(page).first()).toBeVisible();
    await expect(page.locator('#early')).toHaveCount(0);
    // A page in one part, as the demo's, has no rest.
    expect(await marks(page)).not.toContain('countermand:rest-at-once');
    expect(await marks(page)).toContain('countermand:rows');
    const asked = watched.requests.map((request) => `${request.url()} ${request.postData()}`);
    const lists = asked.filter((line) => /command|search/i.test(line));
    expect(new Set(lists).size).toBe(lists.length);
  });
}

test('what reads the answers does not come: the page says so and tries again, and then shows rows', async ({ page, demo, watched }) => {
  const letCome = await openedWithout(/countermand-rows-/, { page, demo, watched });
  await expect(page.getByRole('alert')).toHaveText(/could not be loaded/);
  await expect(early(page)).toHaveCount(0);
  letCome();
  await expect(rows(page).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
  expect(await marks(page)).not.toContain('countermand:rest-at-once');
});

test('the rest does not come: rows stay, the page says so and tries again, and then all of it is there', async ({ page, demo, watched }) => {
  const letCome = await openedWithout(/countermand-rest-/, { page, demo, watched });
  await expect(early(page).first()).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText(/could not be loaded/);
  await expect(early(page).first()).toBeVisible();
  letCome();
  await expect(rows(page).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
});

test('its styles do not come: the page says so and tries again, and shows the console when they are there', async ({ page, demo, watched }) => {
  const letCome = await openedWithout(/countermand-rest-.*css/, { page, demo, watched });
  await expect(page.getByRole('alert')).toHaveText(/could not be loaded/);
  await expect(early(page).first()).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
  letCome();
  await expect(rows(page).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
});
