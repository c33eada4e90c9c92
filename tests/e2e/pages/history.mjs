// Past runs of this browser.

export class History {
  constructor(page) {
    this.page = page;
    this.opener = page.getByRole('banner').getByRole('button', { name: 'History', exact: true });
    this.dialog = page.locator('dialog.history');
    this.runs = this.dialog.locator('.past-runs > li');
    this.close = this.dialog.getByRole('button', { name: 'Close', exact: true });
    this.back = this.dialog.getByRole('button', { name: 'All runs', exact: true });
    this.deleteAll = this.dialog.getByRole('button', { name: 'Delete all', exact: true });
    this.question = this.dialog.getByRole('alertdialog');
    this.rows = this.dialog.getByRole('table', { name: 'Result for each command' }).locator('tbody').getByRole('row');
  }

  async open() {
    await this.opener.click();
  }

  /** Saves a run and gives the file's path. */
  async save(run, format) {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      run.getByRole('button', { name: format, exact: true }).click(),
    ]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }
}
