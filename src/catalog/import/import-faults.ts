import type { HyoshiError } from "../../base/error.ts";
import type { FieldError } from "../../base/field-error.ts";

/** Every fault of what was refused, in one line. */
export function reasonOf(error: HyoshiError): string {
  const errors = error.fields.errors as readonly FieldError[] | undefined;
  return error.code === "invalid" && errors !== undefined ? faultsOf(errors) : error.message;
}

export function faultsOf(errors: readonly FieldError[]): string {
  return errors.map(({ path, detail }) => `${path.slice(1).replaceAll("/", ".")} ${detail}`.trim()).join("; ");
}
