import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { faultWords } from "../base/fault-words.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { AccountStore, Group, GroupDraft, PageRequest } from "./account-store.ts";
import { checkPermissions, type KnownPermissions, staleVersion, versionFault } from "./draft-checks.ts";
import { type Actor, beyond } from "./permission.ts";

/** Groups of users, who hold the group's permissions besides their own. */
export class GroupAccounts {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #known: KnownPermissions;

  constructor(store: AccountStore, clock: Clock, known: KnownPermissions) {
    this.#store = store;
    this.#clock = clock;
    this.#known = known;
  }

  async get(id: number): Promise<Group> {
    return present(await this.#store.groups.find(id), id);
  }

  async findByName(name: string): Promise<Group | undefined> {
    const id = await this.#store.groups.findIdByName(name.normalize("NFC").trim());
    return id === undefined ? undefined : this.#store.groups.find(id);
  }

  list(page: PageRequest<string>): Promise<readonly Group[]> {
    return this.#store.groups.list(page);
  }

  count(cap: number): Promise<number> {
    return this.#store.groups.count(cap);
  }

  async create(input: GroupDraft, by: Actor): Promise<Group> {
    const draft = this.#checked(input, [], by);
    return this.#store.transaction(async (store) => {
      const id = await store.groups.add(draft);
      if (id === undefined) throw nameTaken(draft.name);
      await this.#record(store, by, id, draft.name, "created", undefined, draft);
      return present(await store.groups.find(id), id);
    });
  }

  /** Throws `stale_version` with the group as it is, where it is no longer at `version`. */
  async update(id: number, version: number | undefined, input: GroupDraft, by: Actor): Promise<Group> {
    if (version === undefined) throw invalid([versionFault]);
    return this.#store.transaction(async (store) => {
      const before = present(await store.groups.find(id), id);
      const draft = this.#checked(input, before.permissions, by);
      const namesake = await store.groups.findIdByName(draft.name);
      if (namesake !== undefined && namesake !== id) throw nameTaken(draft.name);
      if (before.version !== version || !(await store.groups.update(id, version, draft))) {
        throw staleVersion(`group '${before.name}'`, before);
      }
      await this.#record(store, by, id, draft.name, "updated", before, draft);
      return present(await store.groups.find(id), id);
    });
  }

  async remove(id: number, by: Actor): Promise<void> {
    await this.#store.transaction(async (store) => {
      const before = present(await store.groups.find(id), id);
      await store.groups.remove(id);
      await this.#record(store, by, id, before.name, "deleted", before, undefined);
    });
  }

  #checked(input: GroupDraft, had: readonly string[], by: Actor): GroupDraft {
    const draft = { name: input.name.normalize("NFC").trim(), permissions: [...new Set(input.permissions)].sort() };
    const faults: FieldError[] = checkPermissions(input.permissions, had, this.#known());
    if (draft.name === "")
      faults.push({ path: "/name", code: "required", detail: "is required", text: faultWords.required });
    if (faults.length > 0) throw invalid(faults);
    const given = draft.permissions.filter((permission) => !had.includes(permission));
    const missing = beyond(by, given);
    if (missing.length > 0) {
      const text = {
        en: `You cannot give permissions that you do not hold (${missing.join(", ")}).`,
        ja: `自分にない権限（${missing.join("、")}）は、ほかの人に与えられません。`,
      };
      const message = `nobody can give what they do not hold: '${missing.join("', '")}'`;
      throw new HyoshiError("forbidden", message, { fields: { text } });
    }
    return draft;
  }

  #record(
    store: AccountStore,
    by: Actor,
    id: number,
    label: string,
    action: string,
    before: GroupDraft | undefined,
    after: GroupDraft | undefined,
  ): Promise<void> {
    return store.record({
      at: this.#clock.now(),
      by: by.name,
      resource: "group",
      resourceId: String(id),
      label,
      action,
      before: before === undefined ? null : { name: before.name, permissions: before.permissions },
      after: after === undefined ? null : { name: after.name, permissions: after.permissions },
    });
  }
}

function present(group: Group | undefined, id: number): Group {
  if (group === undefined) throw new HyoshiError("not_found", `there is no group ${id}`);
  return group;
}

function nameTaken(name: string): HyoshiError {
  const text = { en: "Another group has this name", ja: "同じ名前のグループがすでにあります" };
  return invalid([{ path: "/name", code: "name_taken", detail: `another group is called '${name}'`, text }]);
}
