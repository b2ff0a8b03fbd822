"""All settings, from the environment alone. docs/settings.md says what each is for."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import date
from pathlib import Path

from csp.constants import NONE, SELF

from guantong.config import env
from guantong.config.sqlite import take_bundled
from guantong.core.permits import Role

take_bundled()

DATA_DIR = Path(env.text("GUANTONG_DATA_DIR") or "data").resolve()
DEBUG = env.switch("GUANTONG_DEBUG")


def _secret_key() -> str:
    """The key that signs sessions: given, or made once and kept in the data folder."""
    if key := env.text("GUANTONG_SECRET_KEY"):
        return key
    kept = DATA_DIR / "secret-key"
    if not kept.exists():
        fresh = DATA_DIR / f".secret-key-{secrets.token_hex(8)}"
        try:
            DATA_DIR.mkdir(parents=True, exist_ok=True)
            fresh.touch(mode=0o600)
        except OSError as error:
            raise env.unwritable(DATA_DIR, error) from None
        fresh.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        with suppress(FileExistsError):  # two processes started at once: the first key stays
            os.link(fresh, kept)
        fresh.unlink()
    return kept.read_text(encoding="utf-8").strip()


def _theme() -> str:
    theme = env.text("GUANTONG_THEME", "red")
    if theme not in ("red", "blue"):
        raise env.SettingError(f"设置 GUANTONG_THEME 只能填 red 或 blue，现在是“{theme}”。")
    return theme


def _demo_day() -> date | None:
    day = env.text("GUANTONG_DEMO_DAY")
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        raise env.SettingError(
            f"设置 GUANTONG_DEMO_DAY 应是 2026-11-20 这样的日期，现在是“{day}”。"
        ) from None


def _passwords() -> str:
    chosen = env.text("GUANTONG_PASSWORDS", "asvs")
    if chosen not in ("asvs", "dengbao"):
        raise env.SettingError(f"设置 GUANTONG_PASSWORDS 只能填 asvs 或 dengbao，现在是“{chosen}”。")
    return chosen


def _second_factor() -> frozenset[Role]:
    """The roles that need a second factor beside the administrators."""
    named = env.words("GUANTONG_SECOND_FACTOR")
    if unknown := [name for name in named if name not in {role.value for role in Role}]:
        known = "、".join(role.value for role in Role)
        raise env.SettingError(
            f"设置 GUANTONG_SECOND_FACTOR 里的“{unknown[0]}”不是职务代码。可用的有：{known}，多个用逗号隔开。"
        )
    return frozenset(map(Role, named))


SECRET_KEY = _secret_key()
THEME: str = _theme()
DEMO_DAY: date | None = _demo_day()
PASSWORDS: str = _passwords()
SECOND_FACTOR: frozenset[Role] = _second_factor()
HTTPS = env.switch("GUANTONG_HTTPS")
PROXIES = env.addresses("GUANTONG_PROXY")
COLLECTED = env.switch("GUANTONG_COLLECTED")  # set by `guantong serve`, which collects them first
TICK = env.switch("GUANTONG_TICK")  # set by `guantong serve`, unless it is given
ALLOWED_HOSTS = [*env.words("GUANTONG_HOSTS"), "localhost", "127.0.0.1", "[::1]"]  # the machine itself always

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "template_partials",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "guantong.apps.ledger",
    "guantong.apps.people",
    "guantong.apps.organizations",
    "guantong.apps.notices",
    "guantong.apps.documents",
    "guantong.apps.figures",
    "guantong.apps.replies",
    "guantong.apps.evidence",
    "guantong.apps.directives",
    "guantong.apps.intake",
    "guantong.apps.members",
    "guantong.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "guantong.web.headers.permissions",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "guantong.config.urls"
WSGI_APPLICATION = "guantong.config.wsgi.application"
DATABASES = {"default": env.database(env.text("GUANTONG_DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
OTP_TOTP_ISSUER = "Guantong"  # what authenticators show beside the name of the account
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guantong.web.frame.frame",
            ]
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static" if COLLECTED else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED

LOGIN_URL = "sign-in"
SESSION_COOKIE_AGE = 30 * 60  # idle; the guard writes down that a session is in use
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "guantong.web.errors.without_token"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}, "nowhere": {"class": "logging.NullHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # the page says it to whoever asked; anybody in the network could fill the terminal otherwise
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
