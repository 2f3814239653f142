/**
 * Light or dark, and colours for canvases.
 *
 *     theme.dark             is the page dark now
 *     theme.colour('--ink')  the value of a token as it is now; reading it in an $effect or $derived makes that follow the theme
 */

import { view } from './view.svelte';

class ThemeStore {
  #system = $state(false);
  #applied = $state(0);
  readonly dark = $derived(view.theme === 'dark' || (view.theme === 'system' && this.#system));

  colour(token: string): string {
    void this.#applied;
    return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  }

  start(): () => void {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const onChange = () => (this.#system = query.matches);
    onChange();
    query.addEventListener('change', onChange);
    const stop = $effect.root(() => {
      // Before the effects of components, which read tokens.
      $effect.pre(() => {
        document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
        this.#applied = this.dark ? 2 : 1;
      });
    });
    return () => {
      stop();
      query.removeEventListener('change', onChange);
    };
  }
}

export const theme = new ThemeStore();
