// The review before anything is sent.

export class ReviewDialog {
  constructor(page) {
    this.dialog = page.getByRole('dialog', { name: /^Cancel / });
    this.confirm = this.dialog.getByRole('button', { name: /^Cancel \d+ commands?$/ });
    this.keep = this.dialog.getByRole('button', { name: /^Keep commands?$/ });
    this.number = this.dialog.getByRole('textbox', { name: /^Type \d+ to go ahead$/ });
  }
}
