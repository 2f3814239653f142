/** The rooms: one folder for each kind of data, the mirror of Python's `KINDS`. This is the only list of them, in the order of their tabs. */

import type { Component } from 'svelte';
import type { SettingsSpec } from '../lib/spec';
import { SETTINGS as image } from './image/settings';
import { SETTINGS as scalar } from './scalar/settings';
import { SETTINGS as text } from './text/settings';

export interface Kind {
  /** The room's name, as in Python and in the API. */
  readonly name: string;
  /** What the tab says. */
  readonly title: string;
  /** One of them, for sentences: "No images in the runs shown". */
  readonly many: string;
  /** The writer's call that makes one, shown where there is none yet. */
  readonly call: string;
  /** What goes into the URL. */
  readonly settings: SettingsSpec;
  /** How this dashboard likes the runs panel. */
  readonly panel: 'wide' | 'narrow' | 'folded';
  /** The dashboard, fetched when it is first opened. It takes no props and fills the frame with `app/Frame.svelte`. */
  readonly load: () => Promise<{ default: Component }>;
}

export const KINDS: readonly Kind[] = [
  {
    name: 'scalar',
    title: 'Scalars',
    many: 'scalars',
    call: 'writer.add_scalar("loss/train", loss, step)',
    settings: scalar,
    panel: 'wide',
    load: () => import('./scalar/Dashboard.svelte'),
  },
  {
    name: 'image',
    title: 'Images',
    many: 'images',
    call: 'writer.add_image("generated", image, step)',
    settings: image,
    panel: 'narrow',
    load: () => import('./image/Dashboard.svelte'),
  },
  {
    name: 'text',
    title: 'Text',
    many: 'texts',
    call: 'writer.add_text("notes", "learning rate *halved*", step)',
    settings: text,
    panel: 'narrow',
    load: () => import('./text/Dashboard.svelte'),
  },
];
