// Draws the first page of a PDF with pdf.js as a portable greymap. Arguments: FILE OUT DPI. The
// folder that BANMIAN_PDFJS names has pdfjs-dist and @napi-rs/canvas in its node_modules.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [file, out, dpi] = process.argv.slice(2);
const from = createRequire(join(process.env.BANMIAN_PDFJS, "package.json"));
const canvases = from("@napi-rs/canvas");
// In a browser pdf.js finds these as globals.
for (const name of ["DOMMatrix", "ImageData", "Path2D"]) globalThis[name] ??= canvases[name];
const { getDocument } = await import(pathToFileURL(from.resolve("pdfjs-dist/legacy/build/pdf.mjs")));

class CanvasFactory {
  create(width, height) {
    const canvas = canvases.createCanvas(width, height);
    return { canvas, context: canvas.getContext("2d") };
  }
  reset(made, width, height) {
    [made.canvas.width, made.canvas.height] = [width, height];
  }
  destroy(made) {
    made.canvas = made.context = null;
  }
}

const document = await getDocument({
  data: new Uint8Array(readFileSync(file)),
  CanvasFactory,
  disableFontFace: true,
  isEvalSupported: false,
  useSystemFonts: false,
}).promise;
const page = await document.getPage(1);
const viewport = page.getViewport({ scale: Number(dpi) / 72 });
const [width, height] = [viewport.width, viewport.height].map(Math.round);
const { canvas, context: canvasContext } = new CanvasFactory().create(width, height);
await page.render({ canvas, canvasContext, viewport, background: "white" }).promise;
const { data } = canvasContext.getImageData(0, 0, width, height);
const grey = Buffer.alloc(width * height);
for (let k = 0; k < grey.length; k += 1) {
  const [r, g, b] = data.subarray(4 * k, 4 * k + 3);
  grey[k] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
}
writeFileSync(out, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), grey]));
