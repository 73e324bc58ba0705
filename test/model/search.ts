import type { FiringModel } from "./firing-model.ts";
import type { State } from "./firing-state.ts";
import { violation } from "./invariants.ts";

export interface Found {
  readonly states: number;
  /** The names of the statements and events that the search met. */
  readonly names: ReadonlySet<string>;
  /** Absent where no reachable state is wrong. */
  readonly fault?: { readonly text: string; readonly path: readonly string[] };
}

/** Visits every state that can be reached, the nearest first, and stops at the first that is wrong. */
export function search(model: FiringModel, start: State, mostStates = 3_000_000): Found {
  const names = new Set<string>();
  const numbers = new Numbers();
  const seen = new Set([fingerprint(start, numbers)]);
  // For each state only how it was reached is kept: the way back to a fault.
  const cameFrom: Int32Array = new Int32Array(mostStates);
  const cameBy: string[] = [""];
  let layer: { state: State; number: number }[] = [{ state: start, number: 0 }];
  const pathTo = (number: number): string[] => {
    const path: string[] = [];
    for (let at = number; at !== 0; at = cameFrom[at] ?? 0) path.unshift(cameBy[at] ?? "");
    return path;
  };
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const { state, number } of layer) {
      let canGoOn = state.beats.every((beat) => beat === null);
      for (const step of model.steps(state)) {
        canGoOn ||= step.isStatement;
        names.add(step.name);
        const key = fingerprint(step.state, numbers);
        if (seen.has(key)) continue;
        seen.add(key);
        const found = seen.size - 1;
        if (found >= mostStates) throw new Error(`more than ${mostStates} states`);
        cameFrom[found] = number;
        cameBy.push(step.name);
        const text = violation(model, step.state);
        if (text !== undefined) return { states: seen.size, names, fault: { text, path: pathTo(found) } };
        next.push({ state: step.state, number: found });
      }
      if (!canGoOn)
        return { states: seen.size, names, fault: { text: "two beats wait for each other", path: pathTo(number) } };
    }
    layer = next;
  }
  return { states: seen.size, names };
}

/** Gives equal values the same number. What is shared by many states is looked at once. */
class Numbers {
  readonly #ofObject = new WeakMap<object, number>();
  readonly #ofText = new Map<string, number>();

  of(value: object | null): number {
    if (value === null) return 0;
    const known = this.#ofObject.get(value);
    if (known !== undefined) return known;
    const text = JSON.stringify(value);
    const number = this.#ofText.get(text) ?? this.#ofText.size + 1;
    this.#ofText.set(text, number);
    this.#ofObject.set(value, number);
    return number;
  }
}

/** Equal states have equal texts, and others have others. Two beats are alike: which one is where makes no difference. */
function fingerprint({ database, beats, left }: State, numbers: Numbers): string {
  const { schedules, live, done, pause, purged, added, clock } = database;
  const parts = [...schedules, live, done, pause, purged, added, left].map((part) => numbers.of(part));
  const ofBeats = beats.map((beat) => numbers.of(beat)).sort((a, b) => a - b);
  return [clock, ...parts, ...ofBeats].join(" ");
}
