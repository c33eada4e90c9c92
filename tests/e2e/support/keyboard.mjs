// Getting somewhere by keyboard.
import { expect } from '@playwright/test';

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Presses Tab until `locator` has the focus, at most so often. */
  async tabTo(locator, most = 80, key = 'Tab') {
    await expect(locator).toBeVisible();
    for (let press = 0; press < most; press += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press(key);
    }
    await expect(locator, `reached with ${most} presses of ${key}`).toBeFocused({ timeout: 1 });
  }
}
