// A command's details.

export class DetailsDialog {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: /^Details of / });
    this.close = this.dialog.getByRole('button', { name: 'Close', exact: true });
    this.copy = this.dialog.getByRole('button', { name: 'Copy JSON' });
    this.raw = this.dialog.getByRole('group', { name: 'Provider JSON (secrets removed)' });
    this.request = this.dialog.getByRole('group', { name: 'Request' });
  }

  fact(label) {
    return this.dialog
      .locator('dl > div')
      .filter({ has: this.dialog.page().locator('dt', { hasText: new RegExp(`^${label}$`) }) })
      .locator('dd');
  }
}
