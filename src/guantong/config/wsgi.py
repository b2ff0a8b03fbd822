"""What a WSGI server calls; where the setting says so, what is due is looked after in a thread beside the pages."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 — after the settings are known

if settings.TICK:
    from guantong.jobs.tick import run_beside

    run_beside()
