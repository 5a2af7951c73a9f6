"""Weights of the signals and a constant, by language. Written by benchmarks/calibrate_answerable.py."""

from __future__ import annotations

from collections.abc import Mapping

from service.questions import Language

WEIGHTS: Mapping[Language, Mapping[str, float]] = {
    "de": {
        "meaning": 9.68,
        "passage_meaning": 10.196,
        "ahead": 14.771,
        "margin": 2.679,
        "lexical": -0.649,
        "agree": 0.199,
        "unit": 0.278,
        "passage": 0.889,
        "paper": 0.534,
        "here": -0.635,
        "absent": 0.153,
        "focus": 0.047,
        "times": 1.815,
        "known": -0.412,
        "open": 0.543,
        "near": 0.182,
        "tied": -0.288,
        "focus_near": 0.284,
        "beside": 0.726,
        "kinds": 0.0,
        "score": 0.0,
    },
    "en": {
        "meaning": 9.237,
        "passage_meaning": 8.656,
        "ahead": 7.139,
        "margin": 2.139,
        "lexical": 0.106,
        "agree": 0.325,
        "unit": 0.693,
        "passage": 0.124,
        "paper": 0.113,
        "here": -0.281,
        "absent": 0.0,
        "focus": 0.0,
        "times": 0.449,
        "known": -0.545,
        "open": 0.048,
        "near": 0.081,
        "tied": 0.239,
        "focus_near": 0.0,
        "beside": 0.0,
        "kinds": 0.0,
        "score": 0.0,
    },
}
CONSTANTS: Mapping[Language, float] = {"de": -19.436, "en": -14.407}
