/** Every word the widget says itself: German ("Sie"), English. */

/** @type {Record<string, [string, string]>} */
export const TEXTS = {
  // frame
  chat_open: ["Fragen an die Ratsunterlagen", "Ask the council documents"],
  search_open: ["In den Ratsunterlagen suchen", "Search the council documents"],
  not_loaded: ["Das Fenster für Fragen konnte nicht geladen werden.", "The question box could not be loaded."],
  instead: ["Stattdessen Ratslotse öffnen (neues Fenster)", "Open Ratslotse instead (new window)"],
  new_window: ["(neues Fenster)", "(new window)"],
  ai_first: ["Hier antwortet eine KI, kein Mensch.", "An AI answers here, not a human."],
  run_by: ["Betrieben auf {host}.", "Run on {host}."],
  scope: ["Durchsucht: {documents}. Stand: {updated}.", "Searched: {documents}. As of {updated}."],
  only: ["Durchsucht: Unterlagen von {body}. Stand: {updated}.", "Searched: documents of {body}. As of {updated}."],
  scope_of: ["Durchsucht: {documents} von {body}. Stand: {updated}.", "Searched: {documents} of {body}. As of {updated}."],
  as_of: ["Stand der Unterlagen: {updated}.", "Documents as of {updated}."],
  document: ["{n} Dokument", "{n} document"],
  documents: ["{n} Dokumente", "{n} documents"],
  links: ["Hilfe und Rechtliches", "Help and legal pages"],
  help: ["Hilfe", "Help"],
  ai: ["KI-Hinweis", "About the AI"],
  privacy: ["Datenschutz", "Privacy"],
  imprint: ["Impressum", "Legal notice"],
  accessibility: ["Barrierefreiheit", "Accessibility"],
  table: ["Tabelle", "Table"],
  // question
  question: ["Ihre Frage", "Your question"],
  question_hint: [
    "Mit der Eingabetaste senden Sie ab. Umschalt und Eingabe macht eine neue Zeile.",
    "Enter sends the question. Shift and Enter makes a new line.",
  ],
  ask: ["Frage stellen", "Ask"],
  stop: ["Antwort anhalten", "Stop the answer"],
  restart: ["Neues Gespräch", "New conversation"],
  nothing_asked: ["Bitte geben Sie zuerst eine Frage ein.", "Please enter a question first."],
  // answer
  turn: ["Frage und Antwort: {question}", "Question and answer: {question}"],
  asked: ["Ihre Frage:", "Your question:"],
  understood: ["So habe ich die Frage verstanden:", "How I understood the question:"],
  waiting: ["Die Unterlagen werden durchsucht …", "Searching the documents …"],
  answered: ["Das steht dazu in den Unterlagen.", "The documents say this about it."],
  partly_answered: ["Die Unterlagen beantworten die Frage nur zum Teil.", "The documents answer the question only in part."],
  not_in_documents: ["Das steht nicht in den Unterlagen.", "The documents do not say this."],
  not_a_question: ["Das ist keine Frage an die Unterlagen.", "This is no question to the documents."],
  source: ["Quelle {number}: {place}", "Source {number}: {place}"],
  place: ["{document}, Seite {page}", "{document}, page {page}"],
  paper: ["Drucksache {number}", "Paper {number}"],
  recognised: ["mit Texterkennung gelesen", "read by text recognition"],
  wording: ["Wortlaut der Quellen", "Words of the sources"],
  notices: ["Bitte beachten Sie:", "Please note:"],
  near: [
    "Diese Stellen kommen Ihrer Frage am nächsten. Sie beantworten sie vermutlich nicht.",
    "These passages come nearest to your question. They probably do not answer it.",
  ],
  stopped: ["Angehalten. Die Antwort ist nicht vollständig.", "Stopped. The answer is not complete."],
  again: ["Erneut versuchen", "Try again"],
  // search
  query: ["Suchwörter", "Search words"],
  search: ["Suchen", "Search"],
  nothing_entered: ["Bitte geben Sie zuerst ein Wort ein.", "Please enter a word first."],
  searching: ["Es wird gesucht …", "Searching …"],
  hit: ["{n} Fundstelle", "{n} passage"],
  hits: ["{n} Fundstellen", "{n} passages"],
  no_hits: ["Dazu wurde nichts gefunden. Bitte prüfen Sie die Schreibweise.", "Nothing was found. Please check the spelling."],
  more: ["Weitere Fundstellen zeigen", "Show more passages"],
  page: ["Seite {page}", "Page {page}"],
  // for screen readers
  said_taken: ["Frage übernommen.", "Question taken."],
  said_writing: ["Die Antwort wird geschrieben.", "The answer is being written."],
  said_done: ["Die Antwort ist fertig. Quellen: {n}.", "The answer is complete. Sources: {n}."],
  // what goes wrong
  error: ["Fehler:", "Error:"],
  offline: [
    "Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
    "The server cannot be reached. Please check your connection and try again.",
  ],
  broken: ["Die Verbindung brach ab. Bitte versuchen Sie es erneut.", "The connection broke off. Please try again."],
  refused: [
    "Der Server meldet einen Fehler ({status}). Bitte versuchen Sie es erneut.",
    "The server reports an error ({status}). Please try again.",
  ],
};

/** "en" or "de": by the element's attribute, else by the nearest lang of its page. */
export function language(element) {
  const named = element.getAttribute("language") || element.closest("[lang]")?.getAttribute("lang") || "de";
  return named.toLowerCase().startsWith("en") ? "en" : "de";
}

/** The texts in one language: t("key", {name: value}); t.date(iso), t.count("document", 2). */
export function texts(language) {
  const t = (key, values = {}) => {
    const text = TEXTS[key][language === "en" ? 1 : 0];
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  t.language = language;
  t.number = (n) => new Intl.NumberFormat(language).format(n);
  t.count = (key, n) => t(n === 1 ? key : `${key}s`, { n: t.number(n) });
  t.reference = (number) => (/^\p{L}/u.test(number) ? number : t("paper", { number }));
  t.date = (stamp) => {
    const long = { day: "numeric", month: language === "en" ? "long" : "2-digit", year: "numeric" };
    const day = new Date(stamp);
    return Number.isNaN(day.getTime()) ? "" : new Intl.DateTimeFormat(language === "en" ? "en-GB" : "de-DE", long).format(day);
  };
  return t;
}
