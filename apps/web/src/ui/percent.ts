/** "92 %". @param share  0 to 1; scores of some models lie a little outside */
export function percent(share: number): string {
  return new Intl.NumberFormat(undefined, { style: "percent" }).format(Math.min(1, Math.max(0, share)));
}
