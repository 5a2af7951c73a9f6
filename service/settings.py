"""Settings of the service: those of the index and these. Same sources and rules as indexer/settings.py."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from indexer.settings import Settings


class ServiceSettings(Settings):
    """What serving needs to know beyond searching."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    operator_password: SecretStr | None = Field(
        None, min_length=12, description="password of /betrieb, at least 12 characters; default: no such page"
    )
    entailment: str | None = Field(
        None, description="sentence-transformers CrossEncoder that judges a language model's sentences; default: none"
    )

    @field_validator("operator_password", "entailment", mode="before")
    @classmethod
    def _none_if_empty_password(cls, value: object) -> object:
        return value or None
