// Runs before the first paint, so that a dark page does not flash white. stores/theme.svelte.ts is what decides later.
(function () {
  var theme = new URLSearchParams(location.search).get('theme');
  try {
    theme = theme || JSON.parse(localStorage.getItem('sightline.view') || '{}').theme;
  } catch (error) {
    theme = theme || 'system'; // Storage is switched off or holds something else: the system decides.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
