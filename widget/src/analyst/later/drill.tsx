/** The conversations that a mark counts, and one of them, in a drawer over the page. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../agent/views/icons.tsx";
import { EpisodeListing } from "./listing.tsx";
import { TranscriptView } from "./transcript.tsx";
import { useLaterBoard } from "./words.ts";

export function Drill(): JSX.Element {
  const { t, address, go } = useLaterBoard();
  const { list, conversation } = address;
  const drawer = useRef<HTMLDialogElement>(null);
  const close = (): void => go({ list: null, conversation: null });
  useEffect(() => {
    const from = document.activeElement as HTMLElement | SVGElement | null;
    if (!drawer.current?.open) drawer.current?.showModal();
    return () => {
      if (from?.isConnected) from.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => void drawer.current?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true }), [conversation]);
  return (
    <dialog
      ref={drawer}
      class="drawer"
      aria-label={t(conversation ? "transcript" : "conversations")}
      onCancel={(event) => {
        event.preventDefault();
        if (conversation && list) go({ conversation: null });
        else close();
      }}
      onMouseDown={(event) => event.target === drawer.current && close()}
    >
      <div class="drawer-inner">
        <header>
          {conversation && list ? (
            <button type="button" class="icon-button" aria-label={t("back_to_list")} onClick={() => go({ conversation: null })}>
              <Icon name="back" />
            </button>
          ) : null}
          <h2 tabIndex={-1}>{t(conversation ? "transcript" : "conversations")}</h2>
          <button type="button" class="icon-button" aria-label={t("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {conversation ? <TranscriptView key={conversation} named={conversation} /> : list ? <EpisodeListing key={JSON.stringify(list)} list={list} /> : null}
      </div>
    </dialog>
  );
}
