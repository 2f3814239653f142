/**
 * What a chart is painted on. A canvas is one; `SvgInk` is another, which writes the same strokes down as SVG. It knows what our painters
 * use of a canvas and no more.
 */

/** Properties of a canvas that `save` keeps. */
interface Style {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
}

export interface Ink extends Style {
  save(): void;
  restore(): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  /** Whole circles only. */
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  stroke(): void;
  fill(): void;
  setLineDash(dash: number[]): void;
  fillText(text: string, x: number, y: number): void;
  strokeText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
}

const START: Style & { dash: readonly number[]; clipped: string } = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  globalAlpha: 1,
  font: '10px sans-serif',
  textAlign: 'left',
  textBaseline: 'alphabetic',
  dash: [],
  clipped: '',
};

const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: 'middle', right: 'end', end: 'end' };
const BASELINES: Partial<Record<CanvasTextBaseline, string>> = { middle: 'central', top: 'hanging' };

export class SvgInk implements Ink {
  declare fillStyle: string;
  declare strokeStyle: string;
  declare lineWidth: number;
  declare lineCap: CanvasLineCap;
  declare lineJoin: CanvasLineJoin;
  declare globalAlpha: number;
  declare font: string;
  declare textAlign: CanvasTextAlign;
  declare textBaseline: CanvasTextBaseline;
  declare dash: readonly number[];
  /** Attribute of what is painted inside a clip. */
  declare clipped: string;

  readonly #width: (text: string, font: string) => number;
  readonly #elements: string[] = [];
  readonly #clips: string[] = [];
  readonly #saved: (typeof START)[] = [];
  #path = '';

  /** `width` gives the width of a text in a font: a canvas knows it. `prefix` keeps ids apart where several stand in one document. */
  constructor(
    width: (text: string, font: string) => number,
    private readonly prefix = '',
  ) {
    this.#width = width;
    Object.assign(this, START);
  }

  /** The picture as a file. */
  toString(width: number, height: number, title: string): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n` +
      `<title>${escapeXml(title)}</title>\n` +
      (this.#clips.length > 0 ? `<defs>${this.#clips.join('')}</defs>\n` : '') +
      `${this.#elements.join('\n')}\n</svg>\n`
    );
  }

  save(): void {
    const keys = Object.keys(START) as (keyof typeof START)[];
    this.#saved.push(Object.fromEntries(keys.map((key) => [key, this[key]])) as unknown as typeof START);
  }
  restore(): void {
    Object.assign(this, this.#saved.pop());
  }

  beginPath(): void {
    this.#path = '';
  }
  closePath(): void {
    this.#path += 'Z';
  }
  moveTo(x: number, y: number): void {
    this.#path += `M${brief(x)} ${brief(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.#path += `L${brief(x)} ${brief(y)}`;
  }
  arc(x: number, y: number, radius: number): void {
    const r = brief(radius);
    const across = brief(2 * radius);
    this.#path += `M${brief(x - radius)} ${brief(y)}a${r} ${r} 0 1 0 ${across} 0a${r} ${r} 0 1 0 -${across} 0`;
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${brief(x)} ${brief(y)}h${brief(width)}v${brief(height)}h${brief(-width)}Z`;
  }
  clip(): void {
    const id = `${this.prefix}clip${this.#clips.length}`;
    this.#clips.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.clipped = ` clip-path="url(#${id})"`;
  }

  stroke(): void {
    if (this.#path !== '') this.#elements.push(`<path d="${this.#path}" fill="none"${this.#stroke()}${this.clipped}/>`);
  }
  fill(): void {
    if (this.#path !== '')
      this.#elements.push(`<path d="${this.#path}" fill="${this.fillStyle}"${this.#alpha('fill')}${this.clipped}/>`);
  }
  setLineDash(dash: number[]): void {
    this.dash = dash;
  }

  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, ` fill="${this.fillStyle}"${this.#alpha('fill')}`);
  }
  strokeText(text: string, x: number, y: number): void {
    this.#text(text, x, y, ` fill="none"${this.#stroke()}`);
  }
  measureText(text: string): { width: number } {
    return { width: this.#width(text, this.font) };
  }

  #stroke(): string {
    const cap = this.lineCap === 'butt' ? '' : ` stroke-linecap="${this.lineCap}"`;
    const join = this.lineJoin === 'miter' ? '' : ` stroke-linejoin="${this.lineJoin}"`;
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.map(brief).join(' ')}"` : '';
    return ` stroke="${this.strokeStyle}" stroke-width="${brief(this.lineWidth)}"${cap}${join}${dash}${this.#alpha('stroke')}`;
  }
  #alpha(of: 'fill' | 'stroke'): string {
    return this.globalAlpha === 1 ? '' : ` ${of}-opacity="${brief(this.globalAlpha)}"`;
  }
  #text(text: string, x: number, y: number, paint: string): void {
    const [, weight = '400', size = '10', family = 'sans-serif'] = /^(\d+) ([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = ANCHORS[this.textAlign];
    const baseline = BASELINES[this.textBaseline];
    this.#elements.push(
      `<text x="${brief(x)}" y="${brief(y)}" font-family="${escapeXml(family)}" font-size="${size}" font-weight="${weight}"` +
        `${anchor ? ` text-anchor="${anchor}"` : ''}${baseline ? ` dominant-baseline="${baseline}"` : ''}${paint}${this.clipped}>` +
        `${escapeXml(text)}</text>`,
    );
  }
}

/** A hundredth of a pixel is more than any eye or printer tells apart. */
function brief(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // Control characters have no place in XML at all.
  return text.replace(/[&<>"]/g, (char) => names[char]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
}
