/** The permissions that are not about an app's model. Each model adds four, see {@link modelPermission}. */
export const corePermissions = [
  "periodic-tasks.view",
  "periodic-tasks.edit",
  "periodic-tasks.run",
  "periodic-tasks.delete",
  "calendars.edit",
  "runs.view",
  "runs.send",
  "runs.cancel",
  "runs.terminate",
  "shell-tasks.run",
  "workers.view",
  "workers.manage",
  "changes.view",
  "users.manage",
  "project.manage",
] as const;

/** What a person may do with the records of an app's model. */
export const modelActions = ["view", "add", "change", "delete"] as const;
export type ModelAction = (typeof modelActions)[number];

/** The permission for one action on the model `name`, such as `model.tapp_a.counter.view`. */
export const modelPermission = (name: string, action: ModelAction): `model.${string}.${ModelAction}` =>
  `model.${name}.${action}`;

/** Every permission that there is where the apps show these models. */
export function allPermissions(models: readonly string[]): readonly string[] {
  return [...corePermissions, ...models.flatMap((name) => modelActions.map((action) => modelPermission(name, action)))];
}

/** Whoever does something, and what that one may do. */
export interface Actor {
  /** Stands in the change records. */
  readonly name: string;
  /** Holds every permission, known or not. */
  readonly superuser: boolean;
  readonly permissions: ReadonlySet<string>;
}

/** A command on the host, or hyoshi itself: whoever can write to the database may do everything. */
export const systemActor = (name: string): Actor => ({ name, superuser: true, permissions: new Set() });

export function holds(actor: Pick<Actor, "superuser" | "permissions">, permission: string): boolean {
  return actor.superuser || actor.permissions.has(permission);
}

/** Of `permissions`, those that the actor does not hold and so cannot give. */
export function beyond(actor: Actor, permissions: Iterable<string>): readonly string[] {
  return [...new Set(permissions)].filter((permission) => !holds(actor, permission)).sort();
}
