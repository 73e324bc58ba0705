/** A value as another system's database stores it: PostgreSQL's all as text, which loses nothing of them. */
export type ForeignValue = string | number | null;
/** By column. A column that a version of the other system does not have is absent. */
export type ForeignRow = Readonly<Record<string, ForeignValue | undefined>>;

/**
 * Another system's database, read as it stands there and written only by `update`. Names of tables and columns are the program's own, never a
 * user's. Fails with `database_unavailable`, `database_refused` and the like.
 */
export interface ForeignTables {
  /** The names of a table's columns; none where there is no such table. */
  columns(table: string): Promise<readonly string[]>;
  /** Rows in the order of `key`, which is a column of whole numbers. */
  rows(
    table: string,
    page: { readonly key: string; readonly after?: number; readonly limit: number },
  ): Promise<readonly ForeignRow[]>;
  /** How many rows a table has. */
  count(table: string): Promise<number>;
  /** Sets columns in the rows whose columns still hold just these values (null is null); answers how many there were. */
  update(table: string, where: ForeignRow, set: ForeignRow): Promise<number>;
  close(): Promise<void>;
}
