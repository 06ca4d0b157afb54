from django.db import models


class DayOverride(models.Model):
    """A day that is off although it is a weekday, or worked although it is a weekend."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]
        verbose_name = "节假日与调休"
        verbose_name_plural = "节假日与调休"

    def __str__(self):
        return f"{self.day} {self.name}"
