/** What a page's words count in the search, by where the page is: first what people search for who use the packages. */
const WEIGHTS = [
  [/^\/guides\/troubleshooting$/, 2],
  [/^\/errors$/, 1.5],
  // The API reference has each word many times.
  [/^\/api\//, 0.1],
  // A decision record tells why something is so, not what to do. Its title would come first whatever its text counts, so it is left out.
  [/^\/how-it-works\/adr\//, 0],
  [/^\/(project|how-it-works)\/(?!differences)/, 0.1],
  [/^\/packages\//, 0.7],
];

/**
 * @param {string} address  of a page, such as `/guides/video`
 * @returns {number}  1 for the usual page, 0 for one that is not in the search
 */
export function searchWeight(address) {
  return WEIGHTS.find(([pattern]) => pattern.test(address))?.[1] ?? 1;
}
