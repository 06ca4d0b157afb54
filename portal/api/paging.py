"""Pages of lists: by number where people jump, by key where rows only ever grow."""

from rest_framework.pagination import CursorPagination, PageNumberPagination

SIZE, MOST = 30, 100


class Pages(PageNumberPagination):
    """``?page=2&page_size=50``"""

    page_size, max_page_size = SIZE, MOST
    page_size_query_param = "page_size"


class Stream(CursorPagination):
    """Follow ``next``; the hundredth page costs what the first one costs."""

    page_size, max_page_size = SIZE, MOST
    page_size_query_param = "page_size"
    ordering = "-pk"
