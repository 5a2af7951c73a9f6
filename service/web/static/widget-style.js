/**
 * The look of the widget, apart from that of its page, and the page's own accent colour if it can be read.
 *
 * :host takes back all that the page's style sheets do to the element, even with !important: among important rules those of
 * the shadow tree win. Custom properties alone pass. Sizes are in em: the page's root size, which rem follows, may be anything.
 */
import { accentOf } from "./widget-colours.js";

const CSS = `
:host { all: initial !important; display: flow-root !important; direction: ltr !important; unicode-bidi: isolate !important;
  color-scheme: light dark !important; }
:host([hidden]) { display: none !important; }
:host::before, :host::after { content: none !important; display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.frame {
  --back: #ffffff; --panel: #f2f5f8; --ink: #1b2530; --quiet: #51606f; --line: #c6d0d9; --field: #6b7a88;
  --accent: #17486b; --on-accent: #ffffff; --link: #125189; --mark: #ffe27a; --mark-ink: #1b1600; --note: #fff6db;
  --note-line: #b07d00; --error: #9c1c1c;
  font: 1em/1.55 var(--ratslotse-font, system-ui, "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif);
  color: var(--ink); text-align: start; overflow-wrap: anywhere; hyphens: auto;
}
@media (prefers-color-scheme: dark) {
  .frame {
    --back: #12181e; --panel: #1c252e; --ink: #e6ebf0; --quiet: #a9b5c0; --line: #3a4753; --field: #8494a3;
    --accent: #9ccbf0; --on-accent: #0c1b28; --link: #9ccbf0; --mark: #f4d35e; --mark-ink: #1b1600; --note: #2e2812;
    --note-line: #d9a82b; --error: #ff9d94;
  }
}
p, ul, ol, blockquote { margin: 0 0 0.7em; padding: 0; max-width: 70ch; }
ul, ol { list-style: none; }
a { color: var(--link); text-underline-offset: 0.15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.box { position: relative; background: var(--back); border: 1px solid var(--line); border-top: 0.3em solid var(--accent);
  border-radius: 4px; padding: 0.9em 1em 0.3em; max-width: 54em; }
.opener + .box { margin-top: 0.6em; }
.title { font-size: 1.2em; font-weight: 700; line-height: 1.25; margin-bottom: 0.4em; }
.ai { border-inline-start: 0.3em solid var(--accent); padding-inline-start: 0.7em; }
.quiet, .hint, .facts { color: var(--quiet); font-size: 0.95em; }
label { display: block; font-weight: 600; }
.hint { margin-bottom: 0.3em; }
textarea, input, button { font: inherit; min-height: 2.75em; border-radius: 4px; max-width: 100%; margin: 0; }
textarea, input { display: block; width: 100%; padding: 0.5em 0.6em; border: 1px solid var(--field); background: var(--back);
  color: var(--ink); appearance: none; }
textarea { resize: vertical; }
[aria-invalid] { border: 2px solid var(--error); }
button { padding: 0.45em 1.2em; border: 2px solid var(--accent); background: var(--accent); color: var(--on-accent);
  font-weight: 600; cursor: pointer; text-align: center; }
button:hover { text-decoration: underline; }
button.second { background: transparent; color: var(--link); border-color: var(--field); }
button[aria-disabled] { opacity: 0.55; cursor: default; text-decoration: none; }
.row { display: flex; flex-wrap: wrap; gap: 0.6em; margin: 0.6em 0 0.9em; }
.turn, .hits > li { border-top: 1px solid var(--line); padding-top: 0.8em; margin-bottom: 1em; }
.turn:focus { outline: none; }
.asked b, .outcome { font-weight: 600; }
.statements > li { margin-bottom: 1em; }
blockquote { border-inline-start: 0.25em solid var(--accent); padding: 0.1em 0 0.1em 0.9em; }
.near blockquote { border-color: var(--line); }
blockquote > :last-child { margin-bottom: 0; }
.cite { margin: 0.15em 0 0 1.15em; font-size: 0.95em; }
.cite a, .links a, .hits a, summary { display: inline-block; min-height: 1.6em; padding-block: 0.1em; }
.cite a { margin-inline-end: 0.6em; }
summary { cursor: pointer; color: var(--link); }
.note { border-inline-start: 0.3em solid var(--note-line); background: var(--note); padding: 0.6em 0.9em; margin-bottom: 0.8em; }
.note > :last-child { margin-bottom: 0; }
.error { color: var(--error); border-inline-start: 0.3em solid var(--error); padding-inline-start: 0.7em; }
.wide { overflow-x: auto; margin-bottom: 0.5em; }
table { border-collapse: collapse; font-size: 0.95em; }
td { border: 1px solid var(--line); padding: 0.25em 0.5em; vertical-align: top; text-align: start; overflow-wrap: normal; }
mark { background: var(--mark); color: var(--mark-ink); }
.links { display: flex; flex-wrap: wrap; gap: 0 1.1em; border-top: 1px solid var(--line); margin: 0.8em 0 0; padding: 0.4em 0;
  max-width: none; font-size: 0.95em; }
@media (max-width: 30em) { .row button, .opener { width: 100%; } }
@media (forced-colors: active) {
  button, button.second { border-color: ButtonText; color: ButtonText; }
  button.second { border-style: dashed; }
  mark { background: Mark; color: MarkText; forced-color-adjust: none; }
}
@media print { .row, .links { display: none; } }
`;

let sheet = null; // one for all widgets of a page

/** The shadow root of the element with its style and this content. */
export function styled(element, frame) {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  const root = element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(frame);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const { accent, onAccent } = accentOf(frame, dark.matches);
    for (const [name, value] of [["--accent", accent], ["--on-accent", onAccent]]) {
      if (value) frame.style.setProperty(name, value);
      else frame.style.removeProperty(name);
    }
  };
  paint();
  dark.addEventListener("change", paint);
  return root;
}
