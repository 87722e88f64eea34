/** What somebody chooses for themselves: language, look, sound, keys. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { askToNotify, chime, mayNotify } from "../alerts.ts";
import { COMMANDS, DEFAULT_KEYS, remapped } from "../shortcuts.ts";
import { useConsole } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { modifier, OfficeLinks } from "./rail.tsx";
import { isSupervisor } from "./rows.ts";
import { LanguageSwitch } from "./signin.tsx";

const THEMES = ["system", "light", "dark"] as const;

export function Settings(): JSX.Element {
  const { desk, t, open, preferences, prefer, state } = useConsole();
  return (
    <Dialog title={t("settings")} closeLabel={t("close")} kind="settings" onClose={() => open(null)}>
      <section class="setting">
        <h3>{t("interface_language")}</h3>
        <LanguageSwitch t={t} language={preferences.language} onLanguage={(language) => prefer("language", language)} />
      </section>
      <section class="setting">
        <h3>{t("theme")}</h3>
        <div class="languages" role="group" aria-label={t("theme")}>
          {THEMES.map((theme) => (
            <button type="button" key={theme} aria-pressed={preferences.theme === theme} onClick={() => prefer("theme", theme)}>
              {t(`theme_${theme}`)}
            </button>
          ))}
        </div>
      </section>
      {isSupervisor(state) ? (
        <nav class="setting only-phone office-links" aria-label={t("supervision")}>
          <OfficeLinks />
        </nav>
      ) : null}
      <Alerts />
      <Keys />
      <section class="setting signed">
        <p>
          <strong>{state.session?.agent.name}</strong>
          <span class="quiet">{state.session?.agent.email}</span>
        </p>
        <a class="button" href="#/account" onClick={() => open(null)}>
          <Icon name="person" size={18} /> {t("account")}
        </a>
        <button type="button" class="button" onClick={() => void desk.signOut()}>
          <Icon name="out" size={18} /> {t("sign_out")}
        </button>
      </section>
    </Dialog>
  );
}

function Alerts(): JSX.Element {
  const { t, preferences, prefer } = useConsole();
  const [notified, setNotified] = useState(mayNotify());
  const sound = (on: boolean): void => {
    prefer("sound", on);
    if (on) chime();
  };
  return (
    <section class="setting">
      <h3>{t("alerts")}</h3>
      <Check label={t("sound")} on={preferences.sound} onChange={sound} />
      {notified ? (
        <p class="quiet">{t("notifications_on")}</p>
      ) : (
        <button type="button" class="button" onClick={() => void askToNotify().then(setNotified)}>
          {t("notifications_ask")}
        </button>
      )}
    </section>
  );
}

const Check = ({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }): JSX.Element => (
  <label class="check">
    <input type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} /> <span>{label}</span>
  </label>
);

/** The list of keys is where they are changed, too. */
function Keys(): JSX.Element {
  const { t, preferences, prefer } = useConsole();
  const changed = COMMANDS.some((command) => preferences.keys[command] !== DEFAULT_KEYS[command]);
  return (
    <section class="setting">
      <h3>{t("shortcuts")}</h3>
      <Check label={t("shortcuts_on")} on={preferences.shortcuts} onChange={(on) => prefer("shortcuts", on)} />
      <ul class="keys">
        {COMMANDS.map((command) => (
          <li key={command}>
            <label>
              <span>{t(`key_${command}`)}</span>
              <input
                class="key"
                value={preferences.keys[command]}
                disabled={!preferences.shortcuts}
                autocomplete="off"
                autocapitalize="none"
                onFocus={(event) => event.currentTarget.select()}
                onInput={(event) => {
                  const typed = [...event.currentTarget.value].at(-1) ?? "";
                  prefer("keys", remapped(preferences.keys, command, typed));
                  event.currentTarget.value = preferences.keys[command];
                }}
              />
            </label>
          </li>
        ))}
        <Fixed keys="1 2 3" what={t("key_suggestion")} />
        <Fixed keys={`${modifier}K`} what={t("menu")} />
        <Fixed keys={`${modifier}Enter`} what={t("send")} />
        <Fixed keys="Esc" what={t("key_escape")} />
      </ul>
      {changed ? (
        <button type="button" class="link" onClick={() => prefer("keys", DEFAULT_KEYS)}>
          {t("keys_reset")}
        </button>
      ) : null}
    </section>
  );
}

const Fixed = ({ keys, what }: { keys: string; what: string }): JSX.Element => (
  <li>
    <span>{what}</span>
    <kbd>{keys}</kbd>
  </li>
);
