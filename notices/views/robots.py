"""Group robots, for whoever looks after an office or a unit."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import may
from accounts.views.common import show_form
from notices import services
from notices.forms import NewRobotForm, RobotForm
from notices.selectors.bulletins import MANAGE_ROBOTS, last_said, robots_visible_to

SHOWN = 10


def _require(user) -> None:
    if not may(user, MANAGE_ROBOTS):
        raise PermissionDenied


@require_safe
def robot_list(request):
    """The robots that one looks after."""
    _require(request.user)
    return render(request, "notices/robot_list.html", {"robots": robots_visible_to(request.user)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def robot_new(request):
    """Register one."""
    _require(request.user)
    form = NewRobotForm(request.POST or None, user=request.user)
    if not form.is_valid():
        return show_form(request, "notices/robot_new.html", form)
    robot = services.register_robot(**form.cleaned_data, by=request.user)
    messages.success(request, _("群机器人已登记。可以发送一条测试消息，确认群里能收到。"))
    return redirect(robot)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def robot(request, pk):
    """One of them: what it said last, and what it is to say; POST changes that."""
    found = get_object_or_404(robots_visible_to(request.user), pk=pk)
    facts = model_to_dict(found, exclude=["address", "secret"])
    form = RobotForm(request.POST or None, initial=facts)
    if not form.is_valid():
        context = {"robot": found, "said": last_said(found)[:SHOWN]}
        return show_form(request, "notices/robot.html", form, **context)
    services.change_robot(robot=found, by=request.user, **form.cleaned_data)
    messages.success(request, _("已保存。"))
    return redirect(found)


@require_POST
def robot_switch(request, pk):
    """Switch it on, or off."""
    found = get_object_or_404(robots_visible_to(request.user), pk=pk)
    services.switch_robot(robot=found, on="on" in request.POST, by=request.user)
    messages.success(request, _("已启用。") if "on" in request.POST else _("已停用。"))
    return redirect(found)


@require_POST
def robot_try(request, pk):
    """Let it say that it works."""
    found = get_object_or_404(robots_visible_to(request.user), pk=pk)
    services.try_robot(robot=found, by=request.user)
    messages.success(request, _("测试消息已列入发送队列，结果稍后显示在本页。"))
    return redirect(found)
