import { constants } from "node:os";

/** How a service is told to end. */
export interface StopSignal {
  /** Aborted by the first SIGTERM or SIGINT, or when the process that started this one is gone: finish what runs, then end. */
  readonly warm: AbortSignal;
  /** Aborted by the second, half a second later or more, and some time after a SIGQUIT: end now, and hand back what runs. */
  readonly quick: AbortSignal;
  /** Stops listening; the signals then do what they do by default. */
  dispose(): void;
}

/**
 * npm hands Ctrl-C on to a program that has it from the terminal already, and a supervisor may signal a launcher as well as what
 * it launched: what follows so closely is the same wish.
 */
const ECHO_WITHIN_MS = 500;
/** How long a quick stop may take before the process ends whatever is left. */
const QUICK_WITHIN_MS = 3_000;
const LAUNCHER_LOOK_MS = 250;
/** Who started this process, as early as can be: it may be gone before a service listens. */
const launcher = process.ppid;

/** `softMs`: how long what runs may take after a SIGQUIT. */
export function listenForStop({ softMs = 0 }: { readonly softMs?: number } = {}): StopSignal {
  const warm = new AbortController();
  const quick = new AbortController();
  let mayBeEcho = false;
  const end = (signal: "SIGTERM" | "SIGINT" | "SIGQUIT") => {
    quick.abort(new Stopped());
    setTimeout(() => process.exit(128 + constants.signals[signal]), QUICK_WITHIN_MS).unref();
  };
  const stop = (signal: "SIGTERM" | "SIGINT" | "SIGQUIT") => {
    if (mayBeEcho) return;
    if (!warm.signal.aborted) {
      warm.abort(new Stopped());
      mayBeEcho = true;
      setTimeout(() => {
        mayBeEcho = false;
      }, ECHO_WITHIN_MS).unref();
    } else if (!quick.signal.aborted) end(signal);
    else process.exit(128 + constants.signals[signal]);
  };
  const soft = () => {
    const isFirst = !warm.signal.aborted;
    stop("SIGQUIT");
    if (isFirst) setTimeout(() => quick.signal.aborted || end("SIGQUIT"), softMs).unref();
  };
  const gone = () => warm.abort(new Stopped());
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.on("SIGQUIT", soft);
  process.on("disconnect", gone);
  const stopWatching = whenLauncherIsGone(gone);
  return {
    warm: warm.signal,
    quick: quick.signal,
    dispose() {
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
      process.off("SIGQUIT", soft);
      process.off("disconnect", gone);
      stopWatching();
    },
  };
}

/** npm hands a signal to the shell between it and this program, and a shell dies of it without handing it on. */
function whenLauncherIsGone(then: () => void): () => void {
  if (process.env.npm_command === undefined) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    then();
  }, LAUNCHER_LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Thrown by what waited when the stop came. */
export class Stopped extends Error {
  constructor() {
    super("stopped");
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
