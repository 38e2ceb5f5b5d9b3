from django.contrib import admin

from .models import Post, PostMetric, UserPreferences


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ['title', 'network', 'owner', 'published_at']
    list_filter = ['network']
    search_fields = ['title']


@admin.register(PostMetric)
class PostMetricAdmin(admin.ModelAdmin):
    list_display = ['post', 'hour', 'impressions', 'clicks']
    raw_id_fields = ['post']


admin.site.register(UserPreferences)
