"""What each request does to the session store, and what it answers when the database refuses writes."""

import datetime
import time
from contextlib import ExitStack, contextmanager
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from .models import Article

INTERRUPTED = "The request's session was deleted before the request completed."


@contextmanager
def refused_writes():
    """Make the database read-only, as it is during a restart."""
    with connection.cursor() as cursor:
        cursor.execute('PRAGMA query_only = ON')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute('PRAGMA query_only = OFF')


@contextmanager
def later(**shift):
    """Move the clocks that Django's sessions and the cache read."""
    shift = datetime.timedelta(**shift)
    moment, seconds = timezone.now() + shift, time.time() + shift.total_seconds()
    with ExitStack() as stack:
        stack.enter_context(mock.patch('django.utils.timezone.now', return_value=moment))
        stack.enter_context(mock.patch('time.time', return_value=seconds))
        yield


class HandbookCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_user('ana', password='correct horse')
        cls.articles = [
            Article.objects.create(title=f'Chapter {number}', body='Read me.', author=cls.user) for number in range(12)
        ]

    def setUp(self):
        cache.clear()
        self.addCleanup(cache.clear)
        self.client.force_login(self.user)

    def pages(self):
        """Return the addresses of pages that store nothing."""
        return [reverse('home'), reverse('about')]

    def read(self, article):
        """Open an article and return what the session holds afterwards."""
        self.client.get(article.get_absolute_url())
        return self.client.session['recent']

    def session_writes(self, url):
        """Return the first words of the writes to the session table of one request."""
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(url).status_code, 200)
        words = [query['sql'].split()[0] for query in queries if Session._meta.db_table in query['sql']]
        return [word for word in words if word != 'SELECT']


class EveryRequestTests(HandbookCase):
    def test_every_page_is_a_write(self):
        for url in self.pages():
            with self.subTest(url):
                self.assertEqual(self.session_writes(url), ['UPDATE'])

    def test_health_check_with_a_cookie_is_a_write(self):
        self.assertEqual(self.session_writes(reverse('healthz')), ['UPDATE'])

    def test_health_check_without_a_cookie_is_free(self):
        with self.assertNumQueries(0):
            self.assertEqual(Client().get(reverse('healthz')).content, b'ok')

    def test_health_check_with_a_stale_cookie_leaves_an_empty_row(self):
        Session.objects.all().delete()
        for _ in range(3):
            probe = Client()
            probe.cookies[settings.SESSION_COOKIE_NAME] = 'a' * 32
            probe.get(reverse('healthz'))
        self.assertEqual(Session.objects.count(), 3)

    def test_active_user_stays_logged_in(self):
        for hours in range(0, 24, 4):
            with later(hours=hours):
                self.assertContains(self.client.get(reverse('home')), 'Log out ana')

    def test_open_page_never_logs_out(self):
        for hours in range(0, 48, 6):
            with later(hours=hours):
                self.client.get(reverse('healthz'))
        with later(hours=48):
            self.assertContains(self.client.get(reverse('home')), 'Log out ana')


class RefusedWriteTests(HandbookCase):
    def test_pages_that_only_read_are_bad_requests(self):
        with refused_writes():
            for url in self.pages():
                with self.subTest(url), self.assertLogs('django.request', 'WARNING') as logs:
                    self.assertEqual(self.client.get(url).status_code, 400)
                self.assertIn(INTERRUPTED, logs.output[0])

    def test_health_check_with_a_cookie_is_a_bad_request(self):
        with refused_writes(), self.assertLogs('django.request', 'WARNING'):
            self.assertEqual(self.client.get(reverse('healthz')).status_code, 400)

    def test_visitors_without_a_cookie_notice_nothing(self):
        with refused_writes():
            for url in [*self.pages(), reverse('healthz')]:
                with self.subTest(url):
                    self.assertEqual(Client().get(url).status_code, 200)

    @override_settings(SESSION_SAVE_EVERY_REQUEST=False)
    def test_the_setting_is_the_cause(self):
        with refused_writes():
            for url in [*self.pages(), reverse('healthz')]:
                with self.subTest(url):
                    self.assertEqual(self.client.get(url).status_code, 200)


class RecentTests(HandbookCase):
    def test_recent_articles_are_remembered(self):
        first, second = self.articles[:2]
        self.assertEqual(self.read(first), [first.pk])
        self.assertEqual(self.read(second), [first.pk, second.pk])
        self.assertEqual(self.read(first), [first.pk, second.pk])
        self.assertContains(self.client.get(reverse('home')), 'Recently viewed')

    def test_only_the_last_ten_are_kept(self):
        for article in self.articles:
            recent = self.read(article)
        self.assertEqual(recent, [article.pk for article in self.articles[2:]])

    @override_settings(SESSION_SAVE_EVERY_REQUEST=False)
    def test_only_the_first_is_remembered_without_the_setting(self):
        first, second = self.articles[:2]
        self.assertEqual(self.read(first), [first.pk])
        self.assertEqual(self.read(second), [first.pk])

    def test_anonymous_reader_is_asked_to_log_in(self):
        Session.objects.all().delete()
        url = self.articles[0].get_absolute_url()
        self.assertRedirects(Client().get(url), f"{reverse('login')}?next={url}")
        self.assertEqual(Session.objects.count(), 0)
