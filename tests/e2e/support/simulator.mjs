// The simulator as a test sees it: what it announces, and its test-only address.
import { start } from './process.mjs';

export async function startSimulator(...args) {
  const { said, stop } = await start(['simulate', '--listen', '127.0.0.1:0', ...args]);
  const origin = new URL(said.enos.base_url).origin;
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
  return {
    ...said,
    origin,
    stop,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body ?? {}),
  };
}
