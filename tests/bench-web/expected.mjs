// What must be on screen, computed from the simulator's ledger and not from what the page says.

/** A device as the table shows it and as its filter looks at it. */
export const short = (device) => device.slice(device.indexOf(':') + 1);

/** Texts of the simulator's names and kinds: what is searched for must be in none of them. */
const OTHER_TEXTS = 'set active power limit yaw mode start turbine stop reset fault factor on off report interval open '
  + 'relay close synchronise time measurement point setting service invocation asset: key: 0123456789';

export class Expected {
  constructor(truth) {
    this.commands = truth;
    this.perDevice = new Map();
    for (const { device } of truth) this.perDevice.set(device, (this.perDevice.get(device) ?? 0) + 1);
    this.searched = [...this.perDevice.keys()].map((device) => [short(device).toLowerCase(), device]);
  }

  /** How many rows a filter by this text leaves; it is a text that occurs in devices only. */
  count(text) {
    return this.searched.reduce((sum, [searched, device]) => sum + (searched.includes(text) ? this.perDevice.get(device) : 0), 0);
  }

  /** Two letters that so many rows have, or as nearly as there are any: the first letter has more of them. */
  query(rows) {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => !OTHER_TEXTS.includes(letter));
    const pairs = letters.flatMap((first) => [...'abcdefghijklmnopqrstuvwxyz'].map((second) => first + second));
    const off = (pair) => Math.abs(this.count(pair) - rows);
    return pairs.filter((pair) => this.count(pair) > 0).sort((a, b) => off(a) - off(b))[0];
  }

  /** The ids that may stand first in an order by `key`, from the smallest and from the greatest. */
  firsts(key) {
    const keys = this.commands.map(key);
    const of = (wanted) => this.commands.filter((_, at) => keys[at] === wanted).map(({ command }) => command);
    const [least, most] = [keys.reduce((a, b) => (b < a ? b : a)), keys.reduce((a, b) => (b > a ? b : a))];
    return [of(least), of(most)];
  }
}
