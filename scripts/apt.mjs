import { accessSync, chmodSync, constants, existsSync, rmSync, writeFileSync } from "node:fs";
import { run } from "./child.mjs";

/** Whether packages can be installed here without asking anybody: Debian, as root. */
export function canInstall() {
  return existsSync("/etc/debian_version") && process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get");
}

/** @param {readonly string[]} packages */
export async function aptInstall(...packages) {
  console.log(`installing ${packages.join(" and ")} (apt-get) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Others may be installing too.
  const patient = ["-q", "-o", "DPkg::Lock::Timeout=600"];
  await run("apt-get", [...patient, "update"], { env });
  await run("apt-get", [...patient, "install", "-y", ...packages], { env });
}

/** What Debian's packages ask whether they may start their services; nobody has it unless somebody wants to answer. */
const POLICY = "/usr/sbin/policy-rc.d";

/**
 * The same for packages with a service of their own: it is not started, now or when this machine starts.
 *
 * @param {readonly string[]} services
 * @param {readonly string[]} packages
 */
export async function aptInstallUnstarted(services, ...packages) {
  const asked = existsSync(POLICY);
  if (!asked) {
    writeFileSync(POLICY, "#!/bin/sh\nexit 101\n");
    chmodSync(POLICY, 0o755);
  }
  try {
    await aptInstall(...packages);
  } finally {
    if (!asked) rmSync(POLICY, { force: true });
  }
  if (isExecutable("/usr/bin/systemctl")) await run("systemctl", ["disable", "--quiet", ...services], {});
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
