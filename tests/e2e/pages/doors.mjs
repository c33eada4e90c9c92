// What is at hand on every screen: saved connections, switching, settings, the palette, the help sheet.

export class Doors {
  constructor(page) {
    this.page = page;
    this.saved = page.getByRole('region', { name: 'Saved connections' });
    this.save = page.getByRole('checkbox', { name: 'Save this connection' });
    this.name = page.locator('#profile-name');
    this.keep = page.getByRole('checkbox', { name: 'Keep the key until this tab closes' });
    this.idle = page.locator('#idle-limit');
    this.edit = page.getByRole('dialog', { name: 'Edit connection' });
    this.openSettings = page.getByRole('button', { name: 'Settings' });
    this.settings = page.getByRole('dialog', { name: 'Settings' });
    this.switch = page.getByRole('button', { name: /: switch connection$/ });
    this.menu = page.getByRole('dialog', { name: 'Switch connection' });
    this.palette = page.getByRole('dialog', { name: 'What do you want to do?' });
    this.typed = this.palette.getByRole('combobox');
    this.options = this.palette.getByRole('option');
    this.help = page.getByRole('dialog', { name: 'Shortcuts' });
    this.about = page.getByRole('dialog', { name: 'About this console' });
    this.banner = page.locator('.reach');
  }

  async openAbout() {
    await this.openSettings.click();
    await this.settings.getByRole('button', { name: 'About this console' }).click();
  }

  /** The saved connection of this name. */
  entrance(name) {
    return this.saved.getByRole('button', { name, exact: true });
  }

  root(name) {
    return this.page.evaluate((name) => document.documentElement.getAttribute(name), name);
  }
}
