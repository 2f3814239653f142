/**
 * A toolbar keeps within its window: parts of it that also stand elsewhere give way, the first of the order first, until the rest has room.
 *
 *     <div data-gives="y">…</div>     <span class="grow" {@attach giveWay(['labels', 'y'], (gone) => (spare = gone))}></span>
 *
 * The attached element stands directly in the toolbar. A part is out of sight as `hidden`, and comes back when there is room again.
 */

import type { Attachment } from 'svelte/attachments';

/** `order` are names of parts (`data-gives`), `onchange` gets those that gave way. */
export function giveWay(
  order: readonly string[],
  onchange: (gone: readonly string[]) => void,
): Attachment<HTMLElement> {
  return (inside) => {
    const bar = inside.parentElement!;
    let told = '';

    function fit() {
      const parts = [...bar.querySelectorAll<HTMLElement>('[data-gives]')];
      for (const part of parts) part.hidden = false;
      const gone: string[] = [];
      for (const name of order) {
        if (!overflows(bar)) break;
        gone.push(name);
        for (const part of parts) if (part.dataset['gives'] === name) part.hidden = true;
      }
      if (told === gone.join(' ')) return;
      told = gone.join(' ');
      onchange(gone);
    }

    const sizes = new ResizeObserver(fit);
    const watch = () => {
      sizes.disconnect();
      for (const one of [bar, ...bar.children]) sizes.observe(one);
    };
    const children = new MutationObserver(watch);
    children.observe(bar, { childList: true });
    watch();
    return () => {
      sizes.disconnect();
      children.disconnect();
    };
  };
}

function overflows(bar: HTMLElement): boolean {
  const right = bar.getBoundingClientRect().right - parseFloat(getComputedStyle(bar).paddingRight);
  return [...bar.children].some((part) => part.getBoundingClientRect().right > right + 0.5);
}
