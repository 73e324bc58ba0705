import { z } from "zod";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { authenticate, type Viewer } from "../authentication.ts";
import { type Session, session, signIn, visitor } from "../contract.ts";
import { clearSessionCookie, setSessionCookie } from "../session-cookie.ts";

const tags = ["session"];

export function registerSession(server: AdminServer, app: AdminApp): void {
  const { accounts, config } = app;

  const view = (
    viewer: Pick<Viewer, "userId" | "name" | "displayName" | "superuser" | "permissions">,
    csrfToken: string,
  ): Session => ({
    user: {
      id: viewer.userId,
      username: viewer.name,
      displayName: viewer.displayName,
      superuser: viewer.superuser,
    },
    permissions: viewer.superuser ? [...accounts.permissions()] : [...viewer.permissions].sort(),
    csrfToken,
    settings: { timeZone: config.timeZone, version: config.version, projectName: config.projectName },
  });

  server.post(
    "/session",
    {
      config: { permission: "public", rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: {
        summary: "Sign in",
        description: "Sets the session's cookie. Too many wrong passwords are answered with 429 and `Retry-After`.",
        tags,
        body: signIn,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const signedIn = await accounts.sessions.signIn({ ...request.body, address: request.ip });
      setSessionCookie(reply, app, signedIn.token, signedIn.longestUntil);
      return view(signedIn.identity, signedIn.csrfToken);
    },
  );

  server.get(
    "/session",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "Who is signed in, with which permissions",
        description: "`csrfToken` is empty for a bearer token, which needs none.",
        tags,
        response: { 200: session },
      },
    },
    (request) => {
      const viewer = viewerOf(request);
      return view(viewer, viewer.session?.csrfToken ?? "");
    },
  );

  server.get(
    "/visitor",
    {
      config: { permission: "public" },
      schema: {
        summary: "Who is signed in, if anybody",
        description:
          "As `GET /session`, for a page that has just been loaded: where nobody is signed in, `session` is null.",
        tags,
        response: { 200: visitor },
      },
    },
    async (request) => {
      const viewer = await authenticate(request, app);
      return { session: viewer === undefined ? null : view(viewer, viewer.session?.csrfToken ?? "") };
    },
  );

  server.delete(
    "/session",
    {
      config: { permission: "signed-in" },
      schema: { summary: "Sign out", tags, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      if (viewer.session !== null) await accounts.sessions.signOut(viewer.session.tokenHash);
      clearSessionCookie(reply, app);
      return reply.code(204).send();
    },
  );
}
