/** A zoom is a range of the axis it was made on, and so is a limit: both go when the axis becomes another one. */
import { view } from '../../stores/view.svelte';
import { SETTINGS } from './settings';

export function forgetX(): void {
  const settings = view.settings(SETTINGS);
  settings.zoom = [];
  settings.limitsX = '';
}

export function forgetY(): void {
  const settings = view.settings(SETTINGS);
  settings.zoomY = [];
  settings.limitsY = '';
}
