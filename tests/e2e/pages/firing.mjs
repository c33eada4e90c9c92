// What fires next: the picture, the next few by name, and the kinds.

export class Firing {
  constructor(page) {
    this.page = page;
    this.section = page.locator('#firing');
    this.summary = this.section.locator('summary');
    this.figure = this.section.getByRole('figure');
    this.caption = this.figure.locator('figcaption');
    this.columns = this.figure.locator('rect.column');
    this.slider = this.section.getByRole('slider', { name: 'Start list at' });
    this.list = this.section.getByRole('list', { name: /^(Next command|Next \d+ of [\d,]+)$/ });
    this.items = this.list.getByRole('listitem');
    this.kinds = this.section.getByRole('group', { name: 'By kind' }).getByRole('button');
  }

  kind(name) {
    return this.section.getByRole('group', { name: 'By kind' }).getByRole('button', { name: new RegExp(`^${name} \\d+$`) });
  }

  order(name) {
    return this.section.getByRole('group', { name: 'Group by' }).getByRole('button', { name, exact: true });
  }

  details(device) {
    return this.list.getByRole('button', { name: new RegExp(`^Details of .+ on ${device}$`) });
  }

  async open() {
    await this.summary.click();
    await this.figure.waitFor();
  }
}
