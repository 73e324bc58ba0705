import type { Json } from "../base/json.ts";
import { bodyOf, headerOf, idOf, kindOf, optionsOf, signaturesOf, taskOf, tasksOf } from "../canvas/signature-parts.ts";
import type { WireSignature } from "../message/task-message.ts";
import type { FamilyRun } from "../run/run-reader.ts";

/** A line of a family's tree: a run, one that is to come, or a group of them. */
export type TreeLine = { readonly depth: number } & (
  | { readonly kind: "run"; readonly run: FamilyRun; readonly role: TreeRole }
  /** Its place in a canvas is fixed, and it has not been sent yet. */
  | { readonly kind: "planned"; readonly id: string; readonly task: string; readonly role: TreeRole }
  | { readonly kind: "group"; readonly id: string; readonly size: number; readonly ended: number }
);

/** `step`: it follows the line of its depth before it. `child`: the run above it sent it, or calls it when it has ended. */
export type TreeRole = "start" | "step" | "member" | "body" | "child";

const MOST_LINES = 1_000;

/**
 * A family as one reads it: what follows one another stands below one another, at one depth; members of a group, and what a task has sent by itself, deeper. What a canvas
 * has yet to send is among them.
 */
export function treeOf(family: readonly FamilyRun[]): readonly TreeLine[] {
  return new Tree(family).lines();
}

class Tree {
  readonly #runs: ReadonlyMap<string, FamilyRun>;
  /** What has its place in a canvas: it is nobody's child. */
  readonly #placed = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #lines: TreeLine[] = [];

  constructor(family: readonly FamilyRun[]) {
    this.#runs = new Map(family.map((run) => [run.id, run]));
    for (const { embed } of family) {
      for (const step of [...(embed?.chain ?? []), ...(embed?.chord === undefined ? [] : [embed.chord])])
        this.#place(step);
    }
  }

  lines(): readonly TreeLine[] {
    const isFirst = (run: FamilyRun) =>
      !this.#placed.has(run.id) && (run.parentId === undefined || !this.#runs.has(run.parentId));
    this.#runsAt([...this.#runs.values()].filter(isFirst), 0, "start");
    // Whatever is told of nowhere, because retention was quicker.
    this.#runsAt([...this.#runs.values()], 0, "start");
    return this.#lines.slice(0, MOST_LINES);
  }

  #place(signature: WireSignature): void {
    const id = idOf(signature);
    if (id !== undefined) this.#placed.add(id);
    const { chain, chord } = optionsOf(signature);
    const kind = kindOf(signature);
    const parts = kind === "chord" ? tasksOf(headerOf(signature)) : kind === "task" ? [] : tasksOf(signature);
    const body = kind === "chord" ? bodyOf(signature) : undefined;
    for (const part of [...parts, ...(body ? [body] : []), ...signaturesOf(chain), ...signaturesOf(chord)])
      this.#place(part);
  }

  /** Runs that were sent together: those of one group stand under it. */
  #runsAt(runs: readonly FamilyRun[], depth: number, role: TreeRole): void {
    for (const run of runs) {
      if (this.#seen.has(run.id)) continue;
      const group = groupOf(run);
      if (group === undefined) this.#run(run, depth, role);
      else
        this.#group(
          group,
          runs.filter((other) => groupOf(other) === group),
          depth,
        );
    }
  }

  #group(id: string, members: readonly FamilyRun[], depth: number): void {
    const unseen = members.filter((member) => !this.#seen.has(member.id));
    const ended = unseen.filter((member) => this.#runs.get(lastIdOf(member))?.endedAt !== undefined).length;
    this.#lines.push({ kind: "group", depth, id, size: unseen.length, ended });
    const inOrder = unseen.toSorted((a, b) => indexOf(a) - indexOf(b));
    for (const member of inOrder) this.#run(member, depth + 1, "member");
    const body = members.map(chordOf).find((chord) => chord !== undefined);
    if (body !== undefined) this.#signature(body, depth, "body");
  }

  /** A run, what it has sent, and what follows it. */
  #run(run: FamilyRun, depth: number, role: TreeRole): void {
    if (this.#seen.has(run.id)) return;
    this.#seen.add(run.id);
    this.#lines.push({ kind: "run", depth, run, role });
    const children = [...this.#runs.values()].filter(
      ({ id, parentId }) => parentId === run.id && !this.#placed.has(id),
    );
    this.#runsAt(children, depth + 1, "child");
    this.#steps((run.embed?.chain ?? []).toReversed(), depth);
  }

  /** What follows, in its order: each step that is there knows what follows it. */
  #steps(steps: readonly WireSignature[], depth: number): void {
    for (const step of steps) if (this.#signature(step, depth, "step") === "there") return;
  }

  #signature(signature: WireSignature, depth: number, role: TreeRole): "there" | "planned" {
    const kind = kindOf(signature);
    if (kind === "chain") {
      for (const step of tasksOf(signature)) if (this.#signature(step, depth, role) === "there") return "there";
      return "planned";
    }
    if (kind === "task") return this.#task(signature, depth, role);
    const members = tasksOf(kind === "chord" ? headerOf(signature) : signature);
    const id = idOf(kind === "chord" ? headerOf(signature) : signature) ?? "";
    const there = members.flatMap((member) => this.#runs.get(firstIdOf(member)) ?? []);
    if (there.length > 0) {
      this.#group(id, there, depth);
      return "there";
    }
    this.#lines.push({ kind: "group", depth, id, size: members.length, ended: 0 });
    for (const member of members) this.#signature(member, depth + 1, "member");
    const body = kind === "chord" ? bodyOf(signature) : undefined;
    if (body !== undefined) this.#signature(body, depth, "body");
    return "planned";
  }

  #task(signature: WireSignature, depth: number, role: TreeRole): "there" | "planned" {
    const id = idOf(signature) ?? "";
    const run = this.#runs.get(id);
    if (run !== undefined) {
      this.#run(run, depth, role);
      return "there";
    }
    if (!this.#seen.has(id)) this.#lines.push({ kind: "planned", depth, id, task: taskOf(signature), role });
    this.#seen.add(id);
    if (role === "body") this.#steps(signaturesOf(optionsOf(signature).chain).toReversed(), depth);
    return "planned";
  }
}

function firstIdOf(signature: WireSignature): string {
  const [first] = kindOf(signature) === "chain" ? tasksOf(signature) : [];
  return first === undefined ? (idOf(signature) ?? "") : firstIdOf(first);
}

/** The group whose member it is, or begins: a chain's place in it is its last step's. */
function groupOf({ groupId, embed }: Pick<FamilyRun, "embed" | "groupId">): string | undefined {
  const given: Json | undefined = embed?.chain?.[0] && optionsOf(embed.chain[0]).group_id;
  return typeof given === "string" ? given : groupId;
}

/** The run that ends a member: of a chain its last step. */
function lastIdOf({ id, embed }: FamilyRun): string {
  const [last] = embed?.chain ?? [];
  return (last === undefined || groupOf({ ...(embed && { embed }) }) === undefined ? undefined : idOf(last)) ?? id;
}

function indexOf({ groupIndex, embed }: FamilyRun): number {
  const given = embed?.chain?.[0] && optionsOf(embed.chain[0]).group_index;
  return groupIndex ?? (typeof given === "number" ? given : 0);
}

function chordOf({ embed }: FamilyRun): WireSignature | undefined {
  const [last] = embed?.chain ?? [];
  return embed?.chord ?? (last === undefined ? undefined : signaturesOf(optionsOf(last).chord)[0]);
}
