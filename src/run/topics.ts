/** The wake topic of everything that becomes of runs: sent, ready, asked to stop, ended. */
export const RUNS_TOPIC = "runs";
/** Queues, workers or hosts are held back, or are not any more. Schedules are told of on the same one. */
export const HOLDS_TOPIC = "schedules";
/** Something may have to be handed to the broker; told within a process, and by what the project's own transactions commit. */
export const UNPUBLISHED_TOPIC = "unpublished";
