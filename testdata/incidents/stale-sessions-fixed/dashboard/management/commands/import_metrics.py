import csv

from django.core.management.base import BaseCommand

from dashboard.models import PostMetric

COUNTS = ['impressions', 'reach', 'clicks', 'likes', 'comments', 'shares']


class Command(BaseCommand):
    help = 'Import the hourly numbers that the networks delivered as CSV.'

    def add_arguments(self, parser):
        parser.add_argument('path')

    def handle(self, *args, **options):
        imported = 0
        with open(options['path'], newline='', encoding='utf-8') as delivered:
            for line in csv.DictReader(delivered):
                PostMetric.objects.update_or_create(
                    post_id=int(line['post']),
                    hour=int(line['hour']),
                    defaults={name: int(line[name]) for name in COUNTS},
                )
                imported += 1
        self.stdout.write(f'{imported} hours imported')
