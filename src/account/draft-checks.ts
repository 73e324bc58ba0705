import { HyoshiError } from "../base/error.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, pointer } from "../base/field-error.ts";

/** The codes of all permissions that there are now, the models' among them. */
export type KnownPermissions = () => readonly string[];

/** Unknown permissions, but for those that are there already: their app may be away for a while. */
export function checkPermissions(
  permissions: readonly string[],
  had: readonly string[],
  known: readonly string[],
): FieldError[] {
  return permissions.flatMap((permission, index) =>
    known.includes(permission) || had.includes(permission)
      ? []
      : [
          {
            path: pointer("/permissions", index),
            code: "unknown_permission",
            detail: `there is no permission '${permission}'`,
            accepted: `one of ${known.join(", ")}`,
            text: { en: `There is no permission ${permission}`, ja: `「${permission}」という権限はありません` },
          },
        ],
  );
}

export const versionFault: FieldError = {
  path: "/version",
  code: "required",
  detail: "is required: the version that the change was made from",
  text: faultWords.versionNeeded,
};

/** `fields.current` is the thing as it is now. */
export function staleVersion(what: string, current: object): HyoshiError {
  return new HyoshiError(
    "stale_version",
    `${what} was changed in the meantime: look at it as it is now, then save again`,
    {
      fields: { current },
    },
  );
}
