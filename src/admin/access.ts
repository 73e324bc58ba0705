import type { FastifyRequest, RouteOptions } from "fastify";
import { holds, type ModelAction, modelPermission } from "../account/permission.ts";
import { HyoshiError } from "../base/error.ts";
import type { Viewer } from "./authentication.ts";
import type { Permission } from "./contract.ts";
import { permissionLabel } from "./permission-label.ts";

/**
 * Who may call a route: everybody, whoever is signed in, or who holds a permission. `{model: action}` stands for the permission on
 * the model that the route's parameter `name` names.
 */
export type Access = "public" | "signed-in" | Permission | { readonly model: ModelAction };

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route declares it; one without stops the server from starting. */
    permission?: Access;
  }
}

/** Stops the start of a server with a route that does not say who may call it: forgetting it must not open the route. */
export function demandDeclaredAccess(route: RouteOptions): void {
  if (route.config?.permission !== undefined) return;
  throw new HyoshiError(
    "route_without_permission",
    `route ${String(route.method)} ${route.url} declares no permission: add config: { permission: … } to it`,
  );
}

/** The permission that a call of a route needs; undefined for a route that needs none. */
export function neededPermission(access: Access, parameters: unknown): Permission | undefined {
  if (access === "public" || access === "signed-in") return undefined;
  if (typeof access === "string") return access;
  const name = (parameters as { name?: unknown } | undefined)?.name;
  return modelPermission(String(name), access.model);
}

/** Throws `forbidden` unless the viewer holds the permission: for what depends on the body, beside what the route declares. */
export function requirePermission(request: FastifyRequest, permission: Permission | string): Viewer {
  const viewer = viewerOf(request);
  if (holds(viewer, permission)) return viewer;
  throw forbidden(viewer, permission);
}

export function forbidden({ name }: Pick<Viewer, "name">, permission: string): HyoshiError {
  const label = permissionLabel(permission, []);
  const told = (text: string) => (text === permission ? permission : `${text} · ${permission}`);
  return new HyoshiError("forbidden", `user '${name}' does not hold the permission '${permission}'`, {
    fields: {
      permission,
      text: {
        en: `You do not have the permission for this (${told(label.en)}).`,
        ja: `この操作の権限がありません（${told(label.ja)}）。`,
      },
    },
  });
}

/** Whether the viewer holds the permission. */
export const may = (request: FastifyRequest, permission: Permission): boolean => holds(viewerOf(request), permission);

/** Who calls. Throws `unauthenticated` on a public route that nobody signed in to. */
export function viewerOf(request: FastifyRequest): Viewer {
  if (request.viewer !== null) return request.viewer;
  throw new HyoshiError("unauthenticated", "nobody is signed in: sign in, or send a bearer token");
}
