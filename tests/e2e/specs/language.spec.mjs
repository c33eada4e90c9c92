// The console in the person's language, and from one language to another in the middle of a session.
import { test, expect } from '../support/fixtures.mjs';
import { expectNoSidewaysScroll, expectNoViolations } from '../support/accessibility.mjs';
import { englishLeftOver, messages } from '../support/language.mjs';

const LANGUAGES = [
  { file: 'es', locale: 'es-ES', tag: 'es' },
  { file: 'zh', locale: 'zh-CN', tag: 'zh-Hans' },
];

const boxes = (page) => page.locator('#commands-scroller [data-id] input:not([disabled])');
const button = (page, name) => page.getByRole('button', { name, exact: true });
const language = (page) => page.evaluate(() => document.documentElement.lang);

async function choose(page, tag) {
  await page.locator('#open-settings').click();
  await page.locator('#language').focus();
  await page.locator('#language').selectOption(tag);
}

async function openDemo(page, demo) {
  await page.goto(demo.address);
  await page.locator('.choice button').first().click();
  await expect(boxes(page).first()).toBeVisible();
}

for (const { file, locale, tag } of LANGUAGES) {
  test.describe(locale, () => {
    test.use({ locale });
    const say = (name) => messages(file).get(name);

    test('every screen is in the language that the browser asks for, and axe finds nothing', async ({ page, demo }) => {
      const isWhole = async (where) => {
        expect(await englishLeftOver(page, file), where).toEqual([]);
        await expectNoViolations(page, `${file}, ${where}`);
      };
      await page.goto(demo.address);
      await expect(page.getByRole('heading', { name: say('connect.form_heading') })).toBeVisible();
      expect(await language(page)).toBe(tag);
      await button(page, say('connect.connect')).click();
      await expect(page.getByRole('alert')).toContainText(say('connect.form_wrong'));
      await isWhole('connect');

      await page.locator('.choice button').first().click();
      await expect(boxes(page).first()).toBeVisible();
      await expect(page.locator('[data-going]')).toHaveCount(0);
      await isWhole('workspace');

      await page.locator('[popovertarget="devices-panel"]').first().click();
      await page.locator('#pick').click();
      await expect(page.locator('#picker-search')).toBeVisible();
      await isWhole('picker');
      await button(page, say('devices.keep')).click();

      await boxes(page).first().check();
      await page.locator('#cancel-selected').click();
      const review = page.getByRole('dialog');
      await expect(review).toContainText(say('review.cannot_promise'));
      await expect(review).toContainText(say('review.may_have_gone'));
      await isWhole('review');
      await review.locator('.button.danger').click();
      await expect(page.getByRole('heading', { name: say('run.over'), exact: true })).toBeVisible();
      await isWhole('results');
    });

    test('at 320 pixels nothing sticks out', async ({ page, demo }) => {
      await page.setViewportSize({ width: 320, height: 700 });
      await openDemo(page, demo);
      await expectNoSidewaysScroll(page, file);
    });
  });
}

test('another language in the middle of a session keeps what is selected and shown, and is kept itself', async ({
  page,
  demo,
}) => {
  await openDemo(page, demo);
  expect(await language(page)).toBe('en');
  await boxes(page).nth(1).check();
  const row = page.locator('#commands-scroller [data-id]').filter({ has: page.locator('input:checked') });
  const id = await row.getAttribute('data-id');
  const requests = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));

  await choose(page, 'es');
  await expect(page.locator('#cancel-selected')).toHaveText('Cancelar 1 comando');
  expect(await language(page)).toBe('es');
  await expect(page.locator(`[data-id="${id}"] input`)).toBeChecked();
  await expect(page.locator('#settings'), 'what it was chosen in stays open').toBeVisible();
  await expect(page.locator('#language')).toBeFocused();
  expect(requests).toEqual(['/lang/es.txt']);

  await page.locator('#language').selectOption('zh-Hans');
  await expect(page.locator('#cancel-selected')).toHaveText('取消 1 条命令');
  await expect(page.locator(`[data-id="${id}"] input`)).toBeChecked();
  expect(await englishLeftOver(page, 'zh')).toEqual([]);

  await page.reload();
  await expect(page.getByRole('heading', { name: messages('zh').get('connect.form_heading') })).toBeVisible();
  expect(await language(page)).toBe('zh-Hans');
});

test.describe('without a worker, which would fetch the file by itself', () => {
  test.use({ serviceWorkers: 'block' });

  test('a language that cannot be loaded leaves the page as it is, and the page says so', async ({ page, demo, watched }) => {
    watched.allow(/Service Worker registration blocked/);
    // The file of another version of the page.
    await page.route('**/lang/zh.txt', (route) => route.fulfill({ body: '[page]\nproduct = Countermand\n' }));
    await openDemo(page, demo);
    await boxes(page).first().check();
    await choose(page, 'zh-Hans');
    await expect(page.getByRole('alert')).toHaveText(/^Could not load 简体中文/);
    expect(await language(page)).toBe('en');
    await expect(page.locator('#language')).toHaveValue('en');
    await expect(page.locator('#cancel-selected')).toHaveText('Cancel 1 command');
  });
});
