// Before anything is seen: the theme and the density that were chosen. After everything, when the page has
// had the network and the processor for itself: the worker that lets the page open without a network.
(() => {
  try {
    const { theme, density } = JSON.parse(localStorage.getItem('countermand.settings')) ?? {};
    const root = document.documentElement.dataset;
    if (['light', 'dark'].includes(theme)) root.theme = theme;
    if (density === 'compact') root.density = density;
  } catch {
    // Nothing is kept here, or nonsense: as the system has it.
  }
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
