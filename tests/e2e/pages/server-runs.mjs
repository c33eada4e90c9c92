// Runs that the page's own server drives.

export class ServerRuns {
  constructor(page) {
    this.region = page.getByRole('region', { name: 'Runs on this server' });
    this.items = this.region.getByRole('listitem');
    this.reason = page.getByLabel('Reason (optional)');
    this.ticket = page.getByLabel('Ticket (optional)');
    const run = page.getByRole('region', { name: /^(Cancelling…|Results)$/ });
    this.goesOn = run.getByText('You can close this page or these results: the run goes on.');
    this.unanswered = run.getByText('The server does not respond');
    this.journal = run.getByRole('button', { name: 'Journal', exact: true });
  }

  /** Shows the run with this title. */
  async show(title) {
    await this.region.getByRole('button', { name: `Show: ${title}`, exact: true }).click();
  }
}
