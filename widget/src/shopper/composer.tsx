/** Where the shopper writes: grows with the text, sends on Enter, says what is too long. */
import type { JSX } from "preact";
import { IconButton } from "./icons.tsx";
import type { View } from "./view.ts";

/** From here on the characters that are left are counted. */
const WARN_SHARE = 0.9;

export function Composer(view: View): JSX.Element {
  const { session, state, t } = view;
  const limit = state.settings?.message_length ?? 2_000;
  const submit = (form: HTMLFormElement): void => {
    const area = form.elements[0] as HTMLTextAreaElement;
    const text = area.value.trim();
    if (!text || characters(text) > limit) return;
    session.send(text);
    area.value = "";
    changed(area, limit, view);
    area.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      <textarea
        rows={1}
        class="entry"
        aria-label={t("message")}
        aria-describedby="excess"
        placeholder={t("placeholder")}
        enterkeyhint="send"
        onInput={({ currentTarget }) => {
          changed(currentTarget, limit, view);
          session.typing(!!currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit(event.currentTarget.form as HTMLFormElement);
        }}
      />
      <IconButton name="send" label={t("send")} class="send" />
      <p class="excess" id="excess" role="status" />
    </form>
  );
}

/** As the server counts: by character, not by UTF-16 unit. */
const characters = (text: string): number => [...text].length;

/** Past every render, as typing should cost nothing. */
function changed(area: HTMLTextAreaElement, limit: number, { t }: View): void {
  area.style.blockSize = "auto";
  area.style.blockSize = `${Math.min(area.scrollHeight, 140)}px`;
  const form = area.form as HTMLFormElement;
  const count = area.value.length > limit * WARN_SHARE ? characters(area.value.trim()) : 0;
  const words = count > limit ? t("too_long", { count: count - limit }) : count > limit * WARN_SHARE ? `${count} / ${limit}` : "";
  (form.lastElementChild as HTMLElement).textContent = words;
  form.toggleAttribute("data-excess", count > limit);
  form.toggleAttribute("data-filled", !!area.value.trim());
}
