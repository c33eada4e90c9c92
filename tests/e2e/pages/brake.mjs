// The brake: the way to it, and its two screens.

export class BrakeDialog {
  constructor(page) {
    this.open = page.getByRole('banner').getByRole('button', { name: 'Brake', exact: true });
    /** Where no connection is open: that it comes with the next one. */
    this.choice = page.locator('#brake-choice');
    this.what = page.getByRole('dialog', { name: 'Stop a wrong command' });
    this.grave = this.what.getByRole('radio', { name: 'Everything destructive or disruptive' });
    this.onlyKinds = this.what.getByRole('radio', { name: 'Only these kinds' });
    this.since = this.what.getByRole('combobox', { name: 'Created' });
    this.found = this.what.locator('.brake-found');
    this.more = this.what.locator('summary').filter({ hasText: 'More filters' });
    this.next = this.what.getByRole('button', { name: 'Continue' });
    this.confirm = page.getByRole('dialog', { name: 'Brake now?' });
    this.summary = this.confirm.locator('.brake-summary');
    this.organization = this.confirm.getByRole('textbox', { name: /^Type \S+ to confirm$/ });
    this.spendAll = this.confirm.getByRole('checkbox', { name: /^Use the hour's requests at once/ });
    this.beforehand = this.confirm.locator('summary').filter({ hasText: 'Agree on this brake beforehand' });
    this.validFor = this.confirm.getByRole('combobox', { name: 'Valid for' });
    this.propose = this.confirm.getByRole('button', { name: 'Propose the rule' });
    this.back = this.confirm.getByRole('button', { name: 'Go back' });
    this.go = this.confirm.getByRole('button', { name: 'Brake', exact: true });
  }

  kind(name) {
    return this.what.getByRole('checkbox', { name: new RegExp(`^${name} `) });
  }
}
