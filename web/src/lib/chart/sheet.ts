/** Several figures on one sheet, side by side in rows, each row as high as its highest. As SVG, or painted on a canvas. */
import { figureHeight, paintFigure, type Figure } from './figure';
import { SvgInk, type Ink } from './ink';

const GAP = 8;

interface Placed {
  readonly figure: Figure;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Sheet {
  readonly placed: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

/** Where each figure stands; `ink` measures their legends. All figures have one width. */
export function layOut(ink: Ink, figures: readonly Figure[], columns: number): Sheet {
  const placed: Placed[] = [];
  let [y, highest, width] = [0, 0, 0];
  figures.forEach((figure, i) => {
    const column = i % columns;
    if (column === 0 && i > 0) [y, highest] = [y + highest + GAP, 0];
    const height = Math.ceil(figureHeight(ink, figure));
    const x = column * (figure.width + GAP);
    placed.push({ figure, x, y, height });
    highest = Math.max(highest, height);
    width = Math.max(width, x + figure.width);
  });
  return { placed, width, height: y + highest };
}

export function sheetSvg(
  figures: readonly Figure[],
  columns: number,
  textWidth: (text: string, font: string) => number,
): string {
  const { placed, width, height } = layOut(new SvgInk(textWidth), figures, columns);
  const parts = placed.map(({ figure, x, y, height: high }, i) => {
    const ink = new SvgInk(textWidth, `f${i}-`);
    paintFigure(ink, figure);
    return ink.toString(figure.width, high, figure.title).replace('<svg ', `<svg x="${x}" y="${y}" `);
  });
  if (parts.length === 1) return parts[0]!.replace('<svg x="0" y="0" ', '<svg ');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${parts.join('')}</svg>\n`;
}

/** Paints the sheet on a canvas that is made as large as it needs, `dots` for each pixel. */
export function paintSheet(canvas: HTMLCanvasElement, figures: readonly Figure[], columns: number, dots: number): void {
  const ink: Ink & CanvasRenderingContext2D = canvas.getContext('2d')!;
  const sheet = layOut(ink, figures, columns);
  canvas.width = sheet.width * dots;
  canvas.height = sheet.height * dots;
  for (const { figure, x, y } of sheet.placed) {
    ink.setTransform(dots, 0, 0, dots, x * dots, y * dots);
    paintFigure(ink, figure);
  }
}
