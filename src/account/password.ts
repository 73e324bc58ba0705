/** Loaded with the first password: of all that opens a project, only the admin and its commands see one. */
const argon2 = () => import("@node-rs/argon2");

/** Argon2id at 19 MiB and two passes: what OWASP names as its least; about 30 ms on one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** No password gives it; verified against in place of a hash that is not there, so that the answer takes as long. */
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** One text for every way to type it: a Japanese keyboard may give full-width letters. */
const normalized = (password: string): string => password.normalize("NFKC");

/** The password's hash as PHC text. Works in a thread of the pool. */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2();
  return hash(normalized(password), COST);
}

/** Whether the password fits. Takes as long for a hash that is null, or that cannot be read, as for a real one. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const { verify } = await argon2();
  try {
    const fits = await verify(stored ?? NOBODYS_HASH, normalized(password));
    return fits && stored !== null;
  } catch {
    await verify(NOBODYS_HASH, normalized(password));
    return false;
  }
}

/** Whether the hash was made at another cost than today's. */
export async function needsRehash(stored: string): Promise<boolean> {
  const { parseOptions } = await argon2();
  const { memoryCost, timeCost, parallelism } = parseOptions(stored);
  return memoryCost !== COST.memoryCost || timeCost !== COST.timeCost || parallelism !== COST.parallelism;
}
