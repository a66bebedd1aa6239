const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text between tags or in quotes of XML. Characters that XML cannot have are left out. */
export function xmlText(text: string): string {
  const valid = text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "");
  return valid.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
