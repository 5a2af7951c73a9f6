/** The chat: questions are sent without leaving the page, answers come piece by piece. Without this module forms do it all. */

import { fragment } from "./fragments.js";
import { choice, draft } from "./kept.js";
import { keys } from "./keys.js";
import { Turn } from "./turn.js";

const chat = document.getElementById("chat");
const talk = document.getElementById("gespraech");
const form = chat.querySelector("form.ask");
const box = form.elements.question;
const carried = form.querySelector(".carried");
const announced = document.getElementById("ansage");
const texts = document.getElementById("teile").dataset;
const whole = document.getElementById("ganz");
const limit = box.maxLength;
const KEPT = 20; // turns that the history holds
const touch = matchMedia("(hover: none) and (pointer: coarse)").matches;

/** What the browser keeps with this entry of its history: the complete answers, as they came. */
let kept = { generation: chat.dataset.generation, turns: [], carried: "" };
let current = null;

const running = new Map(); // element of a turn -> Turn

function announce(text) {
  announced.textContent = text;
}

function entitle(text) {
  document.title = `${text} – ${texts.site}`;
}

/** @param {HTMLFormElement} sent */
async function ask(sent) {
  const fields = new URLSearchParams(new FormData(sent));
  const question = fields.get("question").trim();
  if (current && String(current.fields) === String(fields)) return; // pressed twice
  const turn = new Turn(question, sent.getAttribute("action").split("#")[0], fields);
  accuse(sent.elements.question, "");
  const plausible = question && question.length <= limit;
  if (plausible) open(turn, sent);
  const { name, data } = await (plausible ? run(turn) : turn.run(true, () => {}));
  if (name === "error" && data.refused) refuse(turn, sent, data.html);
}

/** A new turn at the end of the conversation, its question in view. */
function open(turn, sent) {
  if (talk.childElementCount === 0) history.pushState(kept, "");
  document.getElementById("antwort")?.removeAttribute("id");
  turn.root.id = "antwort";
  const leaves = sent !== form && sent.closest(".start");
  talk.append(turn.root);
  begun(true);
  if (sent === form) {
    box.value = "";
    draft.write(turn.question);
  }
  if (leaves) turn.root.focus({ preventScroll: true });
  turn.root.style.minHeight = "100vh"; // so that there is room to scroll to
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  turn.root.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
}

/** Ends the answer that is coming, because something else takes its place. */
function halt() {
  const old = current;
  current = null;
  old?.stop();
}

async function run(turn) {
  halt();
  current = turn;
  running.set(turn.root, turn);
  announce(texts.taken);
  entitle(texts.answering);
  const ended = await turn.run(whole.checked, (name) => name === "sources" && announce(texts.writing));
  const awaited = current === turn;
  if (awaited) current = null;
  if (ended.name === "final") finish(turn, ended.data);
  else if (awaited && !ended.data?.refused) {
    const said = ended.data?.said ?? texts[ended.name];
    announce(said);
    entitle(said);
  }
  shrink(turn.root);
  return ended;
}

function finish(turn, data) {
  carried.replaceChildren(fragment(data.turns));
  const { html, language } = data;
  const turns = [...kept.turns, { question: turn.question, html, language }].slice(-KEPT);
  kept = { ...kept, carried: data.turns, turns };
  history.replaceState(kept, "");
  document.title = texts.title;
  running.delete(turn.root);
  if (!current) draft.write(box.value);
  announce(data.said);
}

/** The question itself is the problem: it goes back into its form, with the server's word. */
function refuse(turn, sent, html) {
  turn.root.remove();
  running.delete(turn.root);
  begun(talk.childElementCount > 0);
  const field = sent.elements.question;
  if (!field.value) field.value = turn.question;
  accuse(field, html);
  announce("");
  document.title = `${texts.error} ${texts.startTitle}`;
  field.focus();
}

