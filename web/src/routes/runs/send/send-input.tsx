import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { lazy, Suspense, useState } from "react";
import { JsonField, type JsonValue } from "../../../components/json/json-field.tsx";
import type { ProblemFields } from "../../../components/problem-fields.ts";
import type { TaskView } from "../../../services/wire.ts";
import { useSendMessages } from "./messages.ts";

const SchemaForm = lazy(() => import("../../../components/schema-form/checked-schema-form.tsx"));

export interface SendInputValue {
  input: JsonValue;
  args: JsonValue;
  kwargs: JsonValue;
}
interface Props {
  task: TaskView | undefined;
  value: SendInputValue;
  onChange: (changes: Partial<SendInputValue>) => void;
  fields: ProblemFields;
  /** After an attempt to send, what is missing is said even where nothing was typed yet. */
  isStrict: boolean;
}

export const hasSchema = (task: TaskView | undefined): boolean =>
  typeof task?.inputSchema === "object" && task.inputSchema !== null;

/** The input of what is sent: a form drawn from the task's schema, or args and kwargs for a task without one. */
export function SendInput({ task, value, onChange, fields, isStrict }: Props) {
  const m = useSendMessages();
  const [tab, setTab] = useState<"form" | "json">("form");
  const { input, args, kwargs } = value;
  const schema = task?.inputSchema;
  if (typeof schema !== "object" || schema === null) {
    const isObject = typeof kwargs.value === "object" && kwargs.value !== null && !Array.isArray(kwargs.value);
    const wrong = (isRight: boolean, text: string) => (isRight ? [] : [{ path: "", text }]);
    return (
      <>
        <JsonField
          label={m.args}
          json={args}
          onChange={(json) => onChange({ args: json })}
          faults={[...wrong(Array.isArray(args.value), m.wantsArray), ...fields.under("/args")]}
          minLines={1}
        />
        <JsonField
          label={m.kwargs}
          json={kwargs}
          onChange={(json) => onChange({ kwargs: json })}
          faults={[...wrong(isObject, m.wantsObject), ...fields.under("/kwargs")]}
          minLines={2}
        />
      </>
    );
  }
  return (
    <Box>
      <Tabs value={tab} onChange={(_, next: "form" | "json") => setTab(next)} sx={{ mb: 2 }}>
        <Tab value="form" label={m.form} disabled={input.unread !== undefined} />
        <Tab value="json" label={m.json} />
      </Tabs>
      <Suspense fallback={<Skeleton variant="rounded" height={100} />}>
        <SchemaForm
          key={task?.name}
          view={tab}
          label={m.input}
          nothing={m.nothing}
          schema={schema}
          json={input}
          onChange={(json) => onChange({ input: json })}
          faults={fields.under("/input")}
          isStrict={isStrict}
          idPrefix="send"
        />
      </Suspense>
    </Box>
  );
}
