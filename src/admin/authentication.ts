import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Accounts } from "../account/accounts.ts";
import type { Identity, LiveSession } from "../account/login-sessions.ts";
import { HyoshiError, messageOf } from "../base/error.ts";
import type { AdminApp } from "./admin-app.ts";

/** Who calls, and how that was proved. */
export interface Viewer extends Identity {
  /** Null for a bearer token. */
  readonly session: Pick<LiveSession, "tokenHash" | "csrfToken"> | null;
}

declare module "fastify" {
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

export const SESSION_COOKIE = "hyoshi_session";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who calls; undefined where neither a valid token nor a live session is shown. A token wins over the cookie. */
export async function authenticate(
  request: FastifyRequest,
  { accounts, logger }: AdminApp,
): Promise<Viewer | undefined> {
  const later = (touched: Promise<void>) => {
    // The answer does not wait for it, and a full disk must not keep people from reading.
    touched.catch((error) => logger.debug({ error: messageOf(error) }, "the last use was not noted"));
  };
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return byToken(authorization, accounts, later);
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined || cookie === "") return undefined;
  const session = await accounts.sessions.identify(cookie);
  if (session === undefined) return undefined;
  later(accounts.sessions.touch(session));
  return { ...session.identity, session: { tokenHash: session.tokenHash, csrfToken: session.csrfToken } };
}

async function byToken(
  authorization: string,
  accounts: Accounts,
  later: (touched: Promise<void>) => void,
): Promise<Viewer | undefined> {
  const [, secret] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  const live = secret === undefined ? undefined : await accounts.tokens.identify(secret);
  if (live === undefined) {
    throw new HyoshiError("unauthenticated", "the bearer token is unknown, was removed, or has expired");
  }
  later(accounts.tokens.touch(live.token));
  return { ...live.identity, session: null };
}

/** Whether the session or token of a long answer still holds. Asking is no use of it. */
export async function isStillSignedIn(request: FastifyRequest, { accounts }: AdminApp): Promise<boolean> {
  const [, secret] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
  if (secret !== undefined) return (await accounts.tokens.identify(secret)) !== undefined;
  const cookie = request.cookies[SESSION_COOKIE] ?? "";
  return (await accounts.sessions.identify(cookie)) !== undefined;
}

/** Throws `csrf_failed` where a call that changes something came with the cookie but without the session's token. */
export function checkCsrfToken(request: FastifyRequest, viewer: Viewer): void {
  if (viewer.session === null || SAFE_METHODS.has(request.method)) return;
  const given = Buffer.from(String(request.headers["x-csrf-token"] ?? ""));
  const expected = Buffer.from(viewer.session.csrfToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new HyoshiError(
    "csrf_failed",
    "the header x-csrf-token is missing or is not this session's: ask GET /session for it",
  );
}

/**
 * Throws `cross_site_request` where a browser says that another site's page made a call that changes something. Programs send
 * neither header, and pass.
 */
export function checkOrigin(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  const origin = request.headers.origin;
  if (site === undefined && (origin === undefined || isOwn(origin, request.host))) return;
  throw new HyoshiError("cross_site_request", `a page of another site (${origin ?? site}) asked for this`);
}

/** Scheme aside: behind a proxy that does not tell it, the page's is not known here. */
function isOwn(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: theirs } = new URL(origin);
  // Parsed alike, so that a default port is left out of both.
  return theirs !== "" && URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === theirs;
}
