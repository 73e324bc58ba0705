import type { RouteOptions } from "fastify";
import type { Access } from "./access.ts";

export interface ListedRoute {
  readonly method: string;
  /** With its parameters as `:name`. */
  readonly url: string;
  readonly permission: Access | undefined;
  readonly hidden: boolean;
}

/** The routes as they were registered. */
export class RouteList {
  readonly #routes: (ListedRoute & { readonly pattern: RegExp })[] = [];

  add(route: RouteOptions): void {
    const pattern = new RegExp(
      `^${route.url
        .replace(/[.\\+?^${}()|[\]]/g, "\\$&")
        .replace(/:[^/]+/g, "[^/]+")
        .replace(/\*/g, ".*")}$`,
    );
    for (const method of [route.method].flat()) {
      this.#routes.push({
        method,
        url: route.url,
        permission: route.config?.permission,
        hidden: route.schema?.hide === true,
        pattern,
      });
    }
  }

  all(): readonly ListedRoute[] {
    return this.#routes;
  }

  /** The methods that the API knows at an address. */
  methodsAt(path: string): readonly string[] {
    const matching = this.#routes.filter(({ pattern, hidden }) => !hidden && pattern.test(path));
    return [...new Set(matching.map(({ method }) => method))].sort();
  }
}
