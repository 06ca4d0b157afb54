"""How what somebody wrote stands among what the portal says."""


def sentence(text: str) -> str:
    """The text with a full stop, so that another sentence can follow."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"
