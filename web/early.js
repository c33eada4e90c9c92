// Before anything is seen: the theme and the density that were chosen.
(() => {
  try {
    const { theme, density } = JSON.parse(localStorage.getItem('countermand.settings')) ?? {};
    const root = document.documentElement.dataset;
    if (['light', 'dark'].includes(theme)) root.theme = theme;
    if (density === 'compact') root.density = density;
  } catch {
    // Nothing is kept here, or nonsense: as the system has it.
  }
})();
