/** The search: words in, passages out, each a link to its place in the document. */
import { make, serverLink } from "./widget-dom.js";
import { fetched, Problem } from "./widget-server.js";

const SNIPPET = 320; // characters
const BEFORE = 60; // of them before the first word found

export function createSearch({ t, server, body, say }) {
  const field = make("input", { id: "query", type: "search", autocomplete: "off" });
  const wrong = make("p", { class: "error", id: "wrong", hidden: true }, t("nothing_entered"));
  const button = make("button", { type: "submit" }, t("search"));
  const label = make("label", { for: "query" }, t("query"));
  const form = make("form", { role: "search", novalidate: true }, label, wrong, field, make("div", { class: "row" }, button));
  const results = make("div", { class: "log" });
  let running = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const q = field.value.trim();
    wrong.hidden = q !== "";
    field.toggleAttribute("aria-invalid", q === "");
    if (q) find(q);
    else field.focus();
  });

  async function find(q) {
    running?.abort();
    const controller = (running = new AbortController());
    results.replaceChildren(make("p", { class: "quiet" }, t("searching")));
    try {
      const found = await page(q, null, controller.signal);
      const list = make("ol", { class: "hits" });
      const count = found.total ? t.count("hit", found.total) : t("no_hits");
      results.replaceChildren(make("p", { class: "outcome" }, count), list);
      say(count);
      show(found, q, list, controller.signal);
    } catch (error) {
      failed(error, () => find(q));
    }
  }

  function page(q, cursor, signal) {
    return fetched(server, "/api/v1/search", { q, ...(body && { body }), ...(cursor && { cursor }) }, t, signal);
  }

  function show(found, q, list, signal) {
    list.append(...found.hits.map((hit) => hitItem(hit, t, server)));
    if (found.next === null) return;
    const more = make("button", { type: "button", class: "second" }, t("more"));
    const row = make("div", { class: "row" }, more);
    more.addEventListener("click", async () => {
      try {
        const next = await page(q, found.next, signal);
        const first = list.children.length;
        row.remove();
        show(next, q, list, signal);
        list.children[first]?.querySelector("a")?.focus(); // the button is gone; go on where the new ones begin
      } catch (error) {
        failed(error, () => find(q));
      }
    });
    results.append(row);
  }

  function failed(error, retry) {
    if (error.name === "AbortError") return; // another search took its place
    if (!(error instanceof Problem)) throw error;
    const again = make("button", { type: "button", class: "second" }, t("again"));
    again.addEventListener("click", () => {
      field.focus();
      retry();
    });
    const note = make("p", { class: "error" }, make("b", {}, t("error")), ` ${error.message}`);
    results.replaceChildren(note, make("div", { class: "row" }, again));
    say(error.message);
  }

  return { element: make("div", {}, form, results), field };
}

function hitItem(hit, t, server) {
  const { reference, paper_type, date, body } = hit.paper;
  const page = t("page", { page: hit.passage.page });
  const known = [reference && t.reference(reference), paper_type, date && t.date(date), body, page].filter(Boolean);
  return make(
    "li",
    {},
    make("p", { lang: "de" }, serverLink(server, hit.url, hit.document.title, t)),
    make("p", { class: "facts" }, known.join(" · ")),
    make("p", { lang: "de" }, ...snippet(hit.passage.text, hit.highlights)),
  );
}

/** The stretch of a passage round the first word found, with the words found marked. Offsets count whole characters. */
function snippet(text, highlights) {
  const characters = [...text];
  const first = Math.max(0, (highlights[0]?.[0] ?? 0) - BEFORE);
  const start = first && characters.indexOf(" ", first) + 1;
  const end = Math.min(characters.length, start + SNIPPET);
  const words = (from, to) => characters.slice(from, to).join("").replace(/\n+/g, " · ");
  const parts = [start ? "… " : ""];
  let at = start;
  for (const [from, to] of highlights.filter((span) => span[0] >= start && span[1] <= end)) {
    parts.push(words(at, from), make("mark", {}, words(from, to)));
    at = to;
  }
  return [...parts, words(at, end), end < characters.length ? " …" : ""];
}
