"""Taking over sections of the unit's last application."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from institutes import selectors, services
from institutes.views.workbench import workbench


@require_http_methods(["GET", "POST"])
def application_prefill(request, pk):
    """Offer what can be taken over, section by section; POST ``sections`` takes it."""
    bench = workbench(request, pk)
    if request.method == "POST":
        chosen = request.POST.getlist("sections")
        filled = services.prefill_application(application=bench.application, sections=chosen, by=request.user)
        amount = {"n": len(filled), "m": sum(filled.values())}
        messages.success(request, _("已沿用 %(n)d 个章节，共 %(m)d 项，请逐项核对。") % amount)
        return redirect(bench.address(chosen[0] if len(chosen) == 1 else bench.declared.sections[0].code))
    if not bench.application.is_editable:
        return redirect("institutes:application-book", pk)
    found = selectors.takeover_of(bench.application)
    offers = [
        {"section": section, "amount": len(found[section.code])}
        for section in bench.declared.sections
        if section.code in found
    ]
    context = bench.context(offers=offers, last=selectors.last_application_of_unit(bench.application))
    return render(request, "institutes/prefill.html", context)
