// Medians, and the figures as `cargo xtask bench-web` reads them: a line of JSON each.
import { readFile } from 'node:fs/promises';

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What was measured, round after round, by name. */
export class Measured {
  #values = new Map();

  put(name, value) {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  median(name) {
    return median(this.#values.get(name) ?? []);
  }

  worst(name) {
    return Math.max(...(this.#values.get(name) ?? [NaN]));
  }

  has(name) {
    return this.#values.has(name);
  }

  all() {
    return Object.fromEntries(this.#values);
  }
}

/** What the peer lab wrote of the pages that somebody would use instead. */
export async function readPeers(file) {
  if (!file) return null;
  const { apps } = JSON.parse(await readFile(file, 'utf8'));
  return {
    of(app, ...names) {
      const stats = apps[app]?.stats;
      if (!stats) throw new Error(`${file}: nothing of ${app}`);
      return names.reduce((sum, name) => sum + (stats[name]?.median ?? NaN), 0);
    },
  };
}

/** Prints one figure; `limit` is the most and `at_least` the least that it may be. */
export function print(name, value, unit, bound = {}) {
  const round = (number) => Math.round(number * 1_000) / 1_000;
  const figure = { name, value: round(value), unit };
  for (const [key, number] of Object.entries(bound)) if (Number.isFinite(number)) figure[key] = round(number);
  console.log(JSON.stringify(figure));
}
