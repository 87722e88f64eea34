/** The one set of design tokens: colour, space, type, motion; light and dark. For `:root` of a page or `.parley` in a shadow root. */
const shape = [
  "--font:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
  "--text-s:12px;--text-m:13px;--text:15px;--text-l:17px",
  "--radius-s:8px;--radius-m:12px;--radius-l:18px",
  "--fast:120ms;--calm:240ms;--ease:cubic-bezier(.2,.8,.2,1)",
].join(";");

/** ink and soft read on every ground (4.5:1 and more); edge is 3:1 for the outline of a control; line only divides. */
const light = [
  "color-scheme:light",
  "--surface:#fff;--raised:#f0f2f1;--raised-2:#e5e9e7",
  "--ink:#15201d;--soft:#55615d;--line:#e2e6e4;--edge:#7c8884",
  "--accent:#0b6b5d;--accent-2:#08574b;--on-accent:#fff;--accent-text:#0b6b5d;--accent-ground:#e3f1ee",
  "--good:#18703c;--warn:#8a5300;--warn-ground:#fdf1dc;--bad:#b3261e;--bad-ground:#fdecea",
  "--shadow-1:0 1px 2px rgb(16 24 22/.08)",
  "--shadow-2:0 2px 6px rgb(16 24 22/.08),0 12px 40px rgb(16 24 22/.18)",
].join(";");

const dark = [
  "color-scheme:dark",
  "--surface:#1a1e1d;--raised:#252b29;--raised-2:#303735",
  "--ink:#edf1ef;--soft:#a7b2ae;--line:#2c3331;--edge:#7a8682",
  "--accent:#3fc2ab;--accent-2:#5fd0bc;--on-accent:#04231e;--accent-text:#5fd0bc;--accent-ground:#16352f",
  "--good:#6fd394;--warn:#f0b65c;--warn-ground:#35270f;--bad:#ff9d94;--bad-ground:#3d1b18",
  "--shadow-1:0 1px 2px rgb(0 0 0/.4)",
  "--shadow-2:0 2px 6px rgb(0 0 0/.4),0 16px 48px rgb(0 0 0/.6)",
].join(";");

/** What only console, dashboard and the other pages use. */
const more = "--text-xl:22px;--line-height:1.5;--space-1:4px;--space-2:8px;--space-3:12px;--space-4:16px;--space-5:24px;--space-6:32px;--target:44px";
const moreLight = "--ground:#f5f6f5;--good-ground:#e4f3e9;--note:#fff6d9;--note-edge:#d9b54a";
const moreDark = "--ground:#121514;--good-ground:#16301f;--note:#3a3115;--note-edge:#a3852e";

/** `data-theme="light|dark"` on the root overrules what the system prefers. */
const sheet = (always: string, day: string, night: string): string =>
  `:root,.parley{${always};${day}}@media(prefers-color-scheme:dark){:root,.parley{${night}}}[data-theme=light]{${day}}[data-theme=dark]{${night}}`;

export const tokens = sheet(`${shape};${more}`, `${light};${moreLight}`, `${dark};${moreDark}`);

/** The chat names its theme itself. */
export const chatTokens = `.parley{${shape};${light}}[data-theme=dark]{${dark}}`;
