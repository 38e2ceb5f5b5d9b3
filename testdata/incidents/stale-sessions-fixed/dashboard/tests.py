"""What the dashboard does to the session store."""

import csv
import datetime
import io
import random
import tempfile
import time
from importlib import import_module
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from .models import Post, PostMetric, UserPreferences
from .reports import LARGE_DATA_SECONDS, fetch_large_data

HOURS = 24 * 60


def later(**shift):
    """Move the clock that Django's sessions read."""
    moment = timezone.now() + datetime.timedelta(**shift)
    return mock.patch('django.utils.timezone.now', return_value=moment)


class DashboardCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_user('ana', password='correct horse')
        cls.post = Post.objects.create(
            owner=cls.user,
            title='Spring sale',
            network=Post.Network.INSTAGRAM,
            published_at=timezone.now(),
        )
        numbers = random.Random(5)
        PostMetric.objects.bulk_create(
            PostMetric(
                post=cls.post,
                hour=1_690_000_000 + 3600 * hour,
                impressions=numbers.randrange(10**5),
                reach=numbers.randrange(10**5),
                clicks=numbers.randrange(10**4),
            )
            for hour in range(HOURS)
        )

    def setUp(self):
        cache.clear()
        self.addCleanup(cache.clear)

    def browser(self):
        """Return a browser that was just opened and logged in."""
        browser = Client()
        browser.force_login(self.user)
        return browser

    def load(self, browser):
        """Return what the session of a browser holds."""
        store = import_module(settings.SESSION_ENGINE).SessionStore
        return store(browser.cookies[settings.SESSION_COOKIE_NAME].value).load()

    def session_statements(self, browser, url_name):
        """Return the first words of the statements on the session table of one request."""
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(browser.get(reverse(url_name)).status_code, 200)
        return [query['sql'].split()[0] for query in queries if Session._meta.db_table in query['sql']]


class SessionTests(DashboardCase):
    def test_pages_read_the_session_and_do_not_write_it(self):
        browser = self.browser()
        for url_name in ['home', 'preferences', 'dashboard', 'dashboard']:
            with self.subTest(url_name):
                self.assertEqual(self.session_statements(browser, url_name), ['SELECT'])

    def test_row_stays_small(self):
        browser = self.browser()
        browser.get(reverse('dashboard'))
        browser.post(reverse('preferences'), {'theme': 'dark', 'time_zone': 'UTC', 'rows_per_page': 25})
        browser.get(reverse('dashboard'))
        self.assertEqual(
            self.load(browser)['preferences'],
            {'theme': 'dark', 'time_zone': 'UTC', 'rows_per_page': 25},
        )
        self.assertLess(len(Session.objects.get().session_data), 1024)

    def test_cookie_and_row_share_one_lifetime(self):
        browser = self.browser()
        browser.post(reverse('preferences'), {'theme': 'dark', 'time_zone': 'UTC', 'rows_per_page': 25})
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        self.assertEqual(cookie['max-age'], settings.SESSION_COOKIE_AGE)
        left = Session.objects.get(pk=cookie.value).expire_date - timezone.now()
        self.assertAlmostEqual(left.total_seconds(), settings.SESSION_COOKIE_AGE, delta=60)

    def test_user_is_still_logged_in_the_next_morning(self):
        browser = self.browser()
        browser.get(reverse('dashboard'))
        with later(hours=16):
            self.assertEqual(browser.get(reverse('home')).status_code, 200)

    def test_expired_rows_leave_through_the_nightly_job_only(self):
        for _ in range(5):
            self.browser().get(reverse('dashboard'))
        with later(days=15):
            self.browser().get(reverse('dashboard'))
            self.assertEqual(Session.objects.count(), 6)
            call_command('clearsessions')
            self.assertEqual(Session.objects.count(), 1)

    def test_the_nightly_job_is_installed(self):
        jobs = (settings.BASE_DIR / 'deploy' / 'crontab').read_text().splitlines()
        self.assertEqual(len([job for job in jobs if job.endswith('manage.py clearsessions')]), 1)


class CacheTests(DashboardCase):
    def test_second_hit_takes_the_numbers_from_the_cache(self):
        browser = self.browser()
        first = browser.get(reverse('dashboard')).json()
        with CaptureQueriesContext(connection) as queries:
            second = browser.get(reverse('dashboard')).json()
        self.assertEqual(first, second)
        self.assertFalse([query for query in queries if PostMetric._meta.db_table in query['sql']])

    def test_numbers_are_at_most_a_quarter_of_an_hour_old(self):
        browser = self.browser()
        before = browser.get(reverse('dashboard')).json()['impressions']
        PostMetric.objects.create(post=self.post, hour=1, impressions=1)
        start = time.time()
        with mock.patch('time.time', return_value=start + LARGE_DATA_SECONDS - 60):
            self.assertEqual(browser.get(reverse('dashboard')).json()['impressions'], before)
        with mock.patch('time.time', return_value=start + LARGE_DATA_SECONDS + 60):
            self.assertEqual(browser.get(reverse('dashboard')).json()['impressions'], before + 1)

    def test_each_user_sees_their_own_numbers(self):
        self.browser().get(reverse('dashboard'))
        stranger = Client()
        stranger.force_login(get_user_model().objects.create_user('bob', password='correct horse'))
        self.assertEqual(stranger.get(reverse('dashboard')).json()['rows'], [])


class PageTests(DashboardCase):
    def test_dashboard_is_paged_by_preference(self):
        UserPreferences.objects.create(user=self.user, rows_per_page=100)
        answer = self.browser().get(reverse('dashboard'), {'page': 2}).json()
        self.assertEqual(answer['page'], 2)
        self.assertEqual(answer['pages'], 15)
        self.assertEqual(len(answer['rows']), 100)

    def test_dataset_belongs_to_the_user(self):
        stranger = get_user_model().objects.create_user('bob', password='correct horse')
        self.assertEqual(fetch_large_data(stranger), [])

    def test_anonymous_visitor_leaves_no_row(self):
        for url_name in ['home', 'preferences', 'dashboard']:
            with self.subTest(url_name):
                self.assertEqual(Client().get(reverse(url_name)).status_code, 302)
        self.assertEqual(Client().get(reverse('login')).status_code, 200)
        self.assertEqual(Session.objects.count(), 0)

    def test_preferences_show_at_once(self):
        browser = self.browser()
        browser.get(reverse('dashboard'))
        browser.post(reverse('preferences'), {'theme': 'dark', 'time_zone': 'UTC', 'rows_per_page': 25})
        self.assertContains(browser.get(reverse('home')), '<body class="dark">')
        self.assertEqual(len(browser.get(reverse('dashboard')).json()['rows']), 25)

    def test_import_replaces_known_hours(self):
        hour = self.post.metrics.order_by('hour').first().hour
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'metrics.csv'
            with path.open('w', newline='', encoding='utf-8') as delivered:
                lines = csv.writer(delivered)
                lines.writerow(['post', 'hour', 'impressions', 'reach', 'clicks', 'likes', 'comments', 'shares'])
                lines.writerow([self.post.pk, hour, 7, 6, 5, 4, 3, 2])
                lines.writerow([self.post.pk, 1, 1, 1, 1, 1, 1, 1])
            call_command('import_metrics', str(path), stdout=io.StringIO())
        self.assertEqual(self.post.metrics.count(), HOURS + 1)
        self.assertEqual(self.post.metrics.get(hour=hour).impressions, 7)
