"""Pages as a scanner would give them: PDFs that hold nothing but pictures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image


@dataclass(frozen=True)
class Scanner:
    name: str
    dpi: int
    tilt: float = 0.0  # degrees
    noise: float = 0.0  # standard deviation of grey values


CLEAN = Scanner("clean, 300 dpi", 300)
POOR = Scanner("200 dpi, tilted by 0.7°, noisy", 200, 0.7, 22)


def scan(source: Path, target: Path, scanner: Scanner) -> list[Image.Image]:
    """Writes the picture PDF and returns its pages."""
    pages = list(_pages(source, scanner))
    pages[0].save(target, "PDF", resolution=scanner.dpi, save_all=True, append_images=pages[1:], quality=90)
    return pages


def _pages(source: Path, scanner: Scanner) -> Iterator[Image.Image]:
    draw = np.random.default_rng(random.Random(source.name).randrange(2**32))
    with pypdfium2.PdfDocument(source) as pdf:
        for page in pdf:
            picture = page.render(scale=scanner.dpi / 72, grayscale=True).to_pil().convert("L")
            if scanner.tilt:
                picture = picture.rotate(scanner.tilt, Image.Resampling.BICUBIC, fillcolor=255)
            if scanner.noise:
                grey = 20 + 0.86 * np.asarray(picture, dtype=np.float64) + draw.normal(0, scanner.noise, picture.size[::-1])
                picture = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
            yield picture
