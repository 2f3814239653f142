/** Which directories and groups are unfolded. State: it is in no URL, and a question asked anew begins anew. */

import { SvelteSet } from 'svelte/reactivity';
import type { Node } from '../table';

/** With more runs than this, directories begin folded. */
const FEW = 200;

class Folding {
  /** Keys that are not as they begin. */
  readonly #turned = new SvelteSet<string>();

  isOpen(node: Node, total: number): boolean {
    return (!node.group && total <= FEW) !== this.#turned.has(node.key);
  }

  set(node: Node, open: boolean, total: number): void {
    if (this.isOpen(node, total) === open) return;
    if (!this.#turned.delete(node.key)) this.#turned.add(node.key);
  }
}

export const folding = new Folding();
