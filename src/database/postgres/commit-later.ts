/**
 * A condition that is always true, for a statement by itself: its commit does not wait for the disk (`synchronous_commit` is off for it alone).
 * What it wrote is seen by all at once, and outlives the death of any client. Only when the server itself dies within the next moment
 * (three times `wal_writer_delay`, 0.6 s by default, or until anybody's next commit) it is as if the statement had never been; what was
 * committed before it is not touched. See "Asynchronous Commit" in PostgreSQL's manual.
 */
export const withoutWaitingForDisk = "(select set_config('synchronous_commit', 'off', true)) is not null";

/** A transaction by itself that writes nothing but its commit, and waits for the disk: what was committed before it is there as well then. */
export const flushed = { name: "flush", text: "select pg_current_xact_id()" };
