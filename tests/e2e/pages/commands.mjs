// The commands' panel: filters, table, and what was selected.

const COLUMNS = { select: 0, state: 1, command: 2, device: 3, created: 4, expires: 5, vendor: 6, verdict: 7 };

export class CommandsPanel {
  constructor(page) {
    this.page = page;
    this.region = page.getByRole('region', { name: 'Commands', exact: true });
    this.heading = this.region.getByRole('heading', { name: 'Commands' });
    this.table = this.region.getByRole('table');
    this.all = this.table.getByRole('checkbox', { name: /^(Select all \d+ that|Nothing here) can be cancelled$/ });
    this.sort = this.table.getByRole('button', { name: 'Created' });
    this.created = this.table.getByRole('columnheader', { name: 'Created' });
    this.filters = this.region.getByRole('group', { name: 'Show' });
    this.refresh = this.region.getByRole('button', { name: 'Refresh' });
    this.freshness = this.region.locator('.freshness');
    /** What is said where there are no rows. */
    this.empty = this.region.locator('.empty');
    /** What could not be read. */
    this.notRead = this.region.getByRole('alert');
    this.cancel = this.region.getByRole('button', { name: /^Cancel( \d+)? commands?$/ });
    this.clear = this.region.getByRole('button', { name: 'Clear selection' });
  }

  /** The body's rows. */
  rows() {
    return this.table.locator('tbody').getByRole('row');
  }

  row({ device, command }) {
    return this.rows().filter({ has: this.page.locator(`[id="select-${device}-${command}"]`) });
  }

  box(target) {
    return this.row(target).getByRole('checkbox');
  }

  cell(target, column) {
    // By element and not by role: where there is little room a column is left out.
    return this.row(target).locator('td').nth(COLUMNS[column]);
  }

  details(target) {
    return this.row(target).getByRole('button', { name: /^Details of / });
  }

  filter(name) {
    return this.filters.getByRole('button', { name: new RegExp(`^${name} \\d+$`) });
  }

  tryAgain(device) {
    return this.region.getByRole('button', { name: `Try again to read ${device}`, exact: true });
  }

  /** The devices of the rows, each once. */
  async devices() {
    const cells = await this.rows().locator('.device-cell .mono').allInnerTexts();
    return [...new Set(cells)];
  }

  /** The ids of the rows' commands, in their order. */
  ids() {
    const boxes = this.rows().locator('input[type=checkbox]');
    return boxes.evaluateAll((all) => all.map((box) => box.id.slice(box.id.lastIndexOf('-') + 1)));
  }
}
