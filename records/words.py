"""How what somebody wrote stands among what the portal says."""


def sentence(text: str) -> str:
    """The text with a full stop, so that another sentence can follow."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"


def because(reason: str) -> str:
    """The reason of a step, as the last sentence of what is told of it; nothing where none was given."""
    return f"说明：{sentence(reason)}" if reason else ""


def paragraphs_of(text: str) -> list[str]:
    """Line by line what was written, without empty ones: each is a paragraph of a paper."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def quoted(name: object) -> str:
    """The name in quotation marks, with those that it has of its own inside them: “增列企业‘示例公司’”."""
    return f"“{str(name).translate(str.maketrans('“”', '‘’'))}”"
