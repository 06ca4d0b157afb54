"""The portal's settings as the tests want them: fast hashing, mail in memory, files in a temporary folder."""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(
    prefix="portal-test-", ignore_cleanup_errors=True
)  # gone with the process
for variable, value in {
    "DEBUG": "1",
    "DATABASE_URL": "postgres://postgres@127.0.0.1:5432/portal",  # for the tools that only read the settings
    "CELERY_BROKER_URL": "memory://",
}.items():
    os.environ.setdefault(variable, value)
os.environ["STATE_DIR"] = FOLDER.name

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, STATE_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
AXES_ENABLED = False
BOARDS_KEPT = 0  # rows of tests come without a line in the register
# A static file is looked for when it is asked for, not all of them whenever a test makes a client.
WHITENOISE_AUTOREFRESH = True
for folder in ("static", "media"):  # the file server warns of a missing folder
    (STATE_DIR / folder).mkdir()
# A file that a test read to its end says that its request is over; the test's transaction is not.
DATABASES["default"]["CONN_MAX_AGE"] = None
# A query that never ends fails its test instead of holding up all others.
# And queries come in the order in which they were written: to search the best order of a dozen joins takes PostgreSQL
# ten times as long as to read the handful of rows that a test has.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c statement_timeout=60s -c join_collapse_limit=1"
)
if name := os.environ.get("PYTEST_DB"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_{name}"}
