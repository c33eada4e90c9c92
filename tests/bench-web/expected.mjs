// What must be on screen, computed from the simulator's ledger and not from what the page says.

/** A device as the table shows it and as its filter looks at it. */
export const short = (device) => device.slice(device.indexOf(':') + 1);

/** Texts of the simulator's names and kinds: what is searched for must be in none of them. */
const OTHER_TEXTS = 'set active power limit yaw mode start turbine stop reset fault factor on off report interval open '
  + 'relay close synchronise time measurement point setting service invocation asset: key: 0123456789';

export class Expected {
  constructor(truth) {
    this.commands = truth;
    // A device is found by any of its references.
    this.devices = new Map();
    for (const { device, also } of truth) {
      const known = this.devices.get(device) ?? { names: [device, ...also].map((one) => short(one).toLowerCase()), rows: 0 };
      known.rows += 1;
      this.devices.set(device, known);
    }
  }

  isFound(device, text) {
    return this.devices.get(device).names.some((name) => name.includes(text));
  }

  /** The rows that a filter by this text leaves; it is a text that occurs in devices only. */
  matching(text) {
    return this.commands.filter(({ device }) => this.isFound(device, text));
  }

  /** How many they are. */
  count(text) {
    return [...this.devices].reduce((sum, [device, { rows }]) => sum + (this.isFound(device, text) ? rows : 0), 0);
  }

  /** Two letters that so many rows have, or as nearly as there are any: the first letter has more of them. */
  query(rows) {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => !OTHER_TEXTS.includes(letter));
    const pairs = letters.flatMap((first) => [...'abcdefghijklmnopqrstuvwxyz'].map((second) => first + second));
    const counts = pairs.map((pair) => [pair, this.count(pair)]).filter(([, count]) => count > 0);
    const off = ([, count]) => Math.abs(count - rows);
    return counts.sort((a, b) => off(a) - off(b))[0][0];
  }

  /** The ids that may stand first in an order by `key`, from the smallest and from the greatest. */
  firsts(key, commands = this.commands) {
    const keys = commands.map(key);
    const of = (wanted) => commands.filter((_, at) => keys[at] === wanted).map(({ command }) => command);
    const [least, most] = [keys.reduce((a, b) => (b < a ? b : a)), keys.reduce((a, b) => (b > a ? b : a))];
    return [of(least), of(most)];
  }
}
