import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Link, useNavigate } from "react-router-dom";
import { Confirm } from "../../../components/confirm.tsx";
import { EditForm } from "../../../components/edit-form/edit-form.tsx";
import { useEditFormMessages } from "../../../components/edit-form/messages.ts";
import { useEditForm } from "../../../components/edit-form/use-edit-form.ts";
import { PageHead } from "../../../components/page-head.tsx";
import { useToast } from "../../../components/toast.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import { addRecord, changeRecord, removeRecord } from "../../../services/models.ts";
import { useMay } from "../../../services/session.ts";
import type { ModelRecord, ModelView } from "../../../services/wire.ts";
import { FieldValue } from "../field-value.tsx";
import { useModelMessages } from "../messages.ts";
import { useMayWith } from "../model-permission.ts";
import { FieldInput } from "./field-input.tsx";
import { changedFields, isJson, type RecordDraft, recordDraft } from "./record-draft.ts";

interface Draft {
  values: RecordDraft;
  /** The record that the values were made from. */
  base: ModelRecord | undefined;
}
interface Props {
  model: ModelView;
  /** Undefined for a new one. */
  record: ModelRecord | undefined;
}

/** A record's fields, those that are only shown among them, as far as one may change them. */
export function RecordForm({ model, record }: Props) {
  const m = useModelMessages();
  const common = useEditFormMessages();
  const format = useFormat();
  const toast = useToast();
  const navigate = useNavigate();
  const may = useMayWith(model.name);
  const mayAny = useMay();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const list = `/models/${encodeURIComponent(model.name)}`;
  const id = record === undefined ? undefined : String(record.id);
  const mayWrite = may(record === undefined ? "add" : "change");
  const draftOf = (base: ModelRecord | undefined): Draft => ({
    values: recordDraft(model.fields, base, viewerZone),
    base,
  });
  const form = useEditForm<Draft>({
    initial: draftOf(record),
    save: ({ values, base }) => {
      const fields = changedFields(model.fields, values, base, viewerZone);
      return id === undefined || base === undefined
        ? addRecord(model.name, fields)
        : changeRecord(model.name, id, base, fields);
    },
    onSaved: () => {
      toast.say(common.saved);
      void navigate(list);
    },
    rebase: (current, mine) => ({ ...draftOf(current as ModelRecord), ...(mine && { values: mine.values }) }),
  });
  const isUnread = Object.values(form.draft.values).some((value) => isJson(value) && value.unread !== undefined);
  const remove = async (gone: string) => {
    setBusy(true);
    try {
      await removeRecord(model.name, gone);
      toast.say(m.removed(1));
      await navigate(list);
    } catch (error) {
      toast.fail(error);
      setBusy(false);
      setAsking(false);
    }
  };
  const label = format.text(model.label);
  const changes = `/changes?resource=${encodeURIComponent(`model:${model.name}`)}&resourceId=${id}`;
  return (
    <>
      <PageHead title={id === undefined ? m.newTitle(label) : m.title(label, id)} about={<code>{model.name}</code>}>
        {id !== undefined && mayAny("changes.view") && (
          <Button component={Link} to={changes}>
            {m.changes}
          </Button>
        )}
      </PageHead>
      <EditForm
        form={form}
        back={list}
        isReadOnly={!mayWrite}
        isBlocked={isUnread}
        partOf={({ values }) => values}
        aside={
          id !== undefined &&
          may("delete") && (
            <Button color="error" onClick={() => setAsking(true)}>
              {m.remove}
            </Button>
          )
        }
      >
        {model.fields.map((field) => {
          if (!field.readOnly && mayWrite) {
            return (
              <FieldInput
                key={field.name}
                field={field}
                draft={form.draft.values[field.name]}
                onChange={(value) => form.change({ values: { ...form.draft.values, [field.name]: value } })}
                error={form.fields.at(`/${field.name}`)}
              />
            );
          }
          if (record === undefined) return null;
          return (
            <Box key={field.name}>
              <Box sx={{ fontSize: 12.5, color: "text.secondary" }}>{format.text(field.label)}</Box>
              <Box sx={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
                <FieldValue field={field} value={record[field.name]} isWhole />
              </Box>
            </Box>
          );
        })}
      </EditForm>
      {id !== undefined && (
        <Confirm
          open={isAsking}
          danger
          title={m.removeTitle(1)}
          action={m.removeAction(1)}
          busy={isBusy}
          onConfirm={() => void remove(id)}
          onClose={() => setAsking(false)}
        >
          {m.removeText}
        </Confirm>
      )}
    </>
  );
}
