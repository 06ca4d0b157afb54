"""What people fill in: filters of lists, and the public form for an objection. Shape only."""

from uuid import uuid4

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching, SortFilter, YearFilter
from accounts.models import Organisation
from notices import policy, selectors
from notices.enums import (
    Channel,
    DeliveryStatus,
    Finding,
    IdKind,
    MailChoice,
    Messenger,
    ObjectionState,
    ObjectorKind,
    PublicNoticeKind,
)
from notices.models import Delivery, Objection, PublicNotice
from notices.selectors.bulletins import hours_of_robots, robots_managed_by
from records import clock
from records.attachments import faults_of
from records.deadlines import day_in_words
from records.desk import MoveForm


class NoticeFilter(forms.Form):
    """Search and filter of a person's messages."""

    q = forms.CharField(label=_("搜索"), required=False, max_length=60)
    show = forms.ChoiceField(
        label=_("显示"),
        required=False,
        choices=[
            ("", _("全部")),
            ("unread", _("只看未读")),
            ("asking", _("只看待我办理")),
            ("reminders", _("只看期限提醒")),
        ],
    )


class DeliveryFilter(Searching):
    """Search and filter of the outbox."""

    search_in = (
        "notice__title",
        "notice__recipient__name",
        "notice__recipient__email",
        "bulletin__title",
        "bulletin__robot__name",
        "last_error",
    )
    q = django_filters.CharFilter(label=_("消息、收件人、原因"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("状态"), choices=DeliveryStatus.choices, empty_label=_("全部状态")
    )
    channel = django_filters.ChoiceFilter(label=_("渠道"), choices=Channel.choices, empty_label=_("全部渠道"))

    class Meta:
        model = Delivery
        fields = ()


def _hours(empty: str) -> list[tuple[str, str]]:
    return [("", empty), *_hours_between(0, 23)]


def _hours_between(first: int, last: int) -> list[tuple[str, str]]:
    return [(str(hour), f"{hour:02d}:00") for hour in range(first, last + 1)]


class PreferenceForm(forms.Form):
    """How a person wants their mail and text messages."""

    mail = forms.ChoiceField(label=_("邮件发送方式"), choices=MailChoice.choices, widget=forms.RadioSelect)
    daily_hour = forms.TypedChoiceField(
        label=_("每天汇总的发送时间"),
        choices=_hours("")[1:],
        coerce=int,
        help_text=_("选择“每天汇总成一封”时有效。"),
    )
    quiet_from = forms.TypedChoiceField(
        label=_("免打扰开始"), choices=_hours(_("不设置")), coerce=int, empty_value=None, required=False
    )
    quiet_until = forms.TypedChoiceField(
        label=_("免打扰结束"), choices=_hours(_("不设置")), coerce=int, empty_value=None, required=False
    )
    sms = forms.BooleanField(
        label=_("到期当日发短信提醒我"),
        required=False,
        help_text=_("发到账号中登记的手机号码。具有法律效力的通知总是同时发送短信。"),
    )

    def clean(self):
        found = super().clean()
        start, end = found.get("quiet_from"), found.get("quiet_until")
        if (start is None) != (end is None):
            missing = "quiet_from" if start is None else "quiet_until"
            self.add_error(missing, _("免打扰时段的开始和结束须一并选择。"))
        return found


def _kept(label, help_text) -> forms.CharField:
    """Something with a key in it: typed anew, never shown again."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=400, required=False, widget=widget, help_text=help_text)


class RobotForm(forms.Form):
    """A group robot: what it says, and when."""

    messenger = forms.ChoiceField(label=_("办公软件"), choices=Messenger.choices)
    name = forms.CharField(label=_("群名称"), max_length=40)
    address = _kept(_("机器人地址（Webhook）"), _("从群设置中复制。地址加密保存，保存后只显示末尾几位。"))
    secret = _kept(_("加签密钥"), _("钉钉群机器人选择“加签”时填写，其他不填。"))
    hour = forms.TypedChoiceField(
        label=_("每个工作日发送时间"), choices=_hours_between(0, 23), coerce=int, initial=9
    )
    tells_overdue = forms.BooleanField(label=_("已逾期的件数"), required=False, initial=True)
    tells_due = forms.BooleanField(label=_("今天到期的件数"), required=False, initial=True)
    tells_arrived = forms.BooleanField(label=_("上次汇总以来新到的件数"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first, last = hours_of_robots(on=clock.today())
        self.fields["hour"].choices = _hours_between(first, last)


class NewRobotForm(RobotForm):
    """A robot to be registered, and whose it is."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("单位"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    field_order = ("organisation",)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].required = True
        mine = self.fields["organisation"].queryset = robots_managed_by(user)
        if mine.count() == 1:
            self.fields["organisation"].initial = mine.first()


class ReadAllForm(forms.Form):
    """Until when the list that the person saw was drawn."""

    until = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class PublicityFilter(django_filters.FilterSet):
    """Search and filter of public notices."""

    q = django_filters.CharFilter(label=_("标题、编号、研究院或单位"), method="search")
    kind = django_filters.ChoiceFilter(
        label=_("类别"), choices=PublicNoticeKind.choices, empty_label=_("全部类别")
    )
    period = django_filters.ChoiceFilter(
        label=_("公示期"),
        choices=[("running", _("公示中")), ("over", _("公示期满"))],
        method="within",
        empty_label=_("全部"),
    )
    year = YearFilter(label=_("年度"), field_name="first_day", lookup_expr="year")
    sort = SortFilter(
        fields=(("number", "number"), ("first_day", "first"), ("last_day", "last"), ("item_count", "items")),
        widget=forms.HiddenInput,
    )

    class Meta:
        model = PublicNotice
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_public_notices(rows, value.strip())

    def within(self, rows, name, value):
        today = clock.today()
        return rows.running(today) if value == "running" else rows.over(today)


class ObjectionFilter(Searching):
    """Search and filter of objections: by what is objected to, never by who objects."""

    search_in = ("number", "item__name", "item__host_name", "item__notice__number", "grounds")
    q = django_filters.CharFilter(label=_("编号、公示事项"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=ObjectionState.choices, empty_label=_("全部状态")
    )
    finding = django_filters.ChoiceFilter(label=_("查核结论"), choices=Finding.choices, empty_label=_("全部"))
    overdue = django_filters.ChoiceFilter(
        label=_("时限"), choices=[("yes", _("已逾期"))], method="late", empty_label=_("全部")
    )
    sort = SortFilter(
        fields=(("number", "number"), ("item__name", "item"), ("filed_at", "filed"), ("due_on", "due")),
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Objection
        fields = ()

    def late(self, rows, name, value):
        return rows.filter(due_on__lt=clock.today())


class LetterForm(forms.Form):
    """What proves that whoever holds the code of a receipt is the author: the phone that was given."""

    phone = forms.CharField(
        label=_("提出异议时填写的联系电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args, objection, **kwargs):
        self.objection = objection
        super().__init__(*args, **kwargs)

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not policy.is_same_phone(phone, self.objection.phone):
            raise forms.ValidationError(_("与提出异议时填写的联系电话不一致。"))
        return phone


class ObjectionForm(forms.Form):
    """An objection under one's real name. ``key`` makes a second press of the button the same objection."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("以何种身份提出"), choices=ObjectorKind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("姓名或单位全称"), max_length=100, help_text=_("须为真实姓名，或与公章一致的单位全称。")
    )
    contact_name = forms.CharField(
        label=_("联系人"), max_length=50, required=False, help_text=_("以单位名义提出的必填。")
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices)
    id_number = forms.CharField(
        label=_("证件号码"),
        max_length=30,
        help_text=_("加密保存，仅用于核对身份。单位填统一社会信用代码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    grounds = forms.CharField(
        label=_("异议的事实与依据"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写明对哪一项内容有异议、事实是什么、有何依据。对评审结论本身表示不同意的，不属于异议。"),
    )
    signed = forms.FileField(
        label=_("签字或盖章的异议书扫描件"), help_text=_("PDF、JPG 或 PNG。个人由本人签字，单位加盖公章。")
    )
    evidence = forms.FileField(label=_("证据材料"), required=False, help_text=_("多份材料请合并为一个文件。"))

    def clean(self):
        found = super().clean()
        identity = ("kind", "name", "contact_name", "phone", "id_kind", "id_number")
        known = {name: found.get(name, "") for name in identity}
        for name, words in policy.identity_faults(**known):
            if name not in self.errors:
                self.add_error(name, words)
        if "grounds" not in self.errors and len(found["grounds"].strip()) < policy.GROUNDS_MIN_CHARS:
            words = _("请写明异议的事实与依据，不少于 {n} 字。").format(n=policy.GROUNDS_MIN_CHARS)
            self.add_error("grounds", words)
        for name in ("signed", "evidence"):
            if upload := found.get(name):
                for reason in faults_of(upload):
                    self.add_error(name, reason.text)
        return found

    @property
    def filing(self) -> dict:
        """What the service takes."""
        found = dict(self.cleaned_data)
        evidence = found.pop("evidence", None)
        return {**found, "evidence": [evidence] if evidence else []}


class PublicityExtensionForm(MoveForm):
    """A later last day, and why."""

    ends_to = forms.DateField(
        label=_("新的最后一日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("延期理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("将原文公布，并写入公示文书。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if subject := self.subject:
            self.initial = {"ends_to": subject.ends_to, "reason": subject.reason} | self.initial
            self.fields["ends_to"].help_text = _("现在的最后一日为 {day}，只能延后，须为工作日。").format(
                day=day_in_words(subject.ends_from)
            )
