"""The picture that a shop puts beside its name."""

from django.db import models

from programs.models.shop import Merchant


class Logo(models.Model):
    """The bytes of a shop's logo, a WebP of our own making: in the database, where every web machine finds them.

    The shop's `logo_digest` is that of these bytes, so that pages link to the picture without reading it.
    """

    merchant = models.OneToOneField(Merchant, models.CASCADE, primary_key=True, related_name="logo")
    digest = models.CharField(max_length=16)
    picture = models.BinaryField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.merchant} {self.digest}"
