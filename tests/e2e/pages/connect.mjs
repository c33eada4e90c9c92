// The screen on which a connection is chosen or entered.
import { expect } from '@playwright/test';

export class ConnectPage {
  constructor(page) {
    this.page = page;
    this.form = page.getByRole('region', { name: 'Connect to a provider' });
    /** Where something is saved, the form waits for this. */
    this.other = page.getByRole('main').getByRole('button', { name: 'Another connection…' });
    this.demos = page.getByRole('region', { name: 'Try a demo' });
    this.connect = this.form.getByRole('button', { name: 'Connect', exact: true });
    this.check = this.form.getByRole('button', { name: 'Check connection' });
    /** What is wrong. */
    this.alert = this.form.getByRole('alert');
    /** What works, or goes on. */
    this.status = this.form.getByRole('status');
    /** Why the last connection was closed. */
    this.notice = page.locator('.connect > [role=status]');
  }

  async open(address) {
    await this.page.goto(address);
    await expect(this.form.or(this.other)).toBeVisible();
  }

  demo(vendor) {
    return this.demos.getByRole('button', { name: `Demo: ${vendor.name}` });
  }

  vendor(vendor) {
    return this.form.getByRole('radio', { name: vendor.name, exact: true });
  }

  field(label) {
    return this.form.getByLabel(label, { exact: true });
  }

  async fill(vendor, fields) {
    await expect(this.form.or(this.other)).toBeVisible();
    if (await this.other.isVisible()) await this.other.click();
    await this.vendor(vendor).check();
    for (const [label, text] of Object.entries(fields)) await this.field(label).fill(text);
  }
}
