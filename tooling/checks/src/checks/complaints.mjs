/** What a check has found that looks for faults, one line for each: passed when there is none. */
export function complaintsResult(complaints) {
  const failed = complaints.length;
  return { passed: failed === 0 ? 1 : 0, failed, output: complaints.join("\n") };
}
