"""Group robots of office messengers, through apprise; every request passes one gate.

Denied by default: only the origins of the setting ``MESSENGERS`` are called, by the paths of their robots, without
following anybody elsewhere, and never a machine inside (unless the setting itself names it by its number). Apprise
takes every answer with 200 for a success, while the messengers say in its body what was wrong: the gate reads that.
"""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from threading import local
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from notices.channels.base import Message, Undelivered

TIMEOUT_SECONDS = (4.0, 8.0)
"""To connect, and to answer."""
LONGEST_ANSWER = 64 * 1024
WRONG_ADDRESS = "地址不是该办公软件群机器人的地址，请从群设置中复制完整的 Webhook 地址。"


@dataclass(frozen=True, slots=True)
class Kind:
    """A messenger: where its robots live, and how apprise knows it."""

    path: str
    """The path of a robot's address; ``token`` where the path itself ends with it."""
    query: str
    module: str
    plugin: str
    token: str

    def token_in(self, address: str) -> str:
        """What tells this robot from others; empty where the address is none of this messenger's."""
        parts = urlsplit(address)
        found = re.fullmatch(self.path, parts.path)
        asked = (
            parse_qs(parts.query).get(self.query, [""])[0] if self.query else (found and found["token"]) or ""
        )
        return asked if found and re.fullmatch(r"[A-Za-z0-9_-]{8,128}", asked) else ""


KINDS = {
    "wecom": Kind(r"/cgi-bin/webhook/send", "key", "wecombot", "NotifyWeComBot", "key"),
    "dingtalk": Kind(r"/robot/send", "access_token", "dingtalk", "NotifyDingTalk", "token"),
    "feishu": Kind(
        r"/open-apis/bot/v2/hook/(?P<token>[A-Za-z0-9_-]+)/?", "", "feishu", "NotifyFeishu", "token"
    ),
}


def fault_of(messenger: str, address: str) -> str:
    """Why this is no address of a robot that may be called; empty where it is."""
    kind = KINDS.get(messenger)
    if kind is None or not _is_allowed(messenger, address) or not kind.token_in(address):
        return WRONG_ADDRESS
    return ""


def _is_allowed(messenger: str, address: str) -> bool:
    """Whether its scheme, host and port are exactly those of the setting."""
    try:
        parts = urlsplit(address)
        wanted = urlsplit(settings.MESSENGERS.get(messenger, ""))
        return bool(wanted.netloc) and (parts.scheme, parts.netloc) == (wanted.scheme, wanted.netloc)
    except ValueError:
        return False


def _is_inside(host: str) -> bool:
    """Whether a name leads to a machine that the world cannot reach. A number stands in the setting by decision."""
    try:
        ip_address(host)
    except ValueError:
        found = {row[4][0] for row in socket.getaddrinfo(host, None)}
        return not all(ip_address(str(one).partition("%")[0]).is_global for one in found)
    return False


# --- the gate -------------------------------------------------------------------------------------------------------


class _Said(local):
    """Why the last request of this thread was refused."""

    reason = ""


said = _Said()


def post(url: str, **given: Any) -> Any:
    """What apprise calls instead of the client itself."""
    import requests

    said.reason = ""
    try:
        return _post(requests, url, given)
    except Undelivered as refusal:
        said.reason = str(refusal)
        raise requests.RequestException(str(refusal)) from None
    except (requests.RequestException, OSError) as error:  # its words hold the address
        said.reason = f"没有应答（{type(error).__name__}）"
        raise requests.RequestException(said.reason) from None


def _post(requests: Any, url: str, given: dict[str, Any]) -> Any:
    if not any(_is_allowed(messenger, url) for messenger in KINDS):
        raise Undelivered("地址不在允许之列")
    if _is_inside(urlsplit(url).hostname or ""):
        raise Undelivered("地址指向内部网络")
    kept = {name: given[name] for name in ("data", "headers", "params") if name in given}
    with requests.post(url, **kept, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
        if answer.is_redirect or answer.is_permanent_redirect:
            raise Undelivered("对方要求转到别处，未予跟随")
        content = answer.raw.read(LONGEST_ANSWER, decode_content=True)
        if answer.status_code != requests.codes.ok:
            raise Undelivered(f"对方返回 {answer.status_code}")
        if code := _code_in(content):
            raise Undelivered(f"对方拒收（代码 {code}）")
        return answer


def _code_in(content: bytes) -> str:
    """The code of the messenger's own refusal; nought and no code at all mean that it was taken."""
    try:
        answer = json.loads(content or b"{}")
    except ValueError:
        return "无法识别的应答"
    found = (
        [answer.get(name) for name in ("errcode", "code", "StatusCode")] if isinstance(answer, dict) else []
    )
    return next((re.sub(r"\W", "", str(code))[:12] for code in found if code not in (None, 0)), "")


@cache
def _plugin(kind: Kind) -> Any:
    """Apprise's sender for a messenger, behind the gate; loaded when the first message asks for it."""
    from importlib import import_module

    import requests

    module = import_module(f"apprise.plugins.{kind.module}")
    module.requests = SimpleNamespace(
        post=post, codes=requests.codes, RequestException=requests.RequestException
    )
    return getattr(module, kind.plugin)


class RobotLine:
    def send(self, message: Message) -> None:
        """Say it in the group, or raise with what the messenger has against it."""
        if fault := fault_of(message.messenger, message.to):
            raise Undelivered(fault)
        kind = KINDS[message.messenger]
        given = {kind.token: kind.token_in(message.to)} | (
            {"secret": message.secret} if message.secret else {}
        )
        sender, said.reason = _plugin(kind)(**given), ""
        base = settings.MESSENGERS[message.messenger].rstrip("/")
        for name in ("notify_url", "api_url"):
            if hasattr(sender, name):
                setattr(sender, name, base + "/" + getattr(sender, name).split("/", 3)[3])
        if not sender.notify(body=text_of(message), title=""):
            raise Undelivered(said.reason or "没有送达")


class Robots:
    """Groups of office messengers."""

    @contextmanager
    def line(self) -> Iterator[RobotLine]:
        yield RobotLine()


def text_of(message: Message) -> str:
    """What the group reads."""
    return "\n".join(filter(None, [f"【产研院平台】{message.title}", message.body, f"查看：{message.url}"]))
