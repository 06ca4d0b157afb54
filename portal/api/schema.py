"""The OpenAPI document: what spectacular finds, and the problems that every operation may answer with."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from portal.api.problems import CONTENT_TYPE

SAID = {
    401: _("未登录，或令牌已失效"),
    403: _("您的角色不能办理"),
    404: _("没有这条记录，或您无权知悉"),
    409: _("规则不允许；reasons 列出全部理由"),
    422: _("内容有误；errors 按栏目列出"),
    429: _("过于频繁"),
}
TAGS = {
    "token": _("令牌"),
    "calls": _("申报通知"),
    "call-extensions": _("申报延期"),
    "applications": _("认定申报"),
    "recommendation-lists": _("推荐汇总表"),
    "chains": _("产业链图谱"),
    "chain-proposals": _("图谱调整建议"),
    "cultivation": _("培育库"),
    "county-policies": _("县级配套政策"),
    "service-offerings": _("开放服务"),
    "questions": _("常见问题"),
    "decisions": _("审议决定"),
    "public-notices": _("公示公告"),
    "publicity-extensions": _("公示延期"),
    "objections": _("公示异议"),
    "inquiries": _("异议情况说明"),
    "institutes": _("产业技术研究院"),
    "earlier-recognitions": _("既有研究院登记"),
    "dashboard": _("运行看板"),
    "targets": _("发展目标"),
    "map": _("分布地图"),
    "workload": _("办理时效"),
    "achievements": _("成果"),
    "changes": _("变更和退出"),
    "provincial-filings": _("省级申报"),
    "progress-reports": _("建设进展报告"),
    "suspensions": _("暂停资格"),
    "revocations": _("撤销认定"),
    "certificate-batches": _("认定通知"),
    "engagements": _("评审委托"),
    "experts": _("专家库"),
    "panels": _("评审组"),
    "packages": _("盲审包"),
    "assignments": _("评审任务"),
    "site-visits": _("现场考察"),
    "acceptances": _("建设期验收"),
    "assessments": _("年度考核"),
    "project-calls": _("联合攻关专项申报通知"),
    "project-proposals": _("联合攻关项目申报"),
    "project-decisions": _("立项审议决定"),
    "projects": _("联合攻关项目"),
    "evaluations": _("三年绩效评价"),
    "rounds": _("评价年度"),
    "cycles": _("评估周期"),
    "project-midterms": _("联合攻关项目中期检查"),
    "project-changes": _("联合攻关项目变更"),
    "project-finals": _("联合攻关项目结题验收"),
    "project-endings": _("联合攻关项目中止和终止"),
    "agency-reports": _("评审报告"),
    "awards": _("奖补资金"),
    "payees": _("收款账户"),
    "plans": _("拨付方案"),
    "plan-publicities": _("分配方案公示"),
    "disbursements": _("资金拨付"),
    "clawbacks": _("资金追回"),
    "repayments": _("退还款项"),
    "budgets": _("预算"),
    "adjustments": _("预算调整"),
    "county-budgets": _("县级配套预算"),
    "bank-statements": _("银行流水文件"),
    "bank-lines": _("银行流水核对"),
    "ledger": _("资金台账"),
    "deadlines": _("待办"),
    "matters": _("在办事项"),
    "notices": _("消息"),
    "documents": _("文书"),
    "jobs": _("批量任务"),
    "registrations": _("单位注册"),
    "memberships": _("授权"),
    "register": _("登记簿"),
    "availability": _("平台运行记录"),
    "preference": _("消息设置"),
    "calendar": _("期限日历"),
    "deliveries": _("发送队列"),
    "robots": _("群机器人"),
    "deputies": _("代办"),
    "working-days": _("工作日历"),
    "calendar-changes": _("工作日历调整"),
}
"""The resources in the order of the business."""


def name_tags(result: dict, generator, request, public) -> dict:
    """Gives each resource its name and its place."""
    return result | {"tags": [{"name": name, "description": str(words)} for name, words in TAGS.items()]}


class ReasonSerializer(serializers.Serializer):
    text = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)


class ClashSerializer(serializers.Serializer):
    field = serializers.CharField()
    label = serializers.CharField()
    mine = serializers.JSONField()
    theirs = serializers.JSONField()
    by = serializers.CharField()
    at = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Problem JSON (RFC 9457)."""

    type = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False, allow_blank=True)
    request_id = serializers.CharField(required=False)
    reasons = ReasonSerializer(many=True, required=False)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)
    version = serializers.CharField(required=False)
    clashes = ClashSerializer(many=True, required=False)


class Schema(AutoSchema):
    """Adds to each operation the refusals that it may answer with."""

    def _get_response_bodies(self, direction="response"):
        found = super()._get_response_bodies(direction)
        ref = self.resolve_serializer(ProblemSerializer, "response").ref
        for code in self._problems():
            found.setdefault(
                str(code), {"description": str(SAID[code]), "content": {CONTENT_TYPE: {"schema": ref}}}
            )
        return found

    def _problems(self) -> list[int]:
        if self.path.endswith("/token/") and self.method == "POST":
            return [401, 403, 422, 429]
        codes = [401, 403]
        if "{" in self.path:
            codes.append(404)
        if self.method in {"POST", "PATCH", "DELETE"}:
            codes.append(409)
        if self.method in {"POST", "PATCH"} or "{" not in self.path:
            codes.append(422)
        return codes
