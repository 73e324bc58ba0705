import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../peers", import.meta.url));

/** Installs what hyoshi is measured beside, which no other part of the project needs. */
export function installPeers(): void {
  const { dependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { dependencies: object };
  if (Object.keys(dependencies).every((name) => existsSync(`${folder}/node_modules/${name}`))) return;
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm install in ${folder} failed`);
}
