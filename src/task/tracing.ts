/** What a trace says of a run. */
export interface TracedRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A schedule sent it: what is in its headers was put there long ago. */
  readonly isScheduled: boolean;
  readonly parentId?: string;
  readonly periodicTaskId?: number;
  readonly nominalAt?: number;
}

/** The trace of one send. */
export interface SendTrace {
  /** What the run carries to whoever executes it. */
  readonly headers: Readonly<Record<string, string>>;
  ended(error?: unknown): void;
}

/** The trace of one attempt. */
export interface AttemptTrace {
  /** Calls the task so that what it traces, and what it sends, belongs to this attempt. */
  within<T>(call: () => T): T;
  ended(end: {
    readonly state: string;
    readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
  }): void;
}

/** Tells a tracing system of what is sent and executed. Nothing of it may fail. */
export interface Tracing {
  send(run: TracedRun): SendTrace;
  attempt(run: TracedRun & { readonly attempt: number }): AttemptTrace;
}
