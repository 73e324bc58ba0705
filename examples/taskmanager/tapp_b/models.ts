import { field, model } from "hyoshi";

export const Counter = model("tapp_b.counter", {
  id: field.id(),
  count: field.integer({ label: { en: "Count", ja: "カウント" }, default: 0 }),
  message: field.text({
    label: { en: "Message", ja: "メッセージ" },
    help: { en: "What is counted", ja: "何を数えるか" },
    optional: true,
  }),
  created: field.createdAt({ label: { en: "Created", ja: "作成日時" } }),
  updated: field.updatedAt({ label: { en: "Updated", ja: "更新日時" } }),
});
