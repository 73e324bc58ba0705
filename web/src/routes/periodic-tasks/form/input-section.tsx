import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { lazy, Suspense, useState } from "react";
import type { JsonFault } from "../../../components/json/json-editor.tsx";
import { JsonField } from "../../../components/json/json-field.tsx";
import type { TaskView } from "../../../services/wire.ts";
import type { JsonDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";

const SchemaForm = lazy(() => import("../../../components/schema-form/checked-schema-form.tsx"));

interface Props {
  task: TaskView | undefined;
  /** Whether any task was chosen, announced or not. */
  isChosen: boolean;
  input: JsonDraft;
  args: JsonDraft;
  kwargs: JsonDraft;
  onChange: (changes: { input?: JsonDraft; args?: JsonDraft; kwargs?: JsonDraft }) => void;
  /** What the server found, relative to each. */
  faults: { input: readonly JsonFault[]; args: readonly JsonFault[]; kwargs: readonly JsonFault[] };
  /** After an attempt to save, what is missing is said even where nothing was typed yet. */
  isStrict: boolean;
  /** A new one starts with the schema's defaults. */
  isNew: boolean;
  idPrefix: string;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);

/** A task's input: a form drawn from its schema with a JSON view beside it, or args and kwargs for a task without one. */
export function InputFields({
  task,
  isChosen,
  input,
  args,
  kwargs,
  onChange,
  faults,
  isStrict,
  isNew,
  idPrefix,
}: Props) {
  const m = useFormMessages();
  const [tab, setTab] = useState<"form" | "json">(input.unread === undefined ? "form" : "json");
  const schema = task?.inputSchema;
  const isGiven = !isNothing(args.value) || !isNothing(kwargs.value);
  if (task?.permission === "shell-tasks.run" && schema === null && !isGiven) {
    return <Box sx={{ color: "text.secondary" }}>{m.input.command}</Box>;
  }
  if (typeof schema !== "object" || schema === null) {
    const wrong = (isRight: boolean, text: string): JsonFault[] => (isRight ? [] : [{ path: "", text }]);
    const isObject = typeof kwargs.value === "object" && kwargs.value !== null && !Array.isArray(kwargs.value);
    return (
      <>
        <Box sx={{ color: "text.secondary", fontSize: 13.5 }}>{isChosen ? m.input.noSchema : m.input.noTask}</Box>
        <JsonField
          label={m.input.args}
          json={args}
          onChange={(json) => onChange({ args: json })}
          faults={[...wrong(Array.isArray(args.value), m.input.wantsArray), ...faults.args]}
          minLines={2}
        />
        <JsonField
          label={m.input.kwargs}
          json={kwargs}
          onChange={(json) => onChange({ kwargs: json })}
          faults={[...wrong(isObject, m.input.wantsObject), ...faults.kwargs]}
        />
      </>
    );
  }
  return (
    <div data-pointer="/input" tabIndex={-1}>
      <Tabs value={tab} onChange={(_, next: "form" | "json") => setTab(next)} sx={{ mb: 2 }}>
        <Tab value="form" label={m.input.form} disabled={input.unread !== undefined} />
        <Tab value="json" label={m.input.json} />
      </Tabs>
      <Suspense fallback={<Skeleton variant="rounded" height={120} />}>
        <SchemaForm
          view={tab}
          label={m.input.title}
          nothing={m.input.nothing}
          schema={schema}
          json={input}
          onChange={(json) => onChange({ input: json })}
          faults={faults.input}
          isStrict={isStrict}
          withDefaults={isNew}
          idPrefix={idPrefix}
        />
      </Suspense>
    </div>
  );
}
