/** The page's accent colour, taken only where it can be told from what is beside it. */

const ENOUGH = 4.5; // of text on it, WCAG 1.4.3
const BACK = { light: [255, 255, 255], dark: [18, 24, 30] }; // --back of widget-style.js
const INKS = { "#ffffff": [255, 255, 255], "#0c1b28": [12, 27, 40] };

/**
 * --ratslotse-accent of the page (in the dark --ratslotse-accent-dark) and the ink that is read best on it. None where the
 * page sets no colour, or one with less than 4.5:1 to our background or to both inks: the built-in colours then stay.
 */
export function accentOf(frame, dark) {
  const wanted = getComputedStyle(frame).getPropertyValue(`--ratslotse-accent${dark ? "-dark" : ""}`).trim();
  const colour = wanted && CSS.supports("color", wanted) ? resolved(frame, wanted) : null;
  if (colour === null || contrast(colour, BACK[dark ? "dark" : "light"]) < ENOUGH) return {};
  const [onAccent, ink] = Object.entries(INKS).sort((a, b) => contrast(colour, b[1]) - contrast(colour, a[1]))[0];
  return contrast(colour, ink) < ENOUGH ? {} : { accent: `rgb(${colour.join(" ")})`, onAccent };
}

/** A colour as red, green, blue; null if it is see-through or of a kind that is not computed to them. */
function resolved(frame, colour) {
  const probe = document.createElement("span");
  probe.style.color = colour;
  frame.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed.match(/^rgb\((\d+), (\d+), (\d+)\)$/)?.slice(1).map(Number) ?? null;
}

/** Contrast of two colours as WCAG defines it. */
function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
