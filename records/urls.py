from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("files/<int:pk>/", views.attachment_file, name="attachment"),
    path("papers/<int:pk>/", views.document_file, name="document"),
]
