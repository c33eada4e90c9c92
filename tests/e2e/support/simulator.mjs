// The simulator as a test sees it: what it announces, and its test-only address.
import { start } from './process.mjs';

/** The test-only address of the simulator at `origin`. */
export function control(origin) {
  const ask = async (method, path, body) => {
    const answer = await fetch(`${origin}/_sim/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`/_sim/${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  };
  const ledger = (query = '') => ask('GET', `ledger${query}`);
  return {
    origin,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body ?? {}),
    options: (changes) => ask('PATCH', 'options', changes),
    /** What is true, to compare with what the page says. */
    ledger,
    async commandsOf(device) {
      return (await ledger(`?device=${encodeURIComponent(device)}`)).commands;
    },
    /** What is true of one command. */
    async truth(target) {
      const { commands } = await ledger();
      const entry = commands.find(({ command }) => command === target.command);
      if (!entry) throw new Error(`the ledger knows no command ${target.command}`);
      return entry;
    },
    /** How often an operation was asked for. */
    async received(operation) {
      return (await ledger()).requests[operation]?.received ?? 0;
    },
    /** Gives a device a command that waits until somebody cancels or moves it. */
    async hold(device, kind, more = {}) {
      const { commands } = await ask('POST', 'commands', { device, kind, hold: true, ...more });
      return more.count === undefined ? commands[0] : commands;
    },
    /** Ends whatever waits on these devices. */
    async idle(devices) {
      for (const device of devices) {
        const { commands } = await ledger(`?device=${encodeURIComponent(device)}`);
        for (const { command, state } of commands) {
          if (state === 'pending') await ask('POST', 'commands/state', { device, command, state: 'expired' });
        }
      }
      return devices;
    },
    setState: (target, state) => ask('POST', 'commands/state', { ...target, state }),
    /** `matches` says which requests a fault meets. */
    fault: (matches, fault, more = {}) => ask('POST', 'faults', { match: matches, fault, ...more }),
    noFaults: () => ask('DELETE', 'faults'),
  };
}

export async function startSimulator(...args) {
  const { said, stop } = await start(['simulate', '--listen', '127.0.0.1:0', ...args]);
  return { ...said, ...control(new URL(said.enos.base_url).origin), stop };
}
