// A command's details.

export class DetailsDialog {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: /^Details of / });
    this.close = this.dialog.getByRole('button', { name: 'Close', exact: true });
    this.copy = this.dialog.getByRole('button', { name: 'Copy JSON' });
    this.raw = this.dialog.getByRole('group', { name: "The vendor's JSON, secrets removed" });
    this.request = this.dialog.getByRole('group', { name: 'What is asked of the device' });
  }

  fact(label) {
    return this.dialog
      .locator('dl > div')
      .filter({ has: this.dialog.page().locator('dt', { hasText: new RegExp(`^${label}$`) }) })
      .locator('dd');
  }
}
