// What every test gets: processes that end with it, and a browser that is watched.
import { test as base } from '@playwright/test';

import { startConsole, startDemo } from './console.mjs';
import { startSimulator } from './simulator.mjs';
import { watch } from './watch.mjs';
import { Workspace } from '../pages/workspace.mjs';
import { ConnectPage } from '../pages/connect.mjs';

export { expect } from '@playwright/test';

export const test = base.extend({
  /** Starts things that are stopped when the test is over. */
  started: async ({ watched }, use) => {
    const running = [];
    await use(async (starting) => {
      const process = await starting;
      running.push(process);
      return process;
    });
    watched.end();
    // Each is stopped, also where another could not be.
    const stopped = await Promise.allSettled(running.map((process) => process.stop()));
    const failed = stopped.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  },

  simulatorOptions: [[], { option: true }],

  /** A simulator of the test's own. */
  simulator: async ({ started, simulatorOptions }, use) => {
    await use(await started(startSimulator(...simulatorOptions)));
  },

  /** A console that may talk to that simulator. */
  served: async ({ started, simulator }, use) => {
    await use(await started(startConsole(simulator.origin)));
  },

  /** A console with the demonstration. */
  demo: async ({ started }, use) => {
    await use(await started(startDemo()));
  },

  /** Whatever the browser complains of without being expected to fails the test. */
  watched: [
    async ({ page }, use, info) => {
      const watched = await watch(page);
      await use(watched);
      if (info.status !== info.expectedStatus) {
        await info.attach('what the browser said', { body: [...watched.messages, ...watched.failed].join('\n') });
      }
      base.expect(watched.unexpected(), 'what the browser complains of').toEqual([]);
    },
    { auto: true },
  ],

  connectPage: async ({ page }, use) => {
    await use(new ConnectPage(page));
  },

  workspace: async ({ page }, use) => {
    await use(new Workspace(page));
  },

  /** Opens the console and connects it to the test's simulator as `vendor`, through the form. */
  connected: async ({ connectPage, served, simulator, workspace }, use) => {
    await use(async (vendor, devices = []) => {
      await connectPage.open(served.address);
      await connectPage.fill(vendor, vendor.entered(simulator));
      await connectPage.connect.click();
      await workspace.isOpen();
      if (devices.length > 0) await workspace.devices.paste(devices.join('\n'));
      return workspace;
    });
  },
});
