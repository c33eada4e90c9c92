// The vendor's list of devices.

export class Picker {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: 'Choose devices' });
    this.search = this.dialog.getByRole('searchbox', { name: 'Search' });
    this.table = this.dialog.getByRole('table');
    this.all = this.dialog.getByRole('checkbox', { name: /^Select all \d+ shown$/ });
    this.boxes = this.dialog.getByRole('checkbox', { name: /^Select (?!all )/ });
    this.add = this.dialog.getByRole('button', { name: /^Add( \d+)? devices?$/ });
    this.close = this.dialog.getByRole('button', { name: 'Close', exact: true });
  }

  box(device) {
    return this.boxes.and(this.dialog.getByLabel(device));
  }
}
