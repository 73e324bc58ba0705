import { useLanguage } from "../i18n/language.tsx";
import { problemOf, textOfFault } from "../services/problem.ts";
import type { JsonFault } from "./json/json-editor.tsx";

export interface ProblemFields {
  /** What is wrong at the field of a JSON Pointer. */
  at: (path: string) => string | undefined;
  /** What is wrong inside of a value, with pointers relative to it. */
  under: (path: string) => JsonFault[];
}

/** A refused request's mistakes, at their fields. */
export function useProblemFields(error: unknown): ProblemFields {
  const { language } = useLanguage();
  const errors = error === undefined ? [] : (problemOf(error).errors ?? []);
  const faults = errors.map((fault) => ({ path: fault.path, text: textOfFault(fault, language) }));
  return {
    at: (path) => {
      const texts = faults.filter((fault) => fault.path === path).map((fault) => fault.text);
      return texts.length === 0 ? undefined : texts.join("\n");
    },
    under: (path) =>
      faults
        .filter((fault) => fault.path === path || fault.path.startsWith(`${path}/`))
        .map((fault) => ({ path: fault.path.slice(path.length), text: fault.text })),
  };
}
