// Everything that a page keeps where somebody else could find it.

/** The text of the document and its fields, the address, and every store of the browser. */
export async function kept(page) {
  const inPage = await page.evaluate(async () => {
    // Bytes are looked through as the text that they are.
    const readable = (_, value) => {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
      return value;
    };
    const stores = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        stores.push(await new Promise((resolve) => (all.onsuccess = () => resolve([name, store, all.result]))));
      }
      database.close();
    }
    const caches = [];
    for (const key of await window.caches.keys()) {
      const cache = await window.caches.open(key);
      caches.push(key, ...(await cache.keys()).map(({ url }) => url));
    }
    return [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value),
      document.title,
      location.href,
      document.referrer,
      document.cookie,
      window.name,
      JSON.stringify(history.state),
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(stores, readable),
      JSON.stringify(caches),
    ].join('\n');
  });
  const cookies = await page.context().cookies();
  return `${inPage}\n${JSON.stringify(cookies)}`;
}
