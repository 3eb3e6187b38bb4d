"""Every knob, in one frozen class, read from the environment and `.env` once, at the composition root."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handlers.desk import Rules

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class TelegramSettings(BaseModel):
    """Telegram; off without a token."""

    model_config = {"frozen": True}
    token: SecretStr = SecretStr("")
    api_root: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: SecretStr = SecretStr("")
    proxy: str = ""


class ZaloBotSettings(BaseModel):
    """Zalo Bot Platform; off without a token."""

    model_config = {"frozen": True}
    token: SecretStr = SecretStr("")
    api_root: str = "https://bot-api.zaloplatforms.com"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: SecretStr = SecretStr("")


class Settings(BaseSettings):
    """What an operator decides. Each is an environment variable XONGVIEC_… (nested ones with two underscores)."""

    model_config = SettingsConfigDict(
        env_prefix="XONGVIEC_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    database_url: str = ""
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    access: Literal["enrolled", "open"] = "enrolled"
    demo: bool | None = None
    secret_key: SecretStr = SecretStr("")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    answer_hours: float = 15
    remind_before_hours: float = 4
    stale_hours: float = 37.5
    triage_department: str = "van-phong-ubnd-tinh"
    poll_seconds: float = 1.0
    telegram: TelegramSettings = TelegramSettings()
    zalo_bot: ZaloBotSettings = ZaloBotSettings()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {name!r}; for example Asia/Ho_Chi_Minh") from error
        return name

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("must begin with https://")
        return url.rstrip("/")

    @property
    def database(self) -> str:
        """The database's URL; SQLite in the data folder when none is set."""
        url = self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'xongviec.db'}"
        for short, full in (("postgresql://", "postgresql+asyncpg://"), ("sqlite:///", "sqlite+aiosqlite:///")):
            if url.startswith(short):
                url = full + url.removeprefix(short)
        return url

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach us."""
        return self.host in LOOPBACK

    @property
    def demo_mode(self) -> bool:
        """Whether a demo province is served: asked for, or nothing at all was set and only this machine can see it."""
        untouched = not (self.database_url or self.public_url or self._token_set)
        return self.loopback and (self.demo if self.demo is not None else untouched)

    @property
    def _token_set(self) -> bool:
        return bool(self.telegram.token.get_secret_value() or self.zalo_bot.token.get_secret_value())

    @property
    def base_url(self) -> str:
        """The address under which people and platforms reach us."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The province's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def rules(self) -> Rules:
        """The part of the settings that handlers decide by."""
        return Rules(
            timezone=self.zone,
            open_access=self.access == "open",
            answer_time=timedelta(hours=self.answer_hours),
            remind_before=timedelta(hours=self.remind_before_hours),
            stale_after=timedelta(hours=self.stale_hours),
            triage=self.triage_department,
        )
