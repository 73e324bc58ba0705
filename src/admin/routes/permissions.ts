import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, permissionView } from "../contract.ts";
import { permissionLabel } from "../permission-label.ts";

export function registerPermissions(server: AdminServer, { accounts, records }: AdminApp): void {
  server.get(
    "/permissions",
    {
      config: { permission: "users.manage" },
      schema: {
        summary: "Every permission that there is",
        description: "On one page: the models' permissions are among them.",
        tags: ["users"],
        response: { 200: page(permissionView) },
      },
    },
    () => ({
      items: accounts.permissions().map((code) => ({ code, label: permissionLabel(code, records.models) })),
      next: null,
    }),
  );
}
