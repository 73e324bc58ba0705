import { type FunctionNode, PostgresQueryCompiler } from "kysely";
import { LOWER_ASCII } from "../queries/conditions.ts";

/** Writes statements as PostgreSQL reads them. */
export class PostgresCompiler extends PostgresQueryCompiler {
  protected override visitFunction(node: FunctionNode): void {
    if (node.func !== LOWER_ASCII) {
      super.visitFunction(node);
      return;
    }
    this.append("lower((");
    this.compileList(node.arguments);
    this.append(') collate "C")');
  }
}
