/** Asks the server and reads the events of its answer. */

const PATIENCE = 45_000; // ms without a sign of life; the server gives one every 15 s
const ENDS = ["final", "error"];

/**
 * The events of one question, the last of which is its end. Throws if the connection breaks before, or the signal aborts it.
 * @param {string} action @param {URLSearchParams} fields @param {AbortSignal} signal
 * @returns {AsyncGenerator<{name: string, data: any}>}
 */
export async function* asked(action, fields, signal) {
  const headers = { Accept: "text/event-stream" };
  const response = await fetch(action, { method: "POST", headers, body: fields, signal });
  if (response.status === 401) {
    location.reload(); // the login has ended: the page says so, and what was typed is kept
    await new Promise(() => {});
  }
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new Error("no stream");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await soon(reader.read());
      if (done) throw new Error("broken off");
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const event of blocks.map(parsed).filter((one) => one.name)) {
        yield event;
        if (ENDS.includes(event.name)) return;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function soon(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("silent")), PATIENCE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function parsed(block) {
  const lines = block.split("\n");
  const of = (field) => lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
  return { name: of("event"), data: JSON.parse(of("data") ?? "null") };
}
