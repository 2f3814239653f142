/**
 * A picture's bytes and pixels, beside the `<img>` that shows it: the browser tells neither its format nor its values otherwise.
 *
 *     const decoded = new Decoded();
 *     $effect(() => decoded.load(url));     after a pause, so that sliding past a hundred pictures decodes only the last
 *     decoded.url                           the address that the rest is about
 *     decoded.head, .bytes, .pixels, .statistics, .failure
 */

import { reasonOf } from '../../lib/api';
import { Latest } from '../../lib/latest';
import { readHead, undecodableWords, type PictureHead } from './picture';
import { statisticsOf, type Pixels, type PixelStatistics } from './pixel';

/** Long enough to slide over, too short to be noticed. */
const PAUSE_MS = 60;

export class Decoded {
  url = $state('');
  head = $state.raw<PictureHead | null>(null);
  /** Size of the encoded picture; null before it is there. */
  size = $state<number | null>(null);
  pixels = $state.raw<Pixels | null>(null);
  statistics = $state.raw<PixelStatistics | null>(null);
  /** Why there are no pixels, to stand after the step. */
  failure = $state<string | null>(null);

  readonly #latest = new Latest();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What this is about from now on; an empty address is nothing. `anew` asks the server even if the browser has kept an answer. */
  load(url: string, anew = false): void {
    clearTimeout(this.#timer);
    if (url === '') {
      this.#latest.cancel();
      this.#take(url, null, null, null, null);
    } else this.#timer = setTimeout(() => void this.#read(url, anew), this.url === '' ? 0 : PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#latest.cancel();
  }

  async #read(url: string, anew: boolean): Promise<void> {
    const outcome = await this.#latest.run(async (signal) => {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        const response = await fetch(url, { signal, cache: anew ? 'reload' : 'default' });
        if (!response.ok) return { failure: await sentenceOf(response) };
        bytes = new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        if (signal.aborted) throw error;
        return { failure: 'the server did not answer' };
      }
      const head = readHead(bytes);
      try {
        return { bytes, head, pixels: await pixelsOf(bytes) };
      } catch (error) {
        // The browser's own words ("The source image could not be decoded.") say less than the bytes do.
        const { words, code } = undecodableWords(bytes);
        return { bytes, head, failure: error instanceof RangeError ? reasonOf(error) : `${words} ${code}`.trim() };
      }
    });
    if (outcome.stale) return;
    const { bytes, head, pixels, failure } = outcome.value as {
      bytes?: Uint8Array;
      head?: PictureHead | null;
      pixels?: Pixels;
      failure?: string;
    };
    this.#take(url, bytes?.length ?? null, head ?? null, pixels ?? null, failure ?? null);
  }

  #take(
    url: string,
    size: number | null,
    head: PictureHead | null,
    pixels: Pixels | null,
    failure: string | null,
  ): void {
    this.url = url;
    this.size = size;
    this.head = head;
    this.pixels = pixels;
    this.statistics = pixels === null ? null : statisticsOf(pixels, head?.channels ?? null);
    this.failure = failure;
  }
}

/** Values as they were logged: without the colour management and the multiplication with alpha that a page applies to what it draws. */
async function pixelsOf(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels> {
  const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null)
      throw new RangeError(
        `a picture of ${bitmap.width} × ${bitmap.height} pixels is more than this browser can read back`,
      );
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
