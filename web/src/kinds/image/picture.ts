/**
 * What the first bytes of an encoded picture say: its format, size and channels. The browser decodes pictures itself but tells none of this.
 * Sources: PNG (RFC 2083, 3rd ed. §11.2.2), JPEG (ITU-T T.81 §B.2.2), GIF89a §18, WebP (RFC 9649), BMP (BITMAPINFOHEADER).
 */

export type Format = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP';

export interface PictureHead {
  format: Format;
  /** Pixels; null when the bytes end before saying so. */
  width: number | null;
  height: number | null;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha; null where the format does not say at its beginning. */
  channels: number | null;
  /** Bits for each channel; null likewise. */
  bits: number | null;
}

const EXTENSION: Record<Format, string> = { PNG: 'png', JPEG: 'jpg', GIF: 'gif', WebP: 'webp', BMP: 'bmp' };

/** The usual ending of a file's name. */
export function extensionOf(head: PictureHead | null): string {
  return head === null ? 'bin' : EXTENSION[head.format];
}

/** Reads the head of a picture; null when the bytes begin like none that is known. */
export function readHead(bytes: Uint8Array): PictureHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (offset: number, text: string) => [...text].every((c, i) => bytes[offset + i] === c.charCodeAt(0));
  const has = (end: number) => bytes.length >= end;

  if (begins(0, '\x89PNG\r\n\x1a\n')) {
    if (!has(26)) return unsized('PNG');
    // A palette (colour type 3) stands for colours.
    const channels = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }[bytes[25]!] ?? null;
    return {
      format: 'PNG',
      width: view.getUint32(16),
      height: view.getUint32(20),
      channels,
      bits: bytes[25] === 3 ? 8 : bytes[24]!,
    };
  }
  if (begins(0, '\xff\xd8\xff')) return readJpeg(bytes, view);
  if (begins(0, 'GIF87a') || begins(0, 'GIF89a')) {
    if (!has(10)) return unsized('GIF');
    return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true), channels: 3, bits: 8 };
  }
  if (begins(0, 'RIFF') && begins(8, 'WEBP')) return readWebp(bytes, view);
  if (begins(0, 'BM') && has(30)) {
    const perPixel = view.getUint16(28, true);
    return {
      format: 'BMP',
      width: view.getInt32(18, true),
      height: Math.abs(view.getInt32(22, true)),
      channels: perPixel === 32 ? 4 : 3,
      bits: 8,
    };
  }
  return null;
}

/** Size and channels stand in the frame header (SOF), after segments of any length. */
function readJpeg(bytes: Uint8Array, view: DataView): PictureHead {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // Fill byte.
      continue;
    }
    // SOF0 ... SOF15 without the tables and the reserved one that share their numbers (DHT, JPG, DAC).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return {
        format: 'JPEG',
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        channels: bytes[at + 9]!,
        bits: bytes[at + 4]!,
      };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return unsized('JPEG');
}

function readWebp(bytes: Uint8Array, view: DataView): PictureHead {
  const chunk = String.fromCharCode(...bytes.subarray(12, 16));
  const u24 = (at: number) => view.getUint16(at, true) | (bytes[at + 2]! << 16);
  if (chunk === 'VP8X' && bytes.length >= 30) {
    return { format: 'WebP', width: u24(24) + 1, height: u24(27) + 1, channels: bytes[20]! & 0x10 ? 4 : 3, bits: 8 };
  }
  if (chunk === 'VP8L' && bytes.length >= 25) {
    const packed = view.getUint32(21, true);
    return {
      format: 'WebP',
      width: (packed & 0x3fff) + 1,
      height: ((packed >>> 14) & 0x3fff) + 1,
      channels: packed & (1 << 28) ? 4 : 3,
      bits: 8,
    };
  }
  if (chunk === 'VP8 ' && bytes.length >= 30) {
    return {
      format: 'WebP',
      width: view.getUint16(26, true) & 0x3fff,
      height: view.getUint16(28, true) & 0x3fff,
      channels: 3,
      bits: 8,
    };
  }
  return unsized('WebP');
}

function unsized(format: Format): PictureHead {
  return { format, width: null, height: null, channels: null, bits: null };
}

/** Whether the bytes go on to the end that their format prescribes. Browsers draw what there is of a picture that breaks off, and say nothing. */
export function isWhole(bytes: Uint8Array, head: PictureHead): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Some writers pad: the end may be followed by zeros.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  switch (head.format) {
    case 'PNG':
      // The last chunk is IEND and its checksum.
      return end >= 8 && view.getUint32(end - 8) === 0x49454e44;
    case 'JPEG':
      return end >= 2 && bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
    case 'GIF':
      return bytes[end - 1] === 0x3b;
    case 'WebP':
      return bytes.length >= 8 && bytes.length >= view.getUint32(4, true) + 8;
    case 'BMP':
      return bytes.length >= 6 && bytes.length >= view.getUint32(2, true);
  }
}

/** Bytes as the page writes them: `00 00 3f 80`. */
export function hex(bytes: Uint8Array, count = 4): string {
  return Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Why the browser could not decode these bytes, to stand after "Step 9,600: ". `code` is what of it are bytes. */
export function undecodableWords(bytes: Uint8Array): { words: string; code: string } {
  const head = readHead(bytes);
  if (bytes.length === 0) return { words: 'the record holds no bytes for it', code: '' };
  if (head === null) return { words: `no PNG, JPEG, GIF, WebP or BMP begins with`, code: hex(bytes) };
  const size = head.width === null ? '' : ` of ${head.width} × ${head.height} pixels`;
  return {
    words: `it begins as a ${head.format}${size}, but of its ${bytes.length.toLocaleString('en-US')} bytes the rest is damaged or missing`,
    code: '',
  };
}
