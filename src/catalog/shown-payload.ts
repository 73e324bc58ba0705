import { SecretSeal } from "../run/secret-seal.ts";
import type { Payload } from "../task/payload.ts";
import { SEALED } from "../task/sealed-text.ts";
import { declaresSecrets, mapSecrets } from "../task/secret-schema.ts";
import type { KnownTask } from "./task-directory.ts";

const MASK = "[secret]";

/** A run's payload for reading: what another kind of client sent unsealed, and the task's schema declares secret, is masked. */
export function shownPayload(payload: Payload, known: KnownTask | undefined): Payload {
  const schema = known?.announced.inputSchema ?? null;
  if (!declaresSecrets(schema)) return payload;
  return SecretSeal.inPayload(payload, known?.announced.positional ?? null, (input) =>
    mapSecrets(schema, input, (secret) => (typeof secret === "string" && secret.startsWith(SEALED) ? secret : MASK)),
  );
}

/** For `JSON.stringify`: what is sealed tells a person nothing. */
export const maskSealed = (_key: string, value: unknown): unknown =>
  typeof value === "string" && value.startsWith(SEALED) ? MASK : value;
