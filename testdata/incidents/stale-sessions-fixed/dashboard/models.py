from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Post(models.Model):
    """A post that a customer published on a social network."""

    class Network(models.TextChoices):
        FACEBOOK = 'facebook', 'Facebook'
        INSTAGRAM = 'instagram', 'Instagram'
        LINKEDIN = 'linkedin', 'LinkedIn'

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name='posts')
    title = models.CharField(max_length=200)
    network = models.CharField(max_length=20, choices=Network.choices)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ['-published_at']

    def __str__(self):
        return self.title


class PostMetric(models.Model):
    """What a network reported about one post for one hour."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name='metrics')
    hour = models.PositiveIntegerField(help_text='Unix time at which the hour begins.')
    impressions = models.PositiveIntegerField(default=0)
    reach = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=['post', 'hour'], name='one_metric_per_post_and_hour'),
        ]

    def __str__(self):
        return f'{self.post_id} at {self.hour}'


class UserPreferences(models.Model):
    """How a customer wants to see the dashboard."""

    class Theme(models.TextChoices):
        LIGHT = 'light', 'Light'
        DARK = 'dark', 'Dark'

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name='preferences')
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.LIGHT)
    time_zone = models.CharField(max_length=40, default='UTC')
    rows_per_page = models.PositiveSmallIntegerField(
        default=50,
        validators=[MinValueValidator(10), MaxValueValidator(200)],
    )

    class Meta:
        verbose_name_plural = 'user preferences'

    def __str__(self):
        return f'preferences of {self.user}'
