import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Instant } from "../base/clock.ts";
import type { AdminApp } from "./admin-app.ts";
import { SESSION_COOKIE } from "./authentication.ts";

function options(request: FastifyRequest, { config }: AdminApp): CookieSerializeOptions {
  return {
    path: config.basePath,
    httpOnly: true,
    sameSite: "lax",
    secure: config.secureCookies === "always" || request.protocol === "https",
  };
}

/** Hands the session's secret to the browser. It keeps the cookie until the session would end at the latest. */
export function setSessionCookie(reply: FastifyReply, app: AdminApp, token: string, expiresAt: Instant): void {
  // How long and not until when: the browser's clock may be another one.
  const maxAge = Math.floor((expiresAt - app.clock.now()) / 1000);
  reply.setCookie(SESSION_COOKIE, token, { ...options(reply.request, app), maxAge });
}

export function clearSessionCookie(reply: FastifyReply, app: AdminApp): void {
  reply.clearCookie(SESSION_COOKIE, options(reply.request, app));
}
