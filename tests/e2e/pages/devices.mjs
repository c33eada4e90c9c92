// The devices' panel.

export class DevicesPanel {
  constructor(page) {
    this.region = page.getByRole('region', { name: 'Devices', exact: true });
    this.box = this.region.getByRole('textbox', { name: 'Add devices' });
    this.add = this.region.getByRole('button', { name: 'Add', exact: true });
    this.pick = this.region.getByRole('button', { name: 'Choose from list' });
    this.chosen = this.region.getByRole('list', { name: /^Selected devices/ });
    this.more = this.region.getByText('Cancel on several devices');
    this.everythingChosen = this.region.getByRole('button', { name: /^Cancel all on the \d+ selected devices?…$/ });
    this.everythingInOrganisation = this.region.getByRole('button', { name: 'Cancel all in this organization…' });
    this.removeAll = this.region.getByRole('button', { name: 'Remove all' });
  }

  async paste(text) {
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
    return this.region.page().getByRole('button', { name: `Remove ${device}`, exact: true });
  }

  everything(device) {
    return this.region.getByRole('button', {
      name: `Cancel all pending commands on ${device}`,
      exact: true,
    });
  }
}
