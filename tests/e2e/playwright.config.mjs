// The console in Debian's Chromium. Each test has a simulator and a console server of its own.
import { defineConfig } from '@playwright/test';

import { BROWSER } from './support/browser.mjs';

export default defineConfig({
  testDir: 'specs',
  fullyParallel: true,
  // Two cores: a browser and two servers for each worker are enough for them.
  workers: 2,
  // How long, not whether: a shared machine was seen eight times slower for minutes, and what is
  // tested here is what the page says, never how fast. A test in a quiet minute takes seconds.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // What fails once and then passes is reported as flaky, not hidden.
  retries: process.env.CI ? 2 : 0,
  forbidOnly: true,
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Madrid',
    viewport: { width: 1280, height: 800 },
    trace: 'off',
    launchOptions: BROWSER,
  },
});
