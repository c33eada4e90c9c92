// What runs next: a line, and on demand the picture and the next few by name.

export class Firing {
  constructor(page) {
    this.page = page;
    this.section = page.locator('#firing');
    this.summary = this.section.locator('summary');
    this.figure = this.section.getByRole('figure');
    this.told = this.figure.locator('figcaption');
    this.heads = this.figure.locator('.lane-heads span');
    this.lanes = this.figure.locator('.lane-list > li');
    this.marks = this.figure.getByRole('button');
    this.list = this.section.getByRole('list', { name: /^(Next command|Next \d+ of [\d,]+)$/ });
    this.items = this.list.getByRole('listitem');
  }

  mark(name) {
    return this.figure.getByRole('button', { name });
  }

  details(device) {
    return this.list.getByRole('button', { name: new RegExp(`^Details of .+ on ${device}$`) });
  }

  async open() {
    await this.summary.click();
    await this.figure.waitFor();
  }
}
