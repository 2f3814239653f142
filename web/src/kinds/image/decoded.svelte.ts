/**
 * A picture's bytes and pixels, beside the `<img>` that shows it: the browser tells neither its format nor its values otherwise.
 *
 *     const decoded = new Decoded();
 *     $effect(() => decoded.load(url));     after a pause, so that sliding past a hundred pictures decodes only the last
 *     decoded.url                           the address that `decoded.reading` is about
 */

import { Latest } from '../../lib/latest';
import { isWhole, readHead, undecodableWords, type PictureHead } from './picture';
import { statisticsOf, type Pixels, type PixelStatistics } from './pixel';

/** What is known of a picture. */
export interface Reading {
  /** Bytes; null when they could not be fetched. */
  readonly size: number | null;
  /** Null when the bytes begin like no picture. */
  readonly head: PictureHead | null;
  readonly pixels: Pixels | null;
  readonly statistics: PixelStatistics | null;
  /** False when the bytes break off: then the lower part of the picture is missing. */
  readonly whole: boolean;
  /** Why there are no pixels, to stand after "Step 9,600: "; null when there are. */
  readonly failure: string | null;
}

const NOTHING: Reading = { size: null, head: null, pixels: null, statistics: null, whole: true, failure: null };
/** Long enough to slide over, too short to be noticed. */
const PAUSE_MS = 60;

export class Decoded {
  url = $state('');
  reading = $state.raw<Reading>(NOTHING);

  readonly #latest = new Latest();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What this is about from now on; an empty address is nothing. `anew` asks the server even if the browser has kept an answer. */
  load(url: string, anew = false): void {
    clearTimeout(this.#timer);
    if (url === '') {
      this.#latest.cancel();
      this.url = '';
      this.reading = NOTHING;
    } else this.#timer = setTimeout(() => void this.#read(url, anew), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#latest.cancel();
  }

  async #read(url: string, anew: boolean): Promise<void> {
    const outcome = await this.#latest.run((signal) => read(url, anew, signal));
    if (outcome.stale) return;
    this.url = url;
    this.reading = outcome.value;
  }
}

async function read(url: string, anew: boolean, signal: AbortSignal): Promise<Reading> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(url, { signal, cache: anew ? 'reload' : 'default' });
    if (!response.ok) return { ...NOTHING, failure: await sentenceOf(response) };
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...NOTHING, failure: 'the server did not answer' };
  }
  const head = readHead(bytes);
  const about = { ...NOTHING, size: bytes.length, head, whole: head === null || isWhole(bytes, head) };
  try {
    const pixels = await pixelsOf(bytes);
    return { ...about, pixels, statistics: statisticsOf(pixels) };
  } catch {
    // The browser's own words ("The source image could not be decoded.") say less than the bytes do.
    const { words, code } = undecodableWords(bytes);
    return { ...about, failure: `${words} ${code}`.trim() };
  }
}

/**
 * Values as they were logged, without the colour management that a page applies to what it draws. A canvas keeps colours multiplied with
 * alpha, so the values of pixels that are nearly transparent come back rounded.
 */
async function pixelsOf(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('This browser gives no canvas.');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** The server's reason, ready to stand after "Step 9,600: ". */
async function sentenceOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => null);
  const words =
    typeof problem === 'object' && problem !== null
      ? Object.values(problem).find((value) => typeof value === 'string')
      : undefined;
  return typeof words === 'string' ? words : `the server answered ${response.status}`;
}
