// The review before anything is sent.

export class ReviewDialog {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: /^Cancel / });
    this.confirm = this.dialog.getByRole('button', { name: /^Cancel (\d+ commands?|(all|[A-Z_]+) on \d+ devices?)$/ });
    this.keep = this.dialog.getByRole('button', { name: 'Go back' });
    this.groups = this.dialog.locator('.groups > li');
    this.readAgain = this.dialog.getByRole('button', { name: 'Check again' });
    this.comesForward = this.dialog.locator('.promise').filter({ hasText: 'Commands that will be sent sooner' });
    this.listAll = this.dialog.locator('summary').filter({ hasText: 'Show all' });
    this.search = this.dialog.getByRole('searchbox', { name: 'Search kind, name or device' });
    this.found = this.dialog.locator('.found > li');
    this.kind = this.dialog.getByRole('combobox', { name: 'Only of this kind' });
    this.id = this.dialog.getByRole('textbox', { name: /^Type \S+ to confirm$/ });
    this.number = this.dialog.getByRole('textbox', { name: /^Type \d+ to confirm$/ });
  }
}
