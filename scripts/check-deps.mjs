/**
 * `npm run check:deps`: checks the imports under `src/` and `web/src/` against `.dependency-cruiser.cjs`.
 * `--root FOLDER` checks another copy of the sources, by the rules of this one.
 */
import { existsSync, globSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { cruise } from "dependency-cruiser";
import { root } from "./toolchain.mjs";

const require = createRequire(import.meta.url);
// By its path: the types beside it do not fit those of @swc/types.
teachVisitor(require(require.resolve("@swc/core/Visitor.js")).Visitor);

/** @type {{ forbidden: any[], options: object }} */
const { forbidden, options } = require("../.dependency-cruiser.cjs");
const asked = process.argv.indexOf("--root");
const baseDir = asked === -1 ? root : resolve(process.argv[asked + 1] ?? ".");

const folders = ["src", "web/src"].filter((folder) => existsSync(join(baseDir, folder)));
const { output } = await cruise(folders, { ...options, baseDir, validate: true, ruleSet: { forbidden } });
if (typeof output === "string") throw new Error(`dependency-cruiser answered a text: ${output}`);

const { modules, summary } = output;
for (const { rule, from, to, cycle = [] } of summary.violations) {
  const path = cycle.length > 0 ? cycle.map(({ name }) => name).join(" -> ") : to;
  const why = forbidden.find(({ name }) => name === rule.name)?.comment;
  console.log(`${rule.name}: ${from} -> ${path}\n  ${why}`);
}

// The parser can be missing, and a configuration wrong, without an error: then nothing is seen and nothing is reported.
let blind = false;
for (const folder of ["src", "web/src"]) {
  const there = globSync(`${folder}/**/*.{ts,tsx}`, { cwd: baseDir }).filter((file) => !/\.test\.tsx?$/.test(file));
  const seen = modules.filter(({ source }) => source.startsWith(`${folder}/`) && /\.tsx?$/.test(source));
  const links = seen.reduce((count, { dependencies }) => count + dependencies.length, 0);
  console.log(`${folder}: ${seen.length} of ${there.length} modules seen, with ${links} imports`);
  blind ||= seen.length < there.length * 0.6 || links < there.length * 0.6;
}
if (blind || modules.length === 0) console.log("too few modules or imports were seen for this check to mean anything");
console.log(`${summary.violations.length} violations`);
process.exitCode = blind || modules.length === 0 || summary.violations.length > 0 ? 1 : 0;

/**
 * dependency-cruiser walks swc's tree with swc's own visitor, which stops at `using` and passes over `import("x").T` in
 * types. So `using` is shown to it as the `const` that it is like, and such types are handed to it one by one.
 *
 * @param {any} Visitor
 */
function teachVisitor(Visitor) {
  const visitModule = Visitor.prototype.visitModule;
  Visitor.prototype.visitModule = function (/** @type {any} */ tree) {
    walk(tree, (node) => {
      if (node.type === "UsingDeclaration")
        Object.assign(node, { type: "VariableDeclaration", kind: "const", declarations: node.decls });
      if (node.type === "TsImportType") this.visitTsTypeAnnotation({ typeAnnotation: node });
    });
    return visitModule.call(this, tree);
  };
}

/** @param {any} node @param {(node: any) => void} see */
function walk(node, see) {
  if (typeof node !== "object" || node === null) return;
  if (typeof node.type === "string") see(node);
  for (const part of Object.values(node)) walk(part, see);
}
