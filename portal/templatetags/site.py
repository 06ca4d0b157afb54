"""What a page says twice, in its head and on the card where its address is shared; where its reader may go."""

from django import template

from portal import navigation

register = template.Library()


@register.simple_block_tag
def said(content):
    """What stands inside, kept to be shown more than once: ``{% said as page_title %}…{% endsaid %}``."""
    return content


@register.simple_tag(takes_context=True)
def is_open(context, url_name):
    """Whether the reader finds this page in the menu: ``{% is_open "funding:budget-list" as reads_budgets %}``."""
    shell = context.get("shell")
    return bool(shell and navigation.is_open_to(url_name, frozenset(shell.roles)))
