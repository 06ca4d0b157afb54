"""The request that is being served, as far as the register needs to know: an identifier, nothing more."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
