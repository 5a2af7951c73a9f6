"""Settings of the service: those of the index, of logging in (access/settings.py) and these. Rules: indexer/settings.py."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from service.access.settings import AccessSettings
from service.origins import origins
from service.quotas import quotas

CITATION_PARTS = ("paper", "paper_type", "body", "date", "page", "title", "quote", "address")


class ServiceSettings(AccessSettings):
    """What serving needs to know beyond searching."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+$",
        description="address by which readers reach it, for feeds and lists; default: as asked",
    )
    log_format: Literal["text", "json"] = Field("text", description="form of the log of serve: text or json")
    operator_password: SecretStr | None = Field(
        None, min_length=12, description="password of /betrieb and /metrics, at least 12 characters; default: no such page"
    )
    llm_url: str | None = Field(None, description="OpenAI-compatible endpoint, mostly ending in /v1; default: no language model")
    llm_model: str | None = Field(None, description="its name there")
    llm_key: SecretStr | None = Field(None, description="key of the endpoint, if it wants one")
    llm_key_file: Path | None = Field(None, description="file that holds the key, instead of RATSLOTSE_LLM_KEY")
    llm_hosts: str | None = Field(None, description="computers besides this one that may be asked, separated by commas")
    llm_seconds: float = Field(
        60, gt=0, le=600, description="longest time for an answer of the model; half of it to its first word"
    )
    pages: Path | None = Field(
        None, description="folder of the operator's texts, Impressum and others (docs/pages.md); default: templates with gaps"
    )
    entailment: str | None = Field(
        None, description="sentence-transformers CrossEncoder that judges a language model's sentences; default: none"
    )

    api_origins: str | None = Field(
        None, description="web sites whose pages may use all of /api/v1 in browsers, separated by commas; default: none"
    )
    widget_origins: str | None = Field(
        None, description="web sites that may embed the widget, like https://www.landkreis.example, separated by commas"
    )

    rates: str | None = Field(
        None,
        description="most requests a minute from one key, login or address, like ask=60,search=0 (0: any number); "
        "default: ask=30, search=120, suggest=600, read=600, export=30, and share=30 an hour",
    )
    answers_at_once: int = Field(
        32, ge=2, description="answers that are made at the same time; one reader has at most half of them"
    )
    operator_name: str | None = Field(
        None, max_length=200, description="who runs this service, as files and shared answers name it; default: its address"
    )
    citation_style: str = Field(
        "{paper}, {paper_type}, {body}, {date}, {page}: {quote} <{address}>",
        description="footnotes of files; a part between commas is left out if it is not known",
    )
    share_days: int = Field(0, ge=0, le=365, description="days that a link to a shared answer works; 0: nothing can be shared")
    feedback: bool = Field(False, description="whether readers may judge answers; their judgements are stored")
    feedback_days: int = Field(30, ge=1, le=30, description="days that a judgement is kept")

    @field_validator("citation_style")
    @classmethod
    def _known_parts(cls, style: str) -> str:
        for _, name, form, conversion in string.Formatter().parse(style):
            if name is not None and (name not in CITATION_PARTS or form or conversion):
                raise ValueError(f"{{{name}}} is none of {', '.join(CITATION_PARTS)}")
        return style

    @field_validator(
        *("public_url", "operator_password", "llm_url", "llm_model", "llm_key", "llm_key_file", "llm_hosts", "entailment"),
        *("pages", "api_origins", "widget_origins", "operator_name", "rates"),
        mode="before",
    )
    @classmethod
    def _none_if_empty_here(cls, value: object) -> object:
        return value or None

    @field_validator("api_origins", "widget_origins")
    @classmethod
    def _exact_origins(cls, value: str | None) -> str | None:
        origins(value)
        return value

    @field_validator("rates")
    @classmethod
    def _known_rates(cls, value: str | None) -> str | None:
        quotas(value)
        return value

    @property
    def api_sites(self) -> frozenset[str]:
        return origins(self.api_origins)

    @property
    def widget_sites(self) -> frozenset[str]:
        return origins(self.widget_origins)
