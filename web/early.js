// Before anything is seen: the theme and the density that were chosen. After everything, when the page has
// had the network and the processor for itself: the worker that lets the page open without a network.
(() => {
  // What needs no key is asked for while the program is on its way. It takes each answer once: a text, null
  // where there is none, undefined where nobody answers or the host leads elsewhere.
  const asked = (globalThis.countermandAsked = {});
  const ask = (name, credentials) => {
    const how = { credentials, cache: 'no-store', redirect: 'manual', referrerPolicy: 'no-referrer' };
    asked[name] = fetch(name, how)
      .then((answer) => (answer.type === 'opaqueredirect' ? undefined : answer.ok ? answer.text() : null))
      .catch(() => undefined);
  };
  ask('connections.json', 'same-origin');
  try {
    const { theme, density } = JSON.parse(localStorage.getItem('countermand.settings')) ?? {};
    const root = document.documentElement.dataset;
    if (['light', 'dark'].includes(theme)) root.theme = theme;
    if (density === 'compact') root.density = density;
  } catch {
    // Nothing is kept here, or nonsense: as the system has it.
  }
  let wanted;
  try {
    wanted = localStorage.getItem('countermand.lang');
  } catch {
    // Nothing is kept here.
  }
  // As the program chooses: what was kept, or else the first that is spoken.
  const spoken = (tag) => /^(en|es|zh)(?![^-_])/i.exec(tag ?? '')?.[1].toLowerCase();
  const language = spoken(wanted) ?? navigator.languages.map(spoken).find(Boolean);
  if (language && language !== 'en') ask(`lang/${language}.txt`, 'omit');
  // The program takes its time on a slow line, and may not come at all: neither is an empty page.
  const word = () => document.getElementById('coming-word');
  const say = (words) => {
    const spoken = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in words);
    if (word()) word().textContent = words[spoken ?? 'en'];
  };
  addEventListener('DOMContentLoaded', () => say({ en: 'Loading…', es: 'Cargando…', zh: '正在加载…' }));
  const failed = () => {
    word()?.classList.remove('busy');
    say({
      en: 'The program of this page could not be loaded. Check the network, then load the page again.',
      es: 'No se ha podido cargar el programa de esta página. Compruebe la red y vuelva a cargarla.',
      zh: '无法加载本页面的程序。请检查网络，然后重新加载页面。',
    });
  };
  addEventListener('unhandledrejection', failed);
  // Also what is not heard above its own element: a script that does not come.
  addEventListener('error', failed, true);

  const keepShell = () => {
    if (!('serviceWorker' in navigator)) return;
    const url = 'sw.js';
    const policy = globalThis.trustedTypes?.createPolicy('countermand-worker', {
      createScriptURL: (asked) => {
        if (asked !== url) throw new TypeError('only the worker of this page');
        return asked;
      },
    });
    // Where it cannot be registered, the page works all the same, with a network.
    navigator.serviceWorker.register(policy ? policy.createScriptURL(url) : url, { updateViaCache: 'none' }).catch(() => {});
  };
  addEventListener('load', () => setTimeout(keepShell, 2_000));
})();
