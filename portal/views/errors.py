"""The pages of mistakes: of our own, calm and without details, with the identifier to tell us; of what was sent."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from portal.api.problems import CONTENT_TYPE, body_of

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read: 413 where it is too much, 400 otherwise. Programs get problem JSON."""
    if isinstance(exception, TOO_MUCH):
        status, code, title = 413, "too-large", _("一次提交的内容太多，没有保存")
        advice = _("文字请分几次保存，文件请用上传框添加。返回上一页，已填写的内容通常还在。")
    else:
        status, code, title = 400, "bad-request", _("无法读取提交的内容")
        advice = _("请返回上一页重新提交；如果再次出现，请换一个浏览器或者与市科技局联系。")
    if request.path.startswith("/api/"):
        return JsonResponse(body_of(status, code, str(title)), status=status, content_type=CONTENT_TYPE)
    return render(request, "400.html", {"title": title, "advice": advice}, status=status)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500.html stands alone: neither the person nor the database is asked for anything. Programs get problem JSON."""
    if request.path.startswith("/api/"):
        body = body_of(500, "server-error", str(_("系统出错，已记录。请凭请求编号与我们联系。")))
        return JsonResponse(body, status=500, content_type=CONTENT_TYPE)
    page = loader.get_template("500.html").render({"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=500)
