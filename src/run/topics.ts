/** The wake topic of everything that becomes of runs: sent, ready, asked to stop, ended. */
export const RUNS_TOPIC = "runs";
