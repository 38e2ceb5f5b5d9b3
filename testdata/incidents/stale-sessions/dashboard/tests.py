"""What the dashboard does to the session store, before and after the evening's repair."""

import csv
import datetime
import io
import random
import tempfile
from importlib import import_module
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from .models import Post, PostMetric, UserPreferences
from .reports import fetch_large_data

HOURS = 24 * 60
TWO_WEEKS = 60 * 60 * 24 * 14


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
        """Return the statements on the session table of one request."""
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(browser.get(reverse(url_name)).status_code, 200)
        return [query['sql'] for query in queries if Session._meta.db_table in query['sql']]


class IncidentTests(DashboardCase):
    def test_cookie_ends_with_the_browser_but_the_row_lives_two_weeks(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v1'))
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        self.assertEqual(cookie['max-age'], '')
        self.assertEqual(cookie['expires'], '')
        left = Session.objects.get(pk=cookie.value).expire_date - timezone.now()
        self.assertAlmostEqual(left.total_seconds(), TWO_WEEKS, delta=60)

    def test_every_browser_start_leaves_a_row_behind(self):
        for _ in range(5):
            self.browser().get(reverse('dashboard-v1'))
        self.assertEqual(Session.objects.count(), 5)

    def test_sessions_do_expire(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v1'))
        with later(days=15):
            self.assertRedirects(
                browser.get(reverse('home')),
                f"{reverse('login')}?next={reverse('home')}",
            )

    def test_expired_rows_stay_until_somebody_removes_them(self):
        self.browser().get(reverse('dashboard-v1'))
        with later(days=60):
            self.browser().get(reverse('dashboard-v1'))
            self.assertEqual(Session.objects.count(), 2)
            call_command('clearsessions')
            self.assertEqual(Session.objects.count(), 1)

    def test_log_out_removes_the_row(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v1'))
        browser.post(reverse('logout'))
        self.assertEqual(Session.objects.count(), 0)

    def test_every_hit_writes_the_whole_dataset(self):
        browser = self.browser()
        for _ in range(3):
            writes = [sql for sql in self.session_statements(browser, 'dashboard-v1') if sql.startswith('UPDATE')]
            self.assertEqual(len(writes), 1)
            self.assertGreater(len(writes[0]), 16 * 1024)
        self.assertEqual(len(self.load(browser)['large_data']), HOURS)

    def test_other_pages_read_the_whole_dataset(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v1'))
        response = browser.get(reverse('home'))
        self.assertEqual(len(response.wsgi_request.session['large_data']), HOURS)

    def test_no_job_removes_expired_rows(self):
        for name in ['Procfile', 'deploy/crontab']:
            self.assertNotIn('session', (settings.BASE_DIR / name).read_text())


class AfterFixTests(DashboardCase):
    def test_idle_user_is_logged_out_after_an_hour(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v2'))
        with later(minutes=59):
            self.assertEqual(browser.get(reverse('home')).status_code, 200)
        with later(minutes=61):
            self.assertEqual(browser.get(reverse('home')).status_code, 302)

    def test_other_pages_do_not_prolong_the_hour(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v2'))
        for minutes in [20, 40, 59]:
            with later(minutes=minutes):
                self.assertEqual(browser.get(reverse('home')).status_code, 200)
        with later(minutes=61):
            self.assertEqual(browser.get(reverse('home')).status_code, 302)

    def test_dataset_is_still_written_on_every_hit(self):
        browser = self.browser()
        for _ in range(3):
            writes = [sql for sql in self.session_statements(browser, 'dashboard-v2') if sql.startswith('UPDATE')]
            self.assertEqual(len(writes), 1)
            self.assertGreater(len(writes[0]), 16 * 1024)

    def test_every_hit_deletes_over_the_session_table(self):
        browser = self.browser()
        for _ in range(3):
            deletes = [sql for sql in self.session_statements(browser, 'dashboard-v2') if sql.startswith('DELETE')]
            self.assertEqual(len(deletes), 1)

    def test_one_visitor_pays_for_the_rows_of_the_others(self):
        for _ in range(5):
            self.browser().get(reverse('dashboard-v1'))
        with later(days=15):
            visitor = self.browser()
            self.assertEqual(Session.objects.count(), 6)
            visitor.get(reverse('dashboard-v2'))
            self.assertEqual(Session.objects.count(), 1)

    def test_purge_leaves_the_rows_of_closed_browsers(self):
        for _ in range(5):
            self.browser().get(reverse('dashboard-v1'))
        self.browser().get(reverse('dashboard-v2'))
        self.assertEqual(Session.objects.count(), 6)


class PageTests(DashboardCase):
    def test_dashboard_is_paged_by_preference(self):
        UserPreferences.objects.create(user=self.user, rows_per_page=100)
        for url_name in ['dashboard-v1', 'dashboard-v2']:
            with self.subTest(url_name):
                answer = self.browser().get(reverse(url_name), {'page': 2}).json()
                self.assertEqual(answer['page'], 2)
                self.assertEqual(answer['pages'], 15)
                self.assertEqual(len(answer['rows']), 100)

    def test_dataset_belongs_to_the_user(self):
        stranger = get_user_model().objects.create_user('bob', password='correct horse')
        self.assertEqual(fetch_large_data(stranger), [])

    def test_anonymous_visitor_leaves_no_row(self):
        for url_name in ['home', 'preferences', 'dashboard-v1', 'dashboard-v2']:
            with self.subTest(url_name):
                self.assertEqual(Client().get(reverse(url_name)).status_code, 302)
        self.assertEqual(Client().get(reverse('login')).status_code, 200)
        self.assertEqual(Session.objects.count(), 0)

    def test_preferences_show_at_once(self):
        browser = self.browser()
        browser.get(reverse('dashboard-v1'))
        browser.post(reverse('preferences'), {'theme': 'dark', 'time_zone': 'UTC', 'rows_per_page': 25})
        self.assertContains(browser.get(reverse('home')), '<body class="dark">')
        self.assertEqual(len(browser.get(reverse('dashboard-v1')).json()['rows']), 25)

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
