// The devices: a form in the page, or a button with a drawer once there are some.
import { expect } from '@playwright/test';

import { called } from '../support/vendors.mjs';

export class DevicesPanel {
  constructor(page) {
    this.region = page.getByRole('region', { name: 'Devices', exact: true });
    /** Says how many there are, and opens the drawer that they are in. */
    this.opener = this.region.getByRole('button', { name: /^[\d,]+ devices?$/ });
    this.drawer = page.locator('#devices-panel');
    this.shut = this.drawer.getByRole('button', { name: 'Close' });
    this.box = this.region.getByRole('textbox', { name: 'Add devices' });
    this.add = this.region.getByRole('button', { name: 'Add', exact: true });
    this.pick = this.region.getByRole('button', { name: 'Choose from list' });
    this.chosen = this.region.getByRole('list', { name: /^Selected devices/ });
    this.more = this.region.getByText('Cancel on several devices');
    this.everythingChosen = this.region.getByRole('button', { name: /^Cancel all on the \d+ selected devices?…$/ });
    this.everythingInOrganisation = this.region.getByRole('button', { name: 'Cancel all in this organization…' });
    this.removeAll = this.region.getByRole('button', { name: 'Remove all' });
  }

  /** Opens the drawer, where it is closed: without devices it stands in the page. */
  async open() {
    await expect(this.opener.or(this.drawer).first()).toBeVisible();
    if (!(await this.drawer.isVisible())) await this.opener.click();
    await expect(this.drawer).toBeVisible();
  }

  /** Closes the drawer. */
  async close() {
    if (await this.shut.isVisible()) await this.shut.click();
  }

  async paste(text) {
    await this.open();
    await this.box.fill(text);
    await this.add.click();
  }

  items() {
    return this.chosen.getByRole('listitem');
  }

  item(device) {
    return this.items().filter({ has: this.remove(device) });
  }

  remove(device) {
    return this.region.page().getByRole('button', { name: new RegExp(`^Remove ${called(device)}$`) });
  }

  everything(device) {
    return this.region.getByRole('button', {
      name: new RegExp(`^Cancel all pending commands on ${called(device)}$`),
    });
  }
}
