import { type AdminModel, isAdminModel } from "./admin-model.ts";
import { isModel } from "./model.ts";

/** An app as it was imported. */
export interface AppExports {
  readonly name: string;
  readonly admin: { readonly file: string | null; readonly exports: Readonly<Record<string, unknown>> } | null;
}

export interface AppModelProblem {
  readonly severity: "error" | "warning";
  /** `duplicate_model` or `model_without_admin`. */
  readonly code: string;
  readonly message: string;
  readonly app: string;
  readonly file: string | null;
}

/** The models that the apps' `admin.ts` export, in the apps' order, and what is wrong with them. The first of a name counts. */
export function collectAdminModels(apps: readonly AppExports[]): {
  readonly models: readonly AdminModel[];
  readonly problems: readonly AppModelProblem[];
} {
  const models = new Map<string, { shown: AdminModel; where: string }>();
  const problems: AppModelProblem[] = [];
  for (const { name: app, admin } of apps) {
    const file = admin?.file ?? null;
    const report = (severity: "error" | "warning", code: string, message: string) => {
      problems.push({ severity, code, message, app, file });
    };
    const where = file ?? `module 'admin' of app '${app}'`;
    for (const [name, value] of Object.entries(admin?.exports ?? {})) {
      if (isModel(value)) {
        const text = `${where} exports model '${value.name}' as '${name}' and does not show it: export adminModel(${name}, { … })`;
        report("warning", "model_without_admin", text);
      }
      if (!isAdminModel(value)) continue;
      const model = value.model.name;
      const other = models.get(model);
      if (other !== undefined && other.shown !== value) {
        report(
          "error",
          "duplicate_model",
          `model '${model}' is shown by ${other.where} and again by ${where}: take one out`,
        );
      }
      if (other === undefined) models.set(model, { shown: value, where });
    }
  }
  return { models: [...models.values()].map(({ shown }) => shown), problems };
}
