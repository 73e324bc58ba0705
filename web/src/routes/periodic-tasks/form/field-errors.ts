import type { JsonFault } from "../../../components/json/json-editor.tsx";
import type { Problem } from "../../../services/wire.ts";

/** What the server found wrong, by the field's JSON Pointer. */
export class FieldErrors {
  readonly #errors: ReadonlyMap<string, string>;

  constructor(errors: ReadonlyMap<string, string> = new Map()) {
    this.#errors = errors;
  }

  static of(problem: Problem | undefined): FieldErrors {
    const errors = new Map<string, string>();
    for (const { path, detail, accepted } of problem?.errors ?? []) {
      const text = accepted && !detail.includes(accepted) ? `${detail} (${accepted})` : detail;
      errors.set(path, errors.has(path) ? `${errors.get(path)}; ${text}` : text);
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
