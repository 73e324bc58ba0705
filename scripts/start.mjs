/**
 * `npm start`: from a fresh clone to the example project, running, in one command. Installs, builds, migrates, makes the
 * superuser `admin`, and runs admin, beat and worker. Safe to repeat: what is there already is kept.
 *
 *   PORT                    where the admin listens (8000)
 *   DATA_DIR                where the example keeps its database (examples/taskmanager/.data)
 *   HYOSHI_ADMIN_PASSWORD   the password of a new `admin`; without it a random one is made and printed once
 */
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { buildWhatIsStale } from "./build.mjs";
import { run, runOrExit } from "./child.mjs";
import { enterToolchain, projectEnvironment, root } from "./toolchain.mjs";

const port = process.env.PORT || "8000";
// Before the installation, which takes a while.
await checkPort(port);
await enterToolchain(import.meta.url);
await buildWhatIsStale();

const example = join(root, "examples", "taskmanager");
const dataFolder = resolve(process.env.INIT_CWD ?? process.cwd(), process.env.DATA_DIR || join(example, ".data"));
mkdirSync(dataFolder, { recursive: true });

const env = { ...projectEnvironment(), PORT: port, DATA_DIR: dataFolder };
/** @param {readonly string[]} args @returns {Parameters<typeof run>} */
const hyoshi = (...args) => [
  process.execPath,
  [join(root, "bin", "hyoshi.js"), ...args, "--config", join(example, "hyoshi.config.ts")],
  { env },
];

await runOrExit(...hyoshi("migrate"));
await runOrExit(...hyoshi("createsuperuser", "--username", "admin", "--if-missing", "--no-input"));
process.exit(await run(...hyoshi("dev")));

/** @param {string} text */
async function checkPort(text) {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) stop(`PORT "${text}" is not a port: expected 1 to 65535`);
  const server = createServer();
  /** @type {NodeJS.ErrnoException | undefined} */
  const error = await new Promise((resolve) => {
    server.once("error", resolve).listen(number, "127.0.0.1", () => resolve(undefined));
  });
  if (error?.code === "EADDRINUSE")
    stop(`port ${text} is in use: stop what listens there, or choose another with PORT=8001 npm start`);
  if (error) stop(`port ${text} cannot be opened: ${error.message}`);
  await new Promise((resolve) => server.close(resolve));
}

/** @param {string} line @returns {never} */
function stop(line) {
  console.error(line);
  process.exit(1);
}
