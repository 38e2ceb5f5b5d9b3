import time
import uuid

from django.urls import reverse

REFRESH_SECONDS = 60 * 60


class RequestIdMiddleware:
    """Give each response an id that a reader can quote and the proxy writes to its log."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response['X-Request-ID'] = uuid.uuid4().hex
        return response


class SessionRefreshMiddleware:
    """Keep active users logged in, with at most one write per session and hour.

    Django counts the age of a session from its last save. The health check is no
    activity: an open page asks for it by itself.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info != reverse('healthz'):
            if request.user.is_authenticated and not request.session.is_empty():
                now = int(time.time())
                if now - request.session.get('refreshed_at', 0) >= REFRESH_SECONDS:
                    request.session['refreshed_at'] = now
        return self.get_response(request)
