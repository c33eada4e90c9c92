// The commands' panel: filters, table, and what was selected.
import { expect } from '@playwright/test';

import { called } from '../support/vendors.mjs';

/** Each cell by its class: where there is little room, or by choice, a column is left out. */
const COLUMNS = {
  select: 'select',
  severity: 'severity',
  state: 'state',
  command: 'title',
  device: 'device-cell',
  created: 'created',
  expires: 'expires',
  vendor: 'vendor',
  id: 'id',
  verdict: 'verdict',
};

export class CommandsPanel {
  constructor(page) {
    this.page = page;
    this.region = page.getByRole('region', { name: 'Commands', exact: true });
    this.heading = this.region.getByRole('heading', { name: 'Commands' });
    this.table = this.region.getByRole('table');
    this.all = this.table.getByRole('checkbox', { name: /^(Select all \d+ that|Nothing here) can be cancelled$/ });
    this.sort = this.table.getByRole('button', { name: 'Created' });
    this.created = this.table.getByRole('columnheader', { name: 'Created' });
    this.severity = this.table.getByRole('columnheader', { name: 'Severity' });
    this.filters = this.region.getByRole('group', { name: 'Show' });
    this.refresh = this.region.getByRole('button', { name: 'Refresh' });
    this.freshness = this.region.locator('.freshness');
    /** What is said where there are no rows. */
    this.empty = this.region.locator('.empty');
    /** What could not be read. */
    this.notRead = this.region.getByRole('alert');
    this.cancel = this.region.getByRole('button', { name: /^Cancel( \d+)? commands?$/ });
    this.retryAll = this.region.getByRole('button', { name: 'Retry all of these' });
    /** What is selected, and of what. */
    this.bar = this.region.locator('.action-bar');
    this.selectMore = this.bar.getByRole('button', { name: /^Select \d+ more$/ });
    this.clear = this.region.getByRole('button', { name: 'Clear selection' });
  }

  /** The body's rows that are drawn: those in sight, and some beside them. */
  rows() {
    return this.table.locator('.rows').getByRole('row');
  }

  /** There are so many rows, drawn or not, and assistive technology is told so. */
  async hasCount(count) {
    await expect(this.table).toHaveAttribute('data-count', String(count));
    await expect(this.table).toHaveAttribute('aria-rowcount', String(count + 1));
  }

  /** Turns the table, so that what was just made is at its top. */
  async newestFirst() {
    await this.sort.click();
    await expect(this.created).toHaveAttribute('aria-sort', 'descending');
  }

  row({ device, command }) {
    return this.rows().and(this.page.locator(`[data-id="${command}"][data-device="${device}"]`));
  }

  box(target) {
    return this.row(target).getByRole('checkbox');
  }

  /** Scrolls by half of what is in sight, and says whether that was possible. */
  scroll() {
    return this.region.locator('#commands-scroller').evaluate(async (list) => {
      const before = list.scrollTop;
      list.scrollBy(0, list.clientHeight / 2);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return list.scrollTop !== before;
    });
  }

  /**
   * Selects a command, wherever in the list it is: scrolls until its row is drawn, as a person does who looks for it, and
   * all of it again from the top, where rows that arrive have moved it away meanwhile.
   */
  async select(target) {
    await expect(this.refresh).toHaveAttribute('aria-disabled', 'false');
    const scroller = this.region.locator('#commands-scroller');
    await expect(async () => {
      await scroller.evaluate((list) => list.scrollTo(0, 0));
      for (let moved = true; moved && (await this.row(target).count()) === 0; ) moved = await this.scroll();
      // What scrolls is drawn in the next frame, and a row's element may then show another command.
      await this.box(target).scrollIntoViewIfNeeded({ timeout: 5_000 });
      await scroller.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await this.box(target).check({ timeout: 5_000 });
    }).toPass();
  }

  /** The box of the first row: the table's one stop for the tabulator. */
  async firstBox() {
    const [{ device, id }] = await this.order();
    return this.box({ device, command: id });
  }

  cell(target, column) {
    return this.row(target).locator(`> .${COLUMNS[column]}`);
  }

  details(target) {
    return this.row(target).getByRole('button', { name: /^Details of / });
  }

  filter(name) {
    return this.filters.getByRole('button', { name: new RegExp(`^${name} \\d+$`) });
  }

  tryAgain(device) {
    return this.region.getByRole('button', { name: new RegExp(`^Try again to load ${called(device)}$`) });
  }

  /** The devices of the rows, each once. */
  async devices() {
    const cells = await this.rows().locator('.device-cell .mono').allInnerTexts();
    return [...new Set(cells)];
  }

  /** The drawn rows' commands with their devices, as they are seen from the top. */
  order() {
    return this.rows().evaluateAll((rows) =>
      rows
        .filter((row) => !row.hidden)
        .map((row) => ({ id: row.dataset.id, device: row.dataset.device, top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top),
    );
  }

  /** Their ids. */
  async ids() {
    return (await this.order()).map(({ id }) => id);
  }

  /** The ids of all rows' commands: the list is gone through from its top to its end. */
  async everyId() {
    const seen = new Set();
    const scroller = this.region.locator('#commands-scroller');
    await scroller.evaluate((list) => list.scrollTo(0, 0));
    for (let moved = true; moved; ) {
      for (const id of await this.ids()) seen.add(id);
      moved = await this.scroll();
    }
    return [...seen];
  }
}
