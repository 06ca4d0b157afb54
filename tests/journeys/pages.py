"""Pages as a person without JavaScript meets them: words, links and forms. What is sent is what the form holds."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"checkbox", "radio"}
ROW = re.compile(r"-\d+-")


@dataclass
class Form:
    """A form of a page with what stands in its boxes."""

    action: str
    method: str
    values: dict[str, list] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)
    options: dict[str, dict[str, str]] = field(default_factory=dict)

    def filled(self, typed: dict) -> dict[str, object]:
        """What would be sent if a person typed ``typed`` into it. Knows no box that is not there."""
        unknown = sorted(name for name in typed if not self.knows(name))
        assert not unknown, f"the form of {self.action} has no box {unknown}, but {sorted(self.names)}"
        return {name: value for name, value in (self.values | typed).items() if value is not None}

    def knows(self, name: str) -> bool:
        """Whether the form has this box, or the page can add a row that has it."""
        return name in self.names or ROW.sub("-__prefix__-", name) in self.shapes

    def choice(self, name: str, words: str) -> str:
        """The value of the one option of a list that says these words."""
        (value,) = [value for value, label in self.options[name].items() if words in label]
        return value


class _Reader(HTMLParser):
    def __init__(self, path: str):
        super().__init__()
        self.path, self.forms, self.links, self.words = path, [], [], []
        self.form, self.select, self.option, self.area, self.silent = None, None, None, None, 0
        self.by_id, self.boxes_of, self.many, self.before = {}, {}, False, 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        match tag:
            case "form":
                self.form = Form(found.get("action") or self.path, found.get("method", "get").lower())
                self.forms.append(self.form)
                self.by_id[found.get("id")] = self.form
            case "a" if "href" in found:
                self.links.append(found["href"])
            case "script" | "style" | "template":
                self.silent += 1
        if self.form is None and tag in {"input", "textarea"} and "form" in found:
            self._box_elsewhere(tag, found)
        elif self.form is not None and self.silent and found.get("name"):
            self.form.shapes.add(found["name"])
        elif self.form is not None and not self.silent:
            self._box(tag, found)

    def _box_elsewhere(self, tag, found):
        """A box that stands outside its form and names it."""
        self.form = self.boxes_of.setdefault(found["form"], Form("", ""))
        self._box(tag, found)
        if tag == "input":
            self.form = None

    def gather(self):
        """Give each form the boxes that stood elsewhere."""
        for name, boxes in self.boxes_of.items():
            self.by_id[name].names |= boxes.names
            self.by_id[name].values |= boxes.values

    def _box(self, tag, found):
        name = found.get("name")
        match tag:
            case "input" if name:
                self._input(name, found)
            case "select" if name:
                self.select, self.many = name, "multiple" in found
                self.form.names.add(name)
                self.before = len(self.form.values.setdefault(name, []))
            case "option" if self.select:
                self._option(found)
            case "button" if name:
                self.form.names.add(name)
            case "textarea" if name:
                self.area = name
                self.form.names.add(name)
                self.form.values.setdefault(name, []).append("")

    def _option(self, found):
        self.option = found.get("value", "")
        self.form.options.setdefault(self.select, {})[self.option] = ""
        if "selected" in found:
            self.form.values[self.select].append(self.option)

    def _input(self, name, found):
        self.form.names.add(name)
        kind = found.get("type", "text")
        if (kind in VOID and "checked" not in found) or kind == "file":
            return
        self.form.values.setdefault(name, []).append(found.get("value", "on" if kind in VOID else ""))

    def handle_endtag(self, tag):
        match tag:
            case "form":
                self.form = None
            case "select":
                self._default_choice()
            case "option":
                self.option = None
            case "textarea":
                self.area = None
                if self.form in self.boxes_of.values():
                    self.form = None
            case "script" | "style" | "template":
                self.silent -= 1

    def _default_choice(self):
        """A browser sends the first option of a list where none is selected, of each of them if there are several."""
        if self.form is not None and self.select and not self.many:
            chosen = self.form.values[self.select]
            if len(chosen) == self.before:
                chosen += list(self.form.options.get(self.select, {}))[:1]
        self.select = None

    def handle_data(self, data):
        if self.area is not None and self.form is not None:
            self.form.values[self.area][-1] += data.removeprefix("\n")
        elif self.option is not None and self.select:
            self.form.options[self.select][self.option] += data.strip()
        elif not self.silent:
            self.words.append(data)


class Page:
    """One answer of the portal."""

    def __init__(self, response):
        self.response, self.status = response, response.status_code
        self.path = response.request["PATH_INFO"]
        reader = _Reader(self.path)
        if response.get("Content-Type", "").startswith("text/html"):
            reader.feed(response.content.decode())
            reader.gather()
        self.forms, self.links = reader.forms, reader.links
        self.text = " ".join(" ".join(reader.words).split())

    def form(self, ending: str = "") -> Form:
        """The posted form whose address ends so; without an ending, the one of the page itself."""
        wanted = ending or self.path
        found = self.forms_to(wanted)
        assert len(found) == 1, f"{self.path}: {[f.action for f in self.forms]} has not one form for {wanted}"
        return found[0]

    def forms_to(self, ending: str) -> list[Form]:
        return [f for f in self.forms if f.method == "post" and f.action.split("?")[0].endswith(ending)]

    def link(self, part: str) -> str:
        """The first link of the page whose address looks so."""
        found = next((link for link in self.links if re.search(part, link)), "")
        assert found, f"{self.path} has no link to {part}: {self.text[-600:]}"
        return found

    def offers(self) -> set[str]:
        """The moves that the page lets its reader take."""
        return {f.action.rstrip("/").rpartition("/")[2] for f in self.forms if "/moves/" in f.action}
