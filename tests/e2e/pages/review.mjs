// The review before anything is sent.

export class ReviewDialog {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: /^Cancel / });
    this.confirm = this.dialog.getByRole('button', { name: /^Cancel (\d+ commands?|everything on \d+ devices?)$/ });
    this.keep = this.dialog.getByRole('button', { name: /^Keep commands?$/ });
    this.groups = this.dialog.locator('.groups > li');
    this.readAgain = this.dialog.getByRole('button', { name: 'Read again' });
    this.comesForward = this.dialog.locator('.promise').filter({ hasText: 'What goes out sooner because of it' });
    this.listAll = this.dialog.locator('summary').filter({ hasText: 'Look through all' });
    this.search = this.dialog.getByRole('searchbox', { name: 'Kind, name or device' });
    this.found = this.dialog.locator('.found > li');
    this.id = this.dialog.getByRole('textbox', { name: /^Type \S+ to go ahead$/ });
    this.number = this.dialog.getByRole('textbox', { name: /^Type \d+ to go ahead$/ });
  }
}
