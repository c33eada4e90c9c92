// The console's texts as their files have them, and what of a page is in English.
import { readFileSync } from 'node:fs';

/** The messages of a language by section and key. */
export function messages(language) {
  const text = readFileSync(new URL(`../../../crates/console/lang/${language}.txt`, import.meta.url), 'utf8');
  const found = new Map();
  let section = '';
  for (const line of text.split('\n').map((line) => line.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) section = line.slice(1, -1);
    else {
      const at = line.indexOf('=');
      const key = line.slice(0, at).trim().replace(/\(.*\)$/, '');
      found.set(`${section}.${key}`, line.slice(at + 1).trim());
    }
  }
  return found;
}

// Words that neither Spanish nor a vendor's data has.
const ENGLISH = /\b(the|of|and|not|with|this|are|devices?|commands?|waits?|waiting|selected|choose|cancel)\b/i;

// Names of permissions and hosts are the same in every language ("mdm.android.command.list, .cancel").
const DOTTED = /[\w-]*(\.[\w-]+)+/g;

/** The words of a message that stand together, without its arguments. */
const fragments = (message) => message.split(/\{[^{}]*\}|[{}#]/).map((words) => words.trim());

/** Everything of the page that a person reads or hears, but for what the vendor says. */
async function said(page) {
  return page.evaluate(() => {
    const foreign = 'pre, code, .mono, .kind, .name, .vendor, h1, option, [lang]:not(html)';
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement, data } = walk.currentNode;
      const hidden = parentElement.closest('script, style, noscript');
      if (!hidden && !parentElement.closest(foreign) && data.trim() !== '') texts.push(data.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      if (element.closest('pre, .mono')) continue;
      for (const name of ['aria-label', 'title', 'placeholder']) {
        const value = element.getAttribute(name);
        if (value) texts.push(value);
      }
    }
    return texts;
  });
}

/** What of the page is in English though the page is in another language. */
export async function englishLeftOver(page, language) {
  const other = [...messages(language).values()].join('\n');
  const long = [...messages('en').values()]
    .flatMap(fragments)
    .filter((words) => words.length >= 8 && !other.includes(words));
  const texts = (await said(page)).map((text) => text.replace(DOTTED, ''));
  return texts.filter((text) => ENGLISH.test(text) || long.some((words) => text.includes(words)));
}
