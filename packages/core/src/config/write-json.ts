/** JSON as Python writes it with two spaces, where the numbers at `floats` (keys joined by dots) always have a point or an exponent. */
export function writeJson(value: unknown, floats: ReadonlySet<string>): string {
  return `${write(value, "", "", floats)}\n`;
}

function write(value: unknown, path: string, indent: string, floats: ReadonlySet<string>): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => inner + write(item, `${path}[]`, inner, floats));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return "{}";
    const lines = entries.map(([key, item]) => {
      const at = path ? `${path}.${key}` : key;
      return `${inner}${JSON.stringify(key)}: ${write(item, at, inner, floats)}`;
    });
    return `{\n${lines.join(",\n")}\n${indent}}`;
  }
  const text = JSON.stringify(value) ?? "null";
  return typeof value === "number" && floats.has(path) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
