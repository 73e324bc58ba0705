/** The wake topic of everything that becomes of runs: sent, ready, asked to stop, ended. */
export const RUNS_TOPIC = "runs";
/** Something may have to be handed to the broker; told within a process, and by what the project's own transactions commit. */
export const UNPUBLISHED_TOPIC = "unpublished";
