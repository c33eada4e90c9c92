// A run while it goes on, and what became of each target.
import { expect } from '@playwright/test';

const COLUMNS = { device: 0, command: 1, outcome: 2, why: 3 };

export class RunPanel {
  constructor(page) {
    this.region = page.getByRole('region', { name: /^(Cancelling…|Results|Braking…|Brake: results)$/ });
    this.going = page.getByRole('heading', { name: 'Cancelling…', exact: true });
    this.over = page.getByRole('heading', { name: 'Results', exact: true });
    this.braking = page.getByRole('heading', { name: 'Braking…', exact: true });
    this.braked = page.getByRole('heading', { name: 'Brake: results', exact: true });
    this.looked = this.region.locator('#run-looked');
    this.kinds = this.region.getByRole('table').filter({ hasText: 'By kind' });
    this.saveLost = this.region.getByRole('button', { name: 'Export those that came too late (CSV)' });
    this.line = this.region.locator('.run-line');
    this.progress = this.region.getByRole('progressbar', { name: 'Commands finished' });
    this.stop = this.region.getByRole('button', { name: /^Stop/ });
    this.resume = this.region.getByRole('button', { name: 'Resume', exact: true });
    this.tryAgain = this.region.getByRole('button', { name: /^Retry \d+ commands?$/ });
    this.alarm = this.region.locator('.notice.loud');
    this.close = this.region.getByRole('button', { name: 'Close results' });
    this.table = this.region.getByRole('table', { name: 'Result for each command' });
  }

  /** Shows the rows of what is safe, too: at first only what needs attention is listed. */
  async showAll() {
    const filters = this.region.getByRole('group', { name: 'Filter results' });
    const all = filters.getByRole('button', { name: /^All [\d,]+$/ });
    await all.click();
    await expect(all).toHaveAttribute('aria-pressed', 'true');
  }

  /** The button that shows the results with this outcome only. */
  filter(outcome) {
    const name = new RegExp(`^${outcome} [\\d,]+$`);
    return this.region.getByRole('group', { name: 'Filter results' }).getByRole('button', { name });
  }

  rows() {
    return this.table.locator('tbody').getByRole('row');
  }

  row(target) {
    return this.rows().filter({ hasText: target.command });
  }

  outcome(target) {
    return this.row(target).getByRole('cell').nth(COLUMNS.outcome);
  }

  why(target) {
    return this.row(target).getByRole('cell').nth(COLUMNS.why);
  }

  readAgain(target) {
    return this.row(target).getByRole('button', { name: /^Check again: / });
  }

  /** What the page says of each target. */
  said() {
    return this.rows().evaluateAll((rows) =>
      rows.map((row) => ({
        command: row.querySelector('.id').innerText.trim(),
        device: row.cells[0].title,
        outcome: row.cells[2].innerText.trim(),
        text: row.innerText,
      })),
    );
  }
}
