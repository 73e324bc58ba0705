/** The passwords that are tried first, in lower case. Data: one text, split at spaces. */
export const commonPasswords: ReadonlySet<string> = new Set(`123456 password`.split(/\s+/));
