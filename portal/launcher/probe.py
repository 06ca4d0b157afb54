"""The health check of the image: asks the server in this container, by the host name that it expects."""

import http.client
import os
from urllib.parse import urlsplit


def run(path: str) -> int:
    """0 if the server answers with 200, else 1."""
    host = urlsplit(os.environ.get("PORTAL_URL", "")).netloc or "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return int(connection.getresponse().status != http.client.OK)
    except OSError:
        return 1
    finally:
        connection.close()
