import type { JsonFault } from "../../../components/json/json-editor.tsx";
import { textOfFault } from "../../../services/problem.ts";
import type { Bilingual, Problem } from "../../../services/wire.ts";

/** What the server found wrong, by the field's JSON Pointer. */
export class FieldErrors {
  readonly #errors: ReadonlyMap<string, string>;

  constructor(errors: ReadonlyMap<string, string> = new Map()) {
    this.#errors = errors;
  }

  /** A part that has no path of its own gets one below its value's: `/schedules/0/expression/minute`. */
  static of(problem: Problem | undefined, language: keyof Bilingual): FieldErrors {
    const errors = new Map<string, string>();
    for (const fault of problem?.errors ?? []) {
      const path = fault.field === undefined ? fault.path : `${fault.path}/${fault.field}`;
      const text = textOfFault(fault, language);
      errors.set(path, errors.has(path) ? `${errors.get(path)}\n${text}` : text);
    }
    return new FieldErrors(errors);
  }

  get list(): readonly JsonFault[] {
    return [...this.#errors].map(([path, text]) => ({ path, text }));
  }

  at(path: string): string | undefined {
    return this.#errors.get(path);
  }

  /** Those inside of what `path` points at, itself included, with pointers relative to it. */
  under(path: string): JsonFault[] {
    return this.list
      .filter((fault) => fault.path === path || fault.path.startsWith(`${path}/`))
      .map((fault) => ({ path: fault.path.slice(path.length), text: fault.text }));
  }
}
