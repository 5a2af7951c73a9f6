/** One question and its answer on the page, as they come, break off or are complete. */

import { fragment, inserted, settle } from "./fragments.js";
import { asked } from "./stream.js";

const parts = document.getElementById("teile");
const texts = parts.dataset;
let turns = 0;

export class Turn {
  /** @param {string} question @param {string} action @param {URLSearchParams} fields */
  constructor(question, action, fields) {
    this.question = question;
    this.action = action;
    this.fields = fields;
    this.root = document.importNode(parts.content, true).firstElementChild;
    this.answer = this.root.querySelector(".answer");
    this.progress = this.root.querySelector(".progress");
    this.ended = this.root.querySelector(".ended");
    const heading = this.root.querySelector("h2");
    turns += 1;
    heading.id = `gefragt-${turns}`;
    heading.querySelector("q").textContent = question;
    this.root.setAttribute("aria-labelledby", heading.id);
    this.progress.remove();
    this.ended.remove();
  }

  /**
   * Asks, and shows what comes; a question that was asked before begins anew.
   * @param {boolean} whole show nothing before the answer is complete
   * @param {(name: string) => void} tell called with the name of each event
   * @returns {Promise<{name: "final" | "error" | "stopped" | "broken", data?: any}>} how it ended
   */
  async run(whole, tell) {
    this.controller = new AbortController();
    this.answer.replaceChildren();
    this.answer.setAttribute("aria-busy", "true");
    this.#doing(texts.searching);
    this.#swap(this.ended, this.progress);
    try {
      for await (const { name, data } of asked(this.action, this.fields, this.controller.signal)) {
        if (this.controller.signal.aborted) break;
        if (name === "final" || name === "error") return this.#end(name, data);
        tell(name);
        if (name === "sources") this.#doing(texts.answering);
        if (!whole) this.#show(name, data);
      }
    } catch {
      // told apart below
    }
    return this.#end(this.controller.signal.aborted ? "stopped" : "broken");
  }

  stop() {
    this.controller?.abort();
  }

  /** The complete answer in place of all that came before it. */
  complete({ html, language }) {
    this.answer.lang = language;
    settle(this.answer, fragment(html));
    this.answer.removeAttribute("aria-busy");
    inserted(this.answer);
  }

  #show(name, { html, language }) {
    this.answer.lang = language;
    const piece = fragment(html);
    if (name !== "statement") {
      this.answer.append(piece);
      return;
    }
    let list = this.answer.querySelector("ol.statements");
    if (!list) {
      list = document.createElement("ol");
      list.className = "statements";
      this.answer.querySelector(".outcome").after(list);
    }
    list.append(piece);
    inserted(list.lastElementChild);
  }

  #end(name, data) {
    const held = this.progress.contains(document.activeElement);
    if (name === "final") {
      this.complete(data);
      this.progress.remove();
    } else {
      this.answer.removeAttribute("aria-busy");
      const why = this.ended.querySelector(".why");
      if (data) why.replaceChildren(fragment(data.html));
      else why.textContent = texts[name];
      this.#swap(this.progress, this.ended);
    }
    if (held) (name === "final" ? this.root : this.ended.querySelector("button")).focus({ preventScroll: true });
    return { name, data };
  }

  #doing(text) {
    this.progress.querySelector("p").textContent = text;
  }

  #swap(old, now) {
    const held = old.contains(document.activeElement);
    old.remove();
    this.root.append(now);
    if (held) now.querySelector("button").focus({ preventScroll: true });
  }
}
