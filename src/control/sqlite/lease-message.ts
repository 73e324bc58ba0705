/** What the lease's thread is given, and the two say to each other. */
export interface LeaseThreadData {
  readonly file: string;
  readonly processId: number;
  /** Float64Array(1): the event loop's last turn, on the wall clock. */
  readonly turn: SharedArrayBuffer;
}
export type ToLeaseThread = { kind: "info"; info: string } | { kind: "leave" };
export type FromLeaseThread = { kind: "lost" } | { kind: "left" };

/** A turn is noted so often; only what goes beyond it is lag. */
export const TURN_EVERY_MS = 500;
