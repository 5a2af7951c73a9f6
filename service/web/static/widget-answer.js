/** One answer: its statements, each with the places in the documents that it rests on. */
import { make, quotation, serverLink } from "./widget-dom.js";

/** Statements as they come, before the answer is final: {element, add}. */
export function partsSoFar(t, server) {
  const element = make("ol", { class: "statements" });
  return { element, add: (statement) => element.append(statementItem(statement, statement.sources, t, server)) };
}

/** The elements of a final answer. */
export function answerParts(answer, question, t, server) {
  const outcome = t(answer.outcome);
  const understood = answer.interpretation.question;
  const notices = answer.notice.split("\n").filter((notice) => notice && notice !== outcome);
  const talk = answer.outcome === "not_a_question";
  return [
    understood === question || talk ? null : make("p", { class: "asked" }, make("b", {}, t("understood")), ` ${understood}`),
    talk ? null : make("p", { class: "outcome" }, outcome),
    statements(answer, t, server),
    talk ? make("div", {}, ...notices.map((notice) => make("p", {}, notice))) : notes(notices, t),
    nearMisses(answer.near_misses, t, server),
    talk ? null : make("p", { class: "quiet" }, searched(answer, t)),
    make("p", { class: "quiet" }, answer.ai_notice),
  ].filter((part) => part !== null);
}

function statements(answer, t, server) {
  if (!answer.statements.length) return null;
  const items = answer.statements.map((statement) => statementItem(statement, answer.citations, t, server));
  return make("ol", { class: "statements" }, ...items);
}

/** A quotation is shown as one, with our words before it; a sentence that was worded bears the quotations it rests on. */
function statementItem(statement, citations, t, server) {
  const cited = citations.filter((citation) => statement.citations.includes(citation.number));
  const quote = cited[0]?.quote ?? "";
  const links = make("p", { class: "cite" }, ...cited.map((citation) => sourceLink(citation, t, server)));
  if (statement.support === "quoted" && quote && statement.text.endsWith(quote)) {
    const lead = statement.text.slice(0, -quote.length).trim();
    return make("li", {}, lead ? make("p", {}, lead) : null, quotation(quote, t), links);
  }
  const unsaid = cited.filter((citation) => !statement.text.includes(citation.quote));
  const words = unsaid.map((citation) => quotation(citation.quote, t));
  const details = words.length ? make("details", {}, make("summary", {}, t("wording")), ...words) : null;
  return make("li", {}, ...statement.text.split("\n").map((line) => make("p", {}, line)), links, details);
}

/** "Quelle 1: Drucksache 2024/017, Seite 3". */
function sourceLink(citation, t, server) {
  const link = serverLink(server, citation.url, t("source", { number: citation.number, place: place(citation, t) }), t);
  return citation.recognition === null ? link : make("span", {}, link, ` (${t("recognised")}) `);
}

function place(citation, t) {
  const reference = citation.paper.reference;
  const title = citation.document.title;
  const short = title.length > 120 ? `${title.slice(0, title.lastIndexOf(" ", 119))} …` : title;
  return t("place", { document: reference ? t.reference(reference) : short, page: citation.page_label });
}

function notes(notices, t) {
  if (!notices.length) return null;
  const title = make("p", {}, make("b", {}, t("notices")));
  return make("div", { class: "note" }, title, ...notices.map((notice) => make("p", {}, notice)));
}

function nearMisses(misses, t, server) {
  if (!misses.length) return null;
  const items = misses.map((miss) => {
    const link = make("p", { class: "cite" }, serverLink(server, miss.url, place(miss, t), t));
    return make("li", {}, miss.reason ? make("p", {}, miss.reason) : null, quotation(miss.quote, t), link);
  });
  return make("div", {}, make("p", {}, make("b", {}, t("near"))), make("ol", { class: "statements near" }, ...items));
}

/** A refusal's notices tell already where was searched. */
function searched({ coverage, outcome }, t) {
  const values = { documents: t.count("document", coverage.documents), updated: t.date(coverage.updated) };
  if (outcome === "not_in_documents") return t("as_of", values);
  return coverage.bodies.length === 1 ? t("scope_of", { ...values, body: coverage.bodies[0] }) : t("scope", values);
}
