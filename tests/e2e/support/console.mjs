// The console's server as a test sees it.
import { fileURLToPath } from 'node:url';

import { start } from './process.mjs';
import { control } from './simulator.mjs';

export const dist = process.env.COUNTERMAND_DIST ?? fileURLToPath(new URL('../../../dist', import.meta.url));

/** Serves the built console, which may talk to these origins. */
export async function startConsole(...origins) {
  const connect = origins.flatMap((origin) => ['--connect', origin]);
  const { said, stop } = await start(['serve', '--listen', '127.0.0.1:0', '--dist', dist, ...connect]);
  return { address: `${said.console}/`, stop };
}

/** Serves it with the demonstration's simulator beside it. */
export async function startDemo() {
  const { said, stop } = await start(['serve', '--demo', '--listen', '127.0.0.1:0', '--dist', dist]);
  const address = `${said.console}/`;
  const answer = await fetch(`${address}connections.json`);
  const { demo } = await answer.json();
  const of = (provider) => demo.find((connection) => connection.provider === provider);
  const [applivery, enos] = [of('applivery'), of('enos')];
  return { address, stop, applivery, enos, ...control(new URL(enos.base_url).origin) };
}
