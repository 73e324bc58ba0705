import type { RJSFSchema, ValidatorType } from "@rjsf/utils";
import { fitsSchema } from "./check-schema.ts";

/**
 * What the form library needs of a validator: which branch of `anyOf` and `oneOf` a value fits. The form's own errors are handed
 * to it from outside, where the JSON editor has them too. Ajv is out of the question: it generates code.
 */
export const rjsfValidator: ValidatorType<unknown, RJSFSchema> = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid: (schema, value, rootSchema) => {
    if (typeof schema !== "object" || rootSchema === undefined) return fitsSchema(schema as object, value);
    const { $defs, definitions } = rootSchema;
    return fitsSchema({ ...($defs && { $defs }), ...(definitions && { definitions }), ...schema }, value);
  },
};
