// The vendor's list of devices.

export class Picker {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: 'Pick devices' });
    this.search = this.dialog.getByRole('searchbox', { name: 'Search' });
    this.table = this.dialog.getByRole('table');
    this.all = this.dialog.getByRole('checkbox', { name: /^Pick all \d+ shown$/ });
    this.boxes = this.dialog.getByRole('checkbox', { name: /^Pick (?!all )/ });
    this.add = this.dialog.getByRole('button', { name: /^Add( \d+)? devices?$/ });
    this.close = this.dialog.getByRole('button', { name: 'Close without adding' });
  }

  box(device) {
    return this.boxes.and(this.dialog.getByLabel(device));
  }
}
