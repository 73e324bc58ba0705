import { spawn } from "node:child_process";
import { constants } from "node:os";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** @type {NodeJS.Signals | undefined} the last signal that this process got while a child ran */
let received;

/**
 * Runs a command to its end and answers its exit code (128 + the signal's number when a signal ended it), its output
 * going where ours goes. A signal that this process gets goes on to the child, and this process stays until the child
 * has ended: so nothing is left running, and the exit code is the child's.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export async function run(command, args, { cwd, env } = {}) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    received = signal;
    // A terminal sends Ctrl-C to the whole group, so the child has it already.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  // Before the child is there: a signal that comes between would end this process alone.
  for (const signal of signals) process.on(signal, forward);
  const child = spawn(command, args, { stdio: "inherit", cwd, env });
  const stopWatching = whenLauncherIsGone(() => forward("SIGTERM"));
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
      child.once("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
    });
  } finally {
    stopWatching();
    for (const signal of signals) process.off(signal, forward);
  }
}

/**
 * npm hands a signal to the shell between it and this program, and a shell dies of it without handing it on.
 *
 * @param {() => void} then
 * @returns {() => void}
 */
function whenLauncherIsGone(then) {
  if (process.env.npm_command === undefined) return () => {};
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    then();
  }, 250);
  return () => clearInterval(timer);
}

/**
 * The same, for a step that the next ones build on: its failure ends this process with its exit code, and so does a
 * signal, even where the step ended well in spite of it.
 *
 * @param {Parameters<typeof run>} step
 */
export async function runOrExit(...step) {
  const code = await run(...step);
  if (code !== 0) process.exit(code);
  if (received) process.exit(128 + constants.signals[received]);
}
