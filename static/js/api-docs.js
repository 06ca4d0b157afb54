/* Shows the schema with Swagger UI. What is tried out here runs with the session of whoever is signed in. */

const place = document.getElementById("api");
const { "X-CSRFToken": csrf } = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = csrf;
    return request;
  },
});
