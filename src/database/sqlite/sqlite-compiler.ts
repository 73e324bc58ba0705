import { type FunctionNode, SqliteQueryCompiler } from "kysely";
import { LOWER_ASCII } from "../queries/conditions.ts";

/** Writes statements as SQLite reads them. */
export class SqliteCompiler extends SqliteQueryCompiler {
  // SQLite's own knows ASCII alone.
  protected override visitFunction(node: FunctionNode): void {
    super.visitFunction(node.func === LOWER_ASCII ? { ...node, func: "lower" } : node);
  }
}
