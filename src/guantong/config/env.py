"""Settings come from the environment alone; these read and check them."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class SettingError(Exception):
    """A setting cannot be used. `str(exc)` is one Chinese sentence for the person who installs the system."""


def unwritable(folder: Path, error: OSError) -> SettingError:
    """What to say of a data folder in which nothing can be written."""
    return SettingError(
        f"数据目录 {folder} 写不进去（{error.strerror}）。"
        "请让运行本程序的用户能写，或用设置 GUANTONG_DATA_DIR 另指定一个目录。"
    )


def text(name: str, default: str = "") -> str:
    """The setting, or the content of the file that NAME_FILE names (for secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default).strip()


def kept_in(name: str, default: Path) -> Path | None:
    """The file a secret is kept in: the one NAME_FILE names, else `default`; None where it is given as it is."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path)
    return None if text(name) else default


def switch(name: str, default: bool = False) -> bool:
    """Whether a setting is on: 1/0, true/false, on/off, yes/no."""
    value = text(name).lower()
    if not value:
        return default
    if value in ("1", "true", "on", "yes"):
        return True
    if value in ("0", "false", "off", "no"):
        return False
    raise SettingError(f"设置 {name} 只能填 1 或 0，现在是“{value}”。")


def words(name: str, default: str = "") -> list[str]:
    """A list of values parted by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def addresses(name: str) -> frozenset[IPv4Address | IPv6Address]:
    """A set of network addresses parted by commas. Raises SettingError for what is none."""
    try:
        return frozenset(ip_address(word) for word in words(name))
    except ValueError:
        raise SettingError(f"设置 {name} 应是 IP 地址，多个用逗号隔开，现在是“{text(name)}”。") from None


def database(url: str, data: Path) -> dict[str, object]:
    """Django's description of the database that `url` names; SQLite in the data folder where it names none.

    Raises SettingError for anything but postgresql:// and sqlite:///.
    """
    if not url:
        return sqlite(data / "guantong.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingError("设置 GUANTONG_DATABASE_URL 只支持 postgresql:// 和 sqlite:///。")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(path: Path) -> dict[str, object]:
    """SQLite so that no acknowledged write is lost: one writer waits for the other instead of failing.

    A connection is kept from one request to the next, with up to 32 MB of the file in memory.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,  # seconds; a new connection has to read the schema and fill its memory again
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; "
                "PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                "PRAGMA cache_size=-32000"
            ),
        },
    }
