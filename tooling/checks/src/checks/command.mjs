/** A check that is one command: passed when it exits with 0. */
export async function commandCheck(execution) {
  const { code, output } = await execution;
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
}
