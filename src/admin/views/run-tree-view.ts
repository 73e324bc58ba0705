import type { TreeLine } from "../../catalog/run-tree.ts";
import type { RunTree, RunTreeLine } from "../contract.ts";

export function runTreeOf({
  rootId,
  lines,
}: {
  readonly rootId: string;
  readonly lines: readonly TreeLine[];
}): RunTree {
  return { rootId, lines: lines.map(lineOf) };
}

const nothing = {
  task: null,
  state: null,
  role: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  size: null,
  ended: null,
};

function lineOf(line: TreeLine): RunTreeLine {
  const { depth, kind } = line;
  if (kind === "group") return { ...nothing, depth, kind, id: line.id, size: line.size, ended: line.ended };
  if (kind === "planned") return { ...nothing, depth, kind, id: line.id, task: line.task, role: line.role };
  const { id, task, state, queuedAt, startedAt, endedAt } = line.run;
  const times = { queuedAt, startedAt: startedAt ?? null, endedAt: endedAt ?? null };
  return { ...nothing, depth, kind, id, task, state, role: line.role, ...times };
}
