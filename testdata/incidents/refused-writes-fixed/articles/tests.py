"""What each request does to the session store, and what it answers when the database refuses writes."""

import datetime
import time
from contextlib import ExitStack, contextmanager
from importlib import import_module
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, TestCase, modify_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handbook.middleware import SessionRefreshMiddleware

from .models import Article


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


class RefreshTests(HandbookCase):
    def test_one_write_an_hour(self):
        self.assertEqual(self.session_writes(reverse('home')), ['UPDATE'])
        for url in [*self.pages(), reverse('healthz')] * 3:
            with self.subTest(url), later(minutes=59):
                self.assertEqual(self.session_writes(url), [])
        with later(minutes=61):
            self.assertEqual(self.session_writes(reverse('home')), ['UPDATE'])
            self.assertEqual(self.session_writes(reverse('home')), [])

    def test_health_check_never_writes(self):
        for hours in [0, 2, 4]:
            with later(hours=hours):
                self.assertEqual(self.session_writes(reverse('healthz')), [])

    def test_active_user_stays_logged_in(self):
        for hours in range(0, 24, 4):
            with later(hours=hours):
                self.assertContains(self.client.get(reverse('home')), 'Log out ana')

    @modify_settings(MIDDLEWARE={'remove': ['handbook.middleware.SessionRefreshMiddleware']})
    def test_active_user_would_be_logged_out_without_the_refresh(self):
        for hours in [0, 4]:
            with later(hours=hours):
                self.assertContains(self.client.get(reverse('home')), 'Log out ana')
        with later(hours=9):
            self.assertNotContains(self.client.get(reverse('home')), 'Log out ana')

    def test_idle_user_is_logged_out_although_the_page_is_open(self):
        self.client.get(reverse('home'))
        for hours in range(1, 8):
            with later(hours=hours):
                self.client.get(reverse('healthz'))
        with later(hours=9):
            self.assertNotContains(self.client.get(reverse('home')), 'Log out ana')

    def test_log_out_leaves_nothing_behind(self):
        self.client.get(reverse('home'))
        self.client.post(reverse('logout'))
        self.client.get(reverse('home'))
        self.assertEqual(Session.objects.count(), 0)

    def test_stale_cookie_leaves_no_row(self):
        Session.objects.all().delete()
        for url in [*self.pages(), reverse('healthz')]:
            probe = Client()
            probe.cookies[settings.SESSION_COOKIE_NAME] = 'a' * 32
            self.assertEqual(probe.get(url).status_code, 200)
        self.assertEqual(Session.objects.count(), 0)

    def test_user_without_a_session_gets_none(self):
        request = RequestFactory().get(reverse('home'))
        request.user = self.user
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        SessionRefreshMiddleware(lambda request: HttpResponse())(request)
        self.assertFalse(request.session.modified)


class RefusedWriteTests(HandbookCase):
    def test_pages_that_only_read_are_served(self):
        self.client.get(reverse('home'))
        with refused_writes():
            for url in self.pages():
                with self.subTest(url):
                    self.assertEqual(self.client.get(url).status_code, 200)

    def test_health_check_is_served(self):
        with refused_writes():
            self.assertEqual(self.client.get(reverse('healthz')).status_code, 200)

    def test_known_article_is_served(self):
        self.read(self.articles[0])
        with refused_writes():
            self.assertEqual(self.client.get(self.articles[0].get_absolute_url()).status_code, 200)

    def test_refresh_that_falls_due_meanwhile_fails_until_the_database_is_back(self):
        self.client.get(reverse('home'))
        with later(minutes=61):
            with refused_writes(), self.assertLogs('django.request', 'WARNING'):
                self.assertEqual(self.client.get(reverse('home')).status_code, 400)
            self.assertEqual(self.client.get(reverse('home')).status_code, 200)


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

    def test_anonymous_reader_is_asked_to_log_in(self):
        Session.objects.all().delete()
        url = self.articles[0].get_absolute_url()
        self.assertRedirects(Client().get(url), f"{reverse('login')}?next={url}")
        self.assertEqual(Session.objects.count(), 0)
