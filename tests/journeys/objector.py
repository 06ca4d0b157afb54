"""Somebody from outside who objects to what is published, and the bureau's answer."""

from django.test import Client

from notices.models import PublicNoticeItem
from portal.demo.books import sample_pdf
from tests.journeys.pages import Page
from tests.journeys.walk import Walk

NAME, PHONE, ID_NUMBER = "示例张三", "13900001111", "E00000000"
OBJECTION = {
    "kind": "person",
    "name": NAME,
    "phone": PHONE,
    "id_kind": "passport",
    "id_number": ID_NUMBER,
    "grounds": "反映该单位申报材料所列共建协议未实际履行，核心设备不属于依托单位，附有关照片和说明。",
}
REPLY = "经核实，所反映的情况已逐项查明，处理结果如上。"


class Objector:
    """A passer-by: no account, a browser, and the address of the receipt once the objection is filed."""

    def __init__(self) -> None:
        self.client, self.receipt_url = Client(), ""

    def open(self, url: str) -> Page:
        return Page(self.client.get(url))

    def form_of(self, item: PublicNoticeItem) -> Page:
        """The form, found from the public notice."""
        return self.open(self.open(item.notice.get_absolute_url()).link(rf"/items/{item.pk}/objection/"))

    def file(self, page: Page, *, status: int = 200, **said) -> Page:
        """Send the form with the signed paper; what is ``None`` stays empty."""
        typed = OBJECTION | {"signed": sample_pdf(f"{NAME}的异议书")} | said
        form = page.form()
        answer = Page(self.client.post(form.action, form.filled(typed), follow=True))
        assert answer.status == status, answer.text
        if status == 200:
            self.receipt_url = answer.path
        return answer

    def receipt(self) -> Page:
        return self.open(self.receipt_url)


def object_to(walk: Walk) -> str:
    """Somebody objects and the clerk takes it up; the address of the objection at the bureau."""
    objector = Objector()
    with walk.hour(9):
        objector.file(objector.form_of(PublicNoticeItem.objects.get()))
        clerk = walk["bureau_clerk"]
        url = clerk.open("/objections/").link(r"/objections/\d+/$")
    with walk.hour(11):
        clerk.take(url, "accept")
    return url


def find(walk: Walk, url: str, finding: str) -> None:
    """The clerk proposes a finding, the approver decides so."""
    with walk.hour(10):
        walk["bureau_clerk"].take(url, "propose", finding=finding, reply=REPLY)
    with walk.hour(16):
        walk["bureau_approver"].take(url, finding, reply=REPLY)
