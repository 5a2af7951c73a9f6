/** What the widget asks its server: without cookies or any other credentials, and nothing is kept. */

/** What went wrong, in words for the reader. */
export class Problem extends Error {}

/** The JSON that an address of the server answers with. */
export async function fetched(server, path, parameters, t, signal) {
  const query = new URLSearchParams({ ...parameters, language: t.language });
  return (await response(`${server}${path}?${query}`, { signal }, t)).json();
}

/** The events of one answer, each as {name, data}; the last one is "final" or "error". */
export async function* askedFor(server, question, t, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const body = JSON.stringify({ ...question, language: t.language });
  const answer = await response(`${server}/api/v1/ask?language=${t.language}`, { method: "POST", headers, body, signal }, t);
  let rest = "";
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => broken(error, t));
      if (done) break;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop();
      for (const event of parts.map(read)) {
        if (event === null) continue;
        yield event;
        if (event.name === "final" || event.name === "error") return;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  throw new Problem(t("broken"));
}

async function response(address, options, t) {
  const request = { ...options, mode: "cors", credentials: "omit", cache: "no-store", redirect: "error" };
  const answer = await fetch(address, request).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem(t("offline"));
  });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Problem(told.detail || t("refused", { status: answer.status }));
}

function broken(error, t) {
  throw error.name === "AbortError" ? error : new Problem(t("broken"));
}

function read(lines) {
  const fields = lines.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const value = (name) => fields.filter((field) => field?.[1] === name).map((field) => field[2]).join("\n");
  const data = value("data");
  return data ? { name: value("event"), data: JSON.parse(data) } : null; // a comment keeps the line open
}
