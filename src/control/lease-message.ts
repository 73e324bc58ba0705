/** What every lease's thread is given, beside what its database needs. */
export interface LeaseThreadData {
  readonly processId: number;
  /** Float64Array(1): the event loop's last turn, on the wall clock. */
  readonly turn: SharedArrayBuffer;
}

/** What a process and its lease's thread say to each other. */
export type ToLeaseThread = { kind: "info"; info: string } | { kind: "leave" };
export type FromLeaseThread = { kind: "lost" } | { kind: "left" };

/** A turn is noted so often; only what goes beyond it is lag. */
export const TURN_EVERY_MS = 500;
