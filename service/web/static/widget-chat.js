/** Questions and answers. The newest answer stands right below the question, so that nothing jumps and no focus moves. */
import { answerParts, partsSoFar } from "./widget-answer.js";
import { make } from "./widget-dom.js";
import { askedFor, Problem } from "./widget-server.js";

const TURNS = 6; // that a follow-up may lean on
const LONGEST = 1500; // characters of an answer among them
const touch = matchMedia("(hover: none) and (pointer: coarse)").matches; // the keyboard's Enter makes a new line, as everywhere there

export function createChat({ t, server, body, say }) {
  const field = make("textarea", { id: "question", rows: "2" });
  const wrong = make("p", { class: "error", id: "wrong", hidden: true }, t("nothing_asked"));
  const send = make("button", { type: "submit" }, t("ask"));
  const stop = make("button", { type: "button", class: "second", hidden: true }, t("stop"));
  const restart = make("button", { type: "button", class: "second", hidden: true }, t("restart"));
  const log = make("div", { class: "log" });
  const form = make(
    "form",
    { novalidate: true },
    make("label", { for: "question" }, t("question")),
    make("p", { class: "hint", id: "hint", hidden: touch }, t("question_hint")),
    wrong,
    field,
    make("div", { class: "row" }, send, stop, restart),
  );
  let history = [];
  let running = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = field.value.trim();
    complain(!question);
    if (!question) field.focus();
    else if (!running) {
      field.value = "";
      ask(question);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
    event.preventDefault();
    form.requestSubmit();
  });
  stop.addEventListener("click", () => running?.abort());
  restart.addEventListener("click", () => {
    running?.abort();
    history = [];
    log.replaceChildren();
    restart.hidden = true;
    field.focus();
  });

  complain(false);

  function complain(empty) {
    wrong.hidden = !empty;
    const notes = { "aria-describedby": [empty && "wrong", !touch && "hint"].filter(Boolean).join(" "), "aria-invalid": empty && "true" };
    for (const [name, value] of Object.entries(notes)) {
      if (value) field.setAttribute(name, value);
      else field.removeAttribute(name);
    }
  }

  function work(controller) {
    running = controller;
    if (!controller && stop.matches(":focus")) field.focus(); // it is about to vanish
    stop.hidden = !controller;
    if (controller) send.setAttribute("aria-disabled", "true");
    else send.removeAttribute("aria-disabled");
  }

  async function ask(question) {
    const content = make("div", { "aria-busy": "true" }, make("p", { class: "quiet" }, t("waiting")));
    const asked = make("p", { class: "asked" }, make("b", {}, t("asked")), " ", question);
    const turn = make("article", { class: "turn", tabindex: "-1", "aria-label": t("turn", { question }) }, asked, content);
    log.prepend(turn);
    restart.hidden = false;
    const controller = new AbortController();
    work(controller);
    say(t("said_taken"));
    const so_far = partsSoFar(t, server);
    try {
      for await (const { name, data } of askedFor(server, request(question), t, controller.signal)) {
        if (name === "error") throw new Problem(data.detail);
        if (name === "final") {
          content.replaceChildren(...answerParts(data, question, t, server));
          remember(data);
          say(data.statements.length ? t("said_done", { n: data.citations.length }) : t(data.outcome));
        } else if (name === "statement") {
          if (!so_far.element.isConnected) {
            content.replaceChildren(so_far.element);
            say(t("said_writing"));
          }
          so_far.add(data);
        }
      }
    } catch (error) {
      unfinished(error, question, turn, content);
    } finally {
      content.removeAttribute("aria-busy");
      if (running === controller) work(null);
    }
  }

  /** What came stays in view; what is missing is said, with a button to ask once more. */
  function unfinished(error, question, turn, content) {
    const stopped = error.name === "AbortError";
    const known = error instanceof Problem;
    if (!stopped && !known) reportError(error); // for whoever looks for it; the reader is told below
    const again = make("button", { type: "button", class: "second" }, t("again"));
    again.addEventListener("click", () => {
      if (running) return;
      turn.remove();
      field.focus();
      ask(question);
    });
    const words = stopped ? t("stopped") : known ? error.message : t("broken");
    const note = make("p", { class: stopped ? "quiet" : "error" }, stopped ? "" : make("b", {}, t("error")), ` ${words}`);
    if (!content.querySelector(".statements")) content.replaceChildren();
    content.append(note, make("div", { class: "row" }, again));
    say(words);
  }

  function request(question) {
    return { question, history, filters: body ? { body } : {} };
  }

  function remember(answer) {
    if (answer.outcome === "not_a_question") return;
    const text = [...answer.text].slice(0, LONGEST).join(""); // whole characters
    history = [...history, { question: answer.interpretation.question, answer: text }].slice(-TURNS);
  }

  return { element: make("div", {}, form, log), field };
}
