// The connections of the page's own server, and signing in there.
import { expect } from '@playwright/test';

export class Server {
  constructor(page) {
    this.page = page;
    this.region = page.getByRole('region', { name: 'Connections on this server' });
    this.nobody = this.region.getByText('You are not signed in');
    this.token = page.getByLabel('Server token');
    this.signIn = page.getByRole('button', { name: 'Sign in', exact: true });
    /** The link to where one signs in. */
    this.signInElsewhere = this.region.getByRole('link', { name: 'Sign in', exact: true });
    this.signOut = this.region.getByRole('button', { name: 'Sign out' });
    this.own = page.getByText('Connect with your own key');
    this.choices = this.region.getByRole('listitem').getByRole('button');
    this.menu = page.getByRole('dialog', { name: 'Switch connection' });
    this.openMenu = page.getByRole('button', { name: /: switch connection$/ });
    /** Said over an open connection when the session has ended. */
    this.ended = page.getByRole('alert', { name: 'Your session on this server has ended: sign in again' });
    this.viewer = page.getByText('You are a viewer here');
    this.approvals = page.getByRole('region', { name: 'Approval requests' });
    this.waiting = page.getByRole('region', { name: 'Waiting for approval' });
    this.withdraw = this.waiting.getByRole('button', { name: 'Withdraw' });
    this.judged = page.getByRole('dialog', { name: /asks to cancel/ });
    this.approve = this.judged.getByRole('button', { name: /^Approve / });
    this.decline = this.judged.getByRole('button', { name: 'Decline' });
    /** The commands that are asked about, as the server read them. */
    this.asked = this.judged.getByRole('group').getByRole('listitem');
    this.later = this.judged.getByRole('button', { name: 'Decide later' });
  }

  connection(name) {
    return this.region.getByRole('button', { name, exact: true });
  }

  /** What is asked for by others. */
  look(by) {
    return this.approvals.getByRole('button', { name: new RegExp(`^Review what ${by} asks for`) });
  }

  async signInWith(token) {
    await this.token.fill(token);
    await this.signIn.click();
  }

  /** Opens the page, signs in, and opens a connection by the page's address, which may name more. */
  async open(address, token, name, more = '') {
    await this.page.goto(`${address}#connection=${name}${more}`);
    await this.signInWith(token);
    await expect(this.page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
  }
}
