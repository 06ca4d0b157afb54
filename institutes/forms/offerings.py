"""What a unit says about a service of its institute; and the filters of its lists."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.selectors import recommending_divisions
from institutes.enums.offerings import OfferingKind, OfferingState
from institutes.models import IndustryChain, Institute, OfferingWording, ServiceOffering
from institutes.selectors import offerings as reads


class OfferingForm(forms.Form):
    """A service as everybody will read it."""

    kind = forms.ChoiceField(label=_("服务类型"), choices=OfferingKind.choices)
    title = forms.CharField(label=_("服务名称"), max_length=80)
    content = forms.CharField(
        label=_("服务内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写清能做什么、主要设备或能力、一般多长时间。"),
    )
    audience = forms.CharField(label=_("面向谁"), max_length=200, required=False, help_text=_("不限的留空。"))
    price = forms.CharField(
        label=_("收费办法"), max_length=300, help_text=_("按什么收费、价格依据；免费的写“免费”。")
    )
    booking = forms.CharField(label=_("怎样预约"), max_length=300)
    contact_office = forms.CharField(
        label=_("联系部门"), max_length=80, help_text=_("填部门，不填个人姓名。")
    )
    contact_phone = forms.CharField(
        label=_("办公电话"), max_length=40, help_text=_("向社会公开，请不要填个人手机。")
    )
    address = forms.CharField(label=_("地址"), max_length=150, required=False)


class OfferingPageForm(OfferingForm):
    """The same, for one of the institutes of the person's unit."""

    institute = forms.ModelChoiceField(label=_("研究院"), queryset=Institute.objects.none(), empty_label=None)
    field_order = ("institute",)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["institute"].queryset = reads.institutes_to_offer(user)


class OfferingFilter(django_filters.FilterSet):
    """How those who keep, check or oversee services look for one."""

    q = django_filters.CharFilter(label=_("服务、研究院或单位"), method="search")
    kind = django_filters.ChoiceFilter(
        label=_("服务类型"), choices=OfferingKind.choices, empty_label=_("全部")
    )
    chain = ModelChoiceFilter(
        label=_("产业链"),
        field_name="institute__chain",
        queryset=lambda request: IndustryChain.objects.active(),
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("所在县（市、区）"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(label=_("状态"), choices=OfferingState.choices, empty_label=_("全部"))
    sort = SortFilter(
        fields={
            "title": "title",
            "kind": "kind",
            "division__code": "division",
            "drafted_at": "drafted",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ServiceOffering
        fields = ()

    def search(self, rows, name, value):
        return reads.search_offerings(rows, value.strip())


class PublicOfferingFilter(django_filters.FilterSet):
    """How everybody looks for a service."""

    q = django_filters.CharFilter(label=_("服务、研究院或单位"), method="search")
    kind = django_filters.ChoiceFilter(
        label=_("服务类型"), choices=OfferingKind.choices, empty_label=_("全部")
    )
    chain = django_filters.ModelChoiceFilter(
        label=_("产业链"),
        field_name="offering__institute__chain",
        queryset=lambda request: IndustryChain.objects.active(),
        empty_label=_("全部"),
    )
    division = django_filters.ModelChoiceFilter(
        label=_("所在县（市、区）"),
        field_name="offering__division",
        queryset=lambda request: recommending_divisions(),
        empty_label=_("全部"),
    )

    class Meta:
        model = OfferingWording
        fields = ()

    def search(self, rows, name, value):
        return reads.search_offerings(rows, value.strip(), of="offering__")
