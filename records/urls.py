from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("files/<int:pk>/", views.attachment_file, name="attachment"),
    path("papers/<int:pk>/", views.document_file, name="document"),
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/progress/", views.job_progress, name="job-progress"),
    path("jobs/<int:pk>/file/", views.job_file, name="job-file"),
    path("jobs/<int:pk>/moves/<slug:action>/", views.job_move, name="job-move"),
]
