import { type AdminModel, bilingual, fieldLabel } from "../../model/admin-model.ts";
import { isReadOnly } from "../../model/record-check.ts";
import type { ModelView } from "../contract.ts";

export function modelViewOf(shown: AdminModel): ModelView {
  const { model, label, labelPlural, list } = shown;
  return {
    name: model.name,
    app: model.app,
    label,
    labelPlural,
    fields: Object.entries(model.fields).map(([name, field]) => ({
      name,
      kind: field.kind,
      label: fieldLabel(model, name),
      help: field.help === undefined ? null : bilingual(field.help),
      required: !field.optional && field.default === undefined && field.kind !== "id" && field.automatic === undefined,
      readOnly: isReadOnly(shown, name),
      maxLength: field.maxLength ?? null,
      choices: field.choices === undefined ? null : [...field.choices],
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(field.min === undefined ? {} : { min: field.min }),
      ...(field.max === undefined ? {} : { max: field.max }),
      nullable: field.optional,
    })),
    list: {
      columns: [...list.columns],
      ordering: list.ordering,
      search: [...list.search],
      filters: [...list.filters],
    },
  };
}
