// Vitest's environment for this project: Node without a DOM, but with modules compiled as for the browser. In Vitest's own "node"
// environment Svelte compiles for server rendering, where effects never run and a store's reactivity can't be tested.
import type { Environment } from 'vitest/runtime';

export default {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => {} }),
} satisfies Environment;
