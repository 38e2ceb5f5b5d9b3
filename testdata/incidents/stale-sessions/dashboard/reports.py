"""The numbers behind the analytics dashboard."""

from django.core.paginator import Paginator

from .models import PostMetric


def fetch_large_data(user):
    """Return every hour of every post of the user, the newest hour first."""
    metrics = PostMetric.objects.filter(post__owner=user).order_by('-hour', 'post__title')
    return list(
        metrics.values(
            'post__title',
            'post__network',
            'hour',
            'impressions',
            'reach',
            'clicks',
            'likes',
            'comments',
            'shares',
        )
    )


def page_of(rows, rows_per_page, number):
    """Return one page of rows and the totals over all of them, ready for JSON."""
    page = Paginator(rows, rows_per_page).get_page(number)
    return {
        'page': page.number,
        'pages': page.paginator.num_pages,
        'rows': list(page.object_list),
        'impressions': sum(row['impressions'] for row in rows),
        'clicks': sum(row['clicks'] for row in rows),
    }
