"""Ways out of the building. Plain values come in, nothing of the database is touched."""

from notices.channels.base import Line, Message, Outlet, OutOfService, Part, Undelivered
from notices.channels.mail import Email
from notices.channels.robots import Robots
from notices.channels.sms import Sms
from notices.enums import Channel

OUTLETS: dict[str, Outlet] = {Channel.EMAIL: Email(), Channel.SMS: Sms(), Channel.ROBOT: Robots()}

__all__ = ["OUTLETS", "Line", "Message", "OutOfService", "Outlet", "Part", "Undelivered"]
