import { expect, it } from 'vitest';
import { extensionOf, hex, isWhole, readHead, undecodableWords } from './picture';

const fromHex = (text: string) =>
  Uint8Array.from(text.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));

// Made by Pillow 13: Image.new(mode, (31, 17)).save(...), cut after the head.
const PICTURES = {
  'PNG, grey': '89504e470d0a1a0a0000000d494844520000001f00000011080000000000cf28950000000f494441',
  'PNG, colour and alpha': '89504e470d0a1a0a0000000d494844520000001f00000011080600000025a4774900000019494441',
  'PNG, palette': '89504e470d0a1a0a0000000d494844520000001f0000001101030000001f6ae50a00000003504c54',
  'PNG, 16 bits': '89504e470d0a1a0a0000000d494844520000001f000000111000000000505ff4d600000012494441',
  'JPEG, grey':
    'ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b08001100' +
    '1f01011100ffc4001f000001',
  GIF: '4749463837611f001100800000000000',
  'WebP, lossy': '5249464632000000574542505650382026000000d002009d012a1f0011003e6d349647a423222128',
  'WebP, lossless': '524946461a000000574542505650384c0d0000002f1e000410071011118888fe0700',
  'WebP, extended': '524946466000000057454250565038580a000000180000001e0000100000414c5048090000000107',
  BMP: '424d960600000000000036000000280000001f00000011000000010018000000000060060000c40e',
};

it('the head of a picture says its format, size, channels and depth, in every format that a browser shows', () => {
  const read = Object.fromEntries(Object.entries(PICTURES).map(([name, text]) => [name, readHead(fromHex(text))]));
  const of = (format: string, channels: number, bits = 8) => ({ format, width: 31, height: 17, channels, bits });
  expect(read).toEqual({
    'PNG, grey': of('PNG', 1),
    'PNG, colour and alpha': of('PNG', 4),
    'PNG, palette': of('PNG', 3),
    'PNG, 16 bits': of('PNG', 1, 16),
    'JPEG, grey': of('JPEG', 1),
    GIF: of('GIF', 3),
    'WebP, lossy': of('WebP', 3),
    'WebP, lossless': of('WebP', 4),
    'WebP, extended': of('WebP', 4),
    BMP: of('BMP', 3),
  });
});

it('a head cut at any byte is never an error: the format stands, the size is unknown', () => {
  for (const text of Object.values(PICTURES)) {
    const whole = fromHex(text);
    for (let end = 0; end < whole.length; end++) {
      const head = readHead(whole.subarray(0, end));
      if (head !== null && head.width !== null) expect([head.width, head.height]).toEqual([31, 17]);
    }
  }
});

it('bytes that are no picture are told by their first four', () => {
  const floats = fromHex('00003f800000');
  expect(readHead(floats)).toBeNull();
  expect(hex(floats)).toBe('00 00 3f 80');
  expect(undecodableWords(floats)).toEqual({
    words: 'no PNG, JPEG, GIF, WebP or BMP begins with',
    code: '00 00 3f 80',
  });
  expect(undecodableWords(new Uint8Array())).toEqual({ words: 'the record holds no bytes for it', code: '' });
  expect(undecodableWords(fromHex(PICTURES['PNG, grey'])).words).toBe(
    'it begins as a PNG of 31 × 17 pixels, but of its 40 bytes the rest is damaged or missing',
  );
});

it('a file is saved with the ending of what it is', () => {
  expect(extensionOf(readHead(fromHex(PICTURES.GIF)))).toBe('gif');
  expect(extensionOf(null)).toBe('bin');
});

it('a picture that breaks off is told from a whole one, at whichever byte it does', () => {
  // 1 × 1 pixel each, whole, made by Pillow 13.
  const whole = {
    PNG: '89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f00500004f004e698b016c0000000049454e44ae426082',
    GIF: '474946383761010001008100004d4d4d0000000000000000002c000000000100010000080400010404003b',
    WEBP: '524946461e000000574542505650384c110000002f0000000007d0a636b5a9ff8188e87f0000',
    BMP: '424d3a0000000000000036000000280000000100000001000000010018000000000004000000c40e0000c40e0000000000000000000000004d00',
    JPEG: 'ffd8ffe000104a46494600010100000100010000ffdb004300ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f006d7fffd9',
  };
  for (const text of Object.values(whole)) {
    const bytes = fromHex(text);
    expect(isWhole(bytes, readHead(bytes)!)).toBe(true);
    expect(isWhole(Uint8Array.from([...bytes, 0, 0]), readHead(bytes)!)).toBe(true);
    for (let end = 30; end < bytes.length - 2; end++) {
      const cut = bytes.slice(0, end);
      const head = readHead(cut);
      if (head) expect(isWhole(cut, head)).toBe(false);
    }
  }
});
