/** What a wall clock reads: milliseconds since 1970-01-01T00:00 on that clock, as if its zone were UTC. */
export type LocalTime = number;

/** A strictly increasing sequence of wall-clock times, in no zone yet. */
export interface LocalTimes {
  /** The first strictly after `after`. */
  next(after: LocalTime): LocalTime | undefined;
  /** The last at or before `at`. */
  previous(at: LocalTime): LocalTime | undefined;
}
