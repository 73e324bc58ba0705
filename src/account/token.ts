import { createHash } from "node:crypto";
import type { Random } from "../base/random.ts";

const SECRET_BYTES = 32;

/** So that people and scanners recognise a token that lies where it should not. */
const API_TOKEN_PREFIX = "hys_";

export const newSecret = (random: Random): string => Buffer.from(random.bytes(SECRET_BYTES)).toString("base64url");

export const newApiToken = (random: Random): string => `${API_TOKEN_PREFIX}${newSecret(random)}`;

/**
 * How a token is kept: whoever reads the table cannot use it. A plain digest is enough, for there are 256 random bits in a
 * token, and a lookup by digest tells nothing about a token that is nearly right.
 */
export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");
