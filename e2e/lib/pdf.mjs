// PDF files, written object by object.

/** Width and height of a page in points. */
export const PAGE = { width: 595, height: 842 };

/** Instructions that show lines, each `[x, y, size, words]` from the lower left. */
export const lines = (all) =>
  all.map(([x, y, size, words]) => `BT /F1 ${size} Tf ${x} ${y} Td (${words.replace(/[\\()]/g, "\\$&")}) Tj ET\n`).join("");

/** A file whose pages have these instructions, in Helvetica. */
export function pdf(pages, { padding = 0 } = {}) {
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(" ");
  const stream = (content) => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  for (const content of pages) {
    const resources = "/Resources << /Font << /F1 3 0 R >> >>";
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] ${resources} /Contents ${objects.length + 2} 0 R >>`,
      stream(content),
    );
  }
  if (padding > 0) objects.push(stream("%".repeat(padding)));
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}
