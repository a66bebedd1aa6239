/**
 * Looks at the types of packed packages as TypeScript does in their users' projects. Prints what is wrong, as JSON: one list of texts per tarball.
 *
 * usage: node tooling/checks/src/packed-types.mjs TARBALL…
 */
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { problemKindInfo } from "@arethetypeswrong/core/problems";

/** Our packages are ES modules: TypeScript's oldest resolution and `require` are not for them. */
const LEFT_OUT = ["node10", "node16-cjs"];

const complaints = [];
for (const tarball of process.argv.slice(2)) complaints.push(await complaintsOf(tarball));
console.log(JSON.stringify(complaints));

async function complaintsOf(tarball) {
  const { types, problems } = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
  );
  if (!types) return ["has no types"];
  return problems
    .filter(({ resolutionKind }) => !LEFT_OUT.includes(resolutionKind))
    .map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`);
}
