// The screen of an open connection.
import { expect } from '@playwright/test';

import { BrakeDialog } from './brake.mjs';
import { CommandsPanel } from './commands.mjs';
import { DetailsDialog } from './details.mjs';
import { DevicesPanel } from './devices.mjs';
import { Firing } from './firing.mjs';
import { History } from './history.mjs';
import { Picker } from './picker.mjs';
import { ReviewDialog } from './review.mjs';
import { RunPanel } from './run.mjs';
import { Unfinished } from './unfinished.mjs';

export class Workspace {
  constructor(page) {
    this.page = page;
    this.devices = new DevicesPanel(page);
    this.picker = new Picker(page);
    this.commands = new CommandsPanel(page);
    this.details = new DetailsDialog(page);
    this.review = new ReviewDialog(page);
    this.brake = new BrakeDialog(page);
    this.run = new RunPanel(page);
    this.firing = new Firing(page);
    this.unfinished = new Unfinished(page);
    this.history = new History(page);
    this.lock = page.getByRole('banner').getByRole('button', { name: 'Lock', exact: true });
    this.lockQuestion = page.getByRole('dialog', { name: 'Lock while cancels are being sent?' });
  }

  async isOpen() {
    await expect(this.devices.region).toBeVisible();
  }

  /** Selects these commands and confirms their cancel. */
  async cancel(targets) {
    for (const target of targets) await this.commands.select(target);
    await this.commands.cancel.click();
    await this.review.confirm.click();
  }
}
