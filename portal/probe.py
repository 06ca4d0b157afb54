"""Does the web server answer? Asked over the network, as a reader would ask: the roof's one way out."""

import http.client
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10


def web_answers() -> bool:
    """Whether the address of :setting:`AVAILABILITY_URL` answers with 200; without one there is nobody to ask.

    The request bears the host name of the portal's public address, which the server expects.
    """
    asked = urlsplit(settings.AVAILABILITY_URL)
    if not asked.netloc:
        return True
    public = urlsplit(settings.PORTAL_URL)
    connection = http.client.HTTPConnection(asked.netloc, timeout=SECONDS)
    headers = {"Host": public.netloc or asked.netloc, "X-Forwarded-Proto": public.scheme or "http"}
    try:
        connection.request("GET", asked.path or "/healthz", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
