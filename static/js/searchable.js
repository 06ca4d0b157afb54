/* Gives long choice lists a search box. Loaded by the pages that need it, after Tom Select:
   {% block scripts %}{% include "components/searchable.html" %}{% endblock %} and data-searchable on the select. */

for (const select of document.querySelectorAll("select[data-searchable]")) {
  new window.TomSelect(select, {
    maxOptions: 500,
    render: {
      no_results: () => {
        const note = document.createElement("div");
        note.className = "no-results";
        note.textContent = "没有匹配的选项";
        return note;
      },
    },
  });
  // Tom Select hands the label over to its own box and keeps the list for the form alone: readers skip it.
  select.setAttribute("aria-hidden", "true");
}
