import type { MaskRegion } from "./read-mask-regions.js";

/** What the regions of mask files are, where a file beside them says it. */
export class MaskLegend {
  readonly #objects = new Map<string, { readonly name: string; readonly label: string }>();
  readonly #classes = new Map<number, string>();

  /** Adds a `labelmap.txt`, as CVAT's and Datumaro's VOC formats have it: name:red,green,blue:: a line. */
  addLabelMap(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      const [, name = "", color = ""] = /^(?!#)([^:]+):(\d+\s*,\s*\d+\s*,\s*\d+):/.exec(line) ?? [];
      const [red = 0, green = 0, blue = 0] = color.split(",").map(Number);
      if (name && color) this.#classes.set((red << 16) | (green << 8) | blue, name.trim());
    }
  }

  /** Adds a table of objects: file, value or colour, name and class in its columns, as this package's ID masks and label images have it beside them. */
  addTable(text: string): boolean {
    const [head = [], ...rows] = csvRows(text);
    const at = (...names: readonly string[]) => head.findIndex((cell) => names.includes(cell.toLowerCase()));
    const [file, value, name, label] = [
      at("file"),
      at("value", "colour", "color"),
      at("name"),
      at("class", "label"),
    ];
    if (file < 0 || value < 0) return false;
    for (const row of rows)
      this.#objects.set(keyOf(row[file] ?? "", row[value] ?? ""), {
        name: row[name] ?? "",
        label: row[label] ?? "",
      });
    return true;
  }

  /** @param fileName  without folders */
  objectOf(
    fileName: string,
    { value, color }: MaskRegion,
  ): { readonly name: string; readonly label: string } | undefined {
    return (
      this.#objects.get(keyOf(fileName, `${value}`)) ??
      (color === undefined ? undefined : this.#objects.get(keyOf(fileName, hex(color))))
    );
  }

  /** The class whose colour a region has. */
  classOf({ color }: MaskRegion): string | undefined {
    return color === undefined ? undefined : this.#classes.get(color);
  }
}

function keyOf(file: string, value: string): string {
  return `${file} ${value.toLowerCase()}`;
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, "0")}`;
}

/** Cells of a CSV table; quotes may hold commas and, doubled, quotes. */
function csvRows(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) =>
      (line.match(/(?:^|,)(?:"(?:""|[^"])*"|[^,]*)/g) ?? []).map((cell) => {
        const plain = cell.replace(/^,/, "").trim();
        return plain.startsWith('"') ? plain.slice(1, -1).replaceAll('""', '"') : plain;
      }),
    );
}
