import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads `add GROUP` and `del GROUP` until its input ends, which it does with the worker, however that dies: what is left then gets TERM, and four
 * seconds later, which is before anybody may take the worker for dead, KILL.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
groups=''
while read -r act group; do
  kept=''
  for g in $groups; do [ "$g" = "$group" ] || kept="$kept $g"; done
  groups=$kept
  [ "$act" = add ] && groups="$groups $group"
done
[ -z "$groups" ] && exit
for g in $groups; do kill -s TERM -- "-$g"; kill -s CONT -- "-$g"; done
n=0
while [ $n -lt 40 ]; do
  n=$((n + 1))
  alive=''
  for g in $groups; do kill -s 0 -- "-$g" && alive=1; done
  [ -z "$alive" ] && exit
  sleep 0.1
done
for g in $groups; do kill -s KILL -- "-$g"; done
`;

/** Ends the commands of a process that dies: nobody else would, since each has a process group of its own. One small process, while there are any. */
export class CommandGuard {
  readonly #groups = new Set<number>();
  #process: ChildProcess | undefined;

  /** To be called in the same turn in which the command was started. */
  add(group: number): void {
    this.#groups.add(group);
    if (this.#process === undefined) this.#start();
    else this.#tell(`add ${group}\n`);
  }

  remove(group: number): void {
    this.#groups.delete(group);
    this.#tell(`del ${group}\n`);
  }

  #start(): void {
    const guard = spawn("/bin/sh", ["-c", SCRIPT, "hyoshi-command-guard"], {
      // A session of its own: a terminal's ^C is for the worker, which ends its commands itself.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      cwd: "/",
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    });
    this.#process = guard;
    const gone = () => {
      if (this.#process !== guard) return;
      this.#process = undefined;
      if (this.#groups.size > 0) this.#start();
    };
    guard.once("exit", gone).once("error", () => {
      // Without a shell there are no commands either.
      if (this.#process === guard) this.#process = undefined;
    });
    guard.stdin?.on("error", () => {});
    guard.unref();
    (guard.stdin as { unref?(): void } | null)?.unref?.();
    for (const group of this.#groups) this.#tell(`add ${group}\n`);
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(line);
  }
}
