"""What a public page says of itself twice: in its head, and on the card where its address is shared."""

from django import template

register = template.Library()


@register.simple_block_tag
def said(content):
    """What stands inside, kept to be shown more than once: ``{% said as page_title %}…{% endsaid %}``."""
    return content
