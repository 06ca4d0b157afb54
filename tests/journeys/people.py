"""People at their browsers. They know the address of the login page and follow the portal from there."""

from django.test import Client

from portal.demo.accounts import PASSWORD
from tests.journeys.pages import Page


class Person:
    """Somebody who signs in by name and password and works through the pages."""

    def __init__(self, username: str, *, password: str = PASSWORD):
        self.username, self.password, self.client = username, password, Client()
        self.sign_in()

    def sign_in(self) -> None:
        page = Page(self.client.get("/login/"))
        typed = page.form().filled({"username": self.username, "password": self.password})
        answer = self.client.post("/login/", typed)
        assert answer.status_code == 302, Page(answer).text

    def open(self, url: str, *, status: int = 200) -> Page:
        page = Page(self.client.get(url, follow=True))
        assert page.status == status, f"{self.username} {url}: {page.status} {page.text[:600]}"
        return page

    def send(self, page: Page, ending: str = "", *, status: int = 200, **typed) -> Page:
        """Fill in a form of the page and send it; the page that follows."""
        form = page.form(ending)
        if "proof" in form.names:
            typed = {"proof": self.password} | typed
        answer = Page(self.client.post(form.action, form.filled(typed), follow=True))
        assert answer.status == status, f"{self.username} {form.action}: {answer.status} {answer.text[:900]}"
        return answer

    def take(self, url: str, action: str, *, status: int = 200, **typed) -> Page:
        """Take a move with the button that the page of the case offers."""
        return self.send(self.open(url), f"/moves/{action}/", status=status, **typed)

    def post(self, url: str, data: dict | None = None, **headers) -> Page:
        """What a hand-made request would get, whatever the pages offer."""
        return Page(self.client.post(url, data or {}, headers=headers))

    def workbasket(self) -> Page:
        return self.open("/")


def stranger() -> Client:
    return Client()


def program(username: str) -> Client:
    """Somebody's program, with the token that their password buys."""
    typed = {"username": username, "password": PASSWORD}
    token = Client().post("/api/v1/token/", typed).json()["token"]
    return Client(headers={"Authorization": f"Token {token}"})
