/** Where the shopper writes: grows with the text, sends on Enter, says what is too long. */
import type { JSX } from "preact";
import { IconButton } from "./icons.tsx";
import type { View } from "./view.ts";

/** From here on the characters that are left are counted. */
const WARN_SHARE = 0.9;
/** As tall as it gets. A text that surely needs that is not measured: a pasted book takes a browser long to lay out. */
const TALL = { pixels: 140, characters: 2_000 };

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
const characters = (text: string): number => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);

/** Past every render, as typing should cost nothing. */
function changed(area: HTMLTextAreaElement, limit: number, { t }: View): void {
  area.style.blockSize = "auto";
  const height = area.value.length > TALL.characters ? TALL.pixels : Math.min(area.scrollHeight, TALL.pixels);
  area.style.blockSize = `${height}px`;
  const form = area.form as HTMLFormElement;
  const count = area.value.length > limit * WARN_SHARE ? characters(area.value.trim()) : 0;
  const words = count > limit ? t("too_long", { count: count - limit }) : count > limit * WARN_SHARE ? `${count} / ${limit}` : "";
  (form.lastElementChild as HTMLElement).textContent = words;
  form.toggleAttribute("data-excess", count > limit);
  form.toggleAttribute("data-filled", !!area.value.trim());
}
