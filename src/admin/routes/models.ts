import { z } from "zod";
import { modelPermission } from "../../account/permission.ts";
import { may } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { modelView, page } from "../contract.ts";
import { modelViewOf } from "../views/model-view.ts";

const tags = ["models"];

export function registerModels(server: AdminServer, { records }: AdminApp): void {
  server.get(
    "/models",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "The apps' models whose records the caller may see",
        description: "On one page, in the order of the apps.",
        tags,
        response: { 200: page(modelView) },
      },
    },
    (request) => {
      const visible = records.models.filter(({ model }) => may(request, modelPermission(model.name, "view")));
      return { items: visible.map(modelViewOf), next: null };
    },
  );

  server.get(
    "/models/:name",
    {
      config: { permission: { model: "view" } },
      schema: { summary: "A model", tags, params: z.object({ name: z.string() }), response: { 200: modelView } },
    },
    ({ params }) => modelViewOf(records.model(params.name)),
  );
}