/** What is wrong with a field, said above it; "" takes it back. There is one such note on the page. */
function accuse(field, html) {
  document.getElementById("fehler")?.remove();
  field.form.prepend(fragment(html));
  const notes = [field === box && "frage-hinweis", html && "fehler"].filter(Boolean).join(" ");
  for (const [name, value] of [["aria-invalid", html && "true"], ["aria-describedby", notes]]) {
    if (value) field.setAttribute(name, value);
    else field.removeAttribute(name);
  }
}

/** Gives up the room for scrolling as far as it is not in use. */
function shrink(root) {
  const rest = document.documentElement.scrollHeight - root.offsetHeight;
  root.style.minHeight = `${Math.max(0, scrollY + innerHeight - rest)}px`;
}

/** The page of a conversation, or that of its start. */
function begun(yes) {
  for (const one of chat.querySelectorAll(".start")) one.hidden = yes;
  for (const one of chat.querySelectorAll(".later")) one.hidden = !yes;
  for (const one of form.querySelectorAll("[data-next]")) {
    one.dataset.first ??= one.textContent;
    one.textContent = yes ? one.dataset.next : one.dataset.first;
  }
}

/** The conversation of an entry of the history. One of papers that were renewed since is not shown again, nor one of another login. */
function restore(state) {
  const [was, is] = [state?.generation, chat.dataset.generation];
  const [same, mine] = [was === is, was?.split("/")[0] === is.split("/")[0]];
  if (state && mine && !same && !box.value) box.value = state.turns.at(-1)?.question ?? "";
  kept = same ? state : { ...kept, turns: [], carried: "" };
  talk.replaceChildren();
  for (const { question, html, language } of kept.turns) {
    const turn = new Turn(question);
    talk.append(turn.root);
    turn.complete({ html, language });
  }
  if (talk.lastElementChild) talk.lastElementChild.id = "antwort";
  carried.replaceChildren(fragment(kept.carried));
  begun(kept.turns.length > 0);
  document.title = kept.turns.length ? texts.title : texts.startTitle;
}

/** The browser checks nothing: the server says it in the language of the page. */
function unchecked(root) {
  for (const one of root.querySelectorAll("form[data-ask]")) one.noValidate = true;
}

const DO = {
  stop: (turn) => turn.stop(),
  retry: (turn) => run(turn),
  edit: (turn) => {
    box.value = turn.question;
    draft.write(turn.question);
    box.focus();
  },
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-ask]")) return;
  event.preventDefault();
  ask(event.target);
});

talk.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) DO[button.dataset.do](running.get(button.closest(".turn")));
});

document.addEventListener("ratslotse:inserted", ({ detail: { root } }) => unchecked(root));

/** A new conversation; the one before stays behind it in the history. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = link?.pathname !== location.pathname || link.search !== location.search || link.hash;
  if (elsewhere || event.ctrlKey || event.metaKey || event.shiftKey || !talk.childElementCount || !chat.querySelector(".start")) return;
  event.preventDefault();
  halt();
  history.pushState(null, "");
  restore(null);
  scrollTo({ top: 0, behavior: "instant" });
  box.focus();
});

box.addEventListener("input", () => draft.write(box.value));

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
  event.preventDefault();
  form.requestSubmit();
});

addEventListener("popstate", ({ state }) => {
  if (location.hash && state === null) history.replaceState(kept, ""); // a link within the page
  else if (state?.turns.length !== kept.turns.length || state.carried !== kept.carried) {
    halt();
    restore(state);
  }
});

addEventListener("pagehide", () => {
  const shown = kept.turns.length ? kept : history.state; // the entry may be older, where a sheet lay over the page
  if (shown) history.replaceState({ ...shown, top: scrollY }, "");
});

unchecked(chat);
box.removeAttribute("maxlength"); // what is too long is said, not cut off
choice(whole, "whole", false);
keys({ "/": () => box.focus() });
if (history.state?.turns) {
  const { top } = history.state;
  restore(history.state);
  if (top) scrollTo({ top, behavior: "instant" });
}
if (!box.value) box.value = draft.read();
