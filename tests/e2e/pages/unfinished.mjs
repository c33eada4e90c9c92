// Runs that were broken off, as they are offered on opening a connection.

export class Unfinished {
  constructor(page) {
    this.region = page.getByRole('region', { name: 'Unfinished runs' });
    this.items = this.region.getByRole('listitem');
    this.resume = this.region.getByRole('button', { name: /^Resume the run of / });
  }
}
