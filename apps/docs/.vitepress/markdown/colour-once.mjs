/** A markdown-it plugin: code that stands on many pages, as the set-up of the tasks does, gets its colours once. To find them is most of a build's work. */
export function colourOnce(md) {
  const { highlight } = md.options;
  const known = new Map();
  md.options.highlight = (code, language, attributes) => {
    const key = JSON.stringify([code, language, attributes]);
    if (!known.has(key)) known.set(key, highlight(code, language, attributes));
    return known.get(key);
  };
}
