// Takes the README's pictures of the console with the demonstration: node screenshots.mjs FOLDER
import { join } from 'node:path';
import { chromium } from '@playwright/test';

import { startDemo } from './support/console.mjs';
import { BROWSER } from './support/browser.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('FOLDER: where the pictures go');

const rows = (page) => page.locator('#commands-scroller [data-id]');

async function open(browser, demo, options) {
  const page = await (await browser.newContext({ locale: 'en-GB', ...options })).newPage();
  await page.goto(`${demo.address}#demo=${encodeURIComponent('Demo: EnOS')}`);
  await rows(page).first().waitFor();
  return page;
}

/** What stands still: nothing is in the middle of an animation. */
const shoot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });

const demo = await startDemo();
const browser = await chromium.launch(BROWSER);
try {
  const page = await open(browser, demo, { viewport: { width: 1280, height: 800 } });
  await shoot(page, 'fleet');
  await page.locator('#firing > summary').click();
  await page.locator('#firing .lane button').first().waitFor();
  await shoot(page, 'firing');
  await page.locator('#firing > summary').click();
  const phone = await open(browser, demo, { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true });
  await rows(phone).first().scrollIntoViewIfNeeded();
  await rows(phone).first().getByRole('checkbox').check();
  await shoot(phone, 'phone');
  await page.locator('#select-all').click();
  await page.locator('#cancel-selected').click();
  await page.locator('dialog.review').waitFor();
  await shoot(page, 'review');
  await page.locator('#review-go').click();
  await page.getByRole('heading', { name: 'Results' }).waitFor({ timeout: 60_000 });
  await page.evaluate(() => scrollTo(0, 0));
  await shoot(page, 'results');
} finally {
  await browser.close();
  await demo.stop();
}
