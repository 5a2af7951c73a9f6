"""Weights of the signals and a constant, by language. Written by benchmarks/calibrate_answerable.py."""

from __future__ import annotations

from collections.abc import Mapping

from service.questions import Language

WEIGHTS: Mapping[Language, Mapping[str, float]] = {
    "de": {
        "meaning": 11.806,
        "passage_meaning": 6.922,
        "ahead": 7.953,
        "margin": 0.93,
        "lexical": -0.98,
        "agree": 0.058,
        "unit": 0.217,
        "passage": 0.481,
        "paper": -0.036,
        "here": -1.078,
        "absent": 0.387,
        "focus": -0.243,
        "times": 1.704,
        "known": 0.015,
        "open": 0.875,
        "near": -0.005,
        "tied": 0.349,
        "focus_near": 0.514,
        "beside": 0.445,
        "kinds": 0.3,
        "score": 0.165,
    },
    "en": {
        "meaning": 7.212,
        "passage_meaning": 7.268,
        "ahead": 6.406,
        "margin": 1.811,
        "lexical": -0.331,
        "agree": 0.345,
        "unit": 0.372,
        "passage": 0.073,
        "paper": -0.03,
        "here": -0.16,
        "absent": 0.0,
        "focus": 0.0,
        "times": 0.503,
        "known": 0.932,
        "open": 0.137,
        "near": 0.277,
        "tied": 0.383,
        "focus_near": 0.0,
        "beside": 0.0,
        "kinds": 0.051,
        "score": 0.082,
    },
}
CONSTANTS: Mapping[Language, float] = {"de": -19.52, "en": -14.161}
