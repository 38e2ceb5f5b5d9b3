import uuid


class RequestIdMiddleware:
    """Give each response an id that a reader can quote and the proxy writes to its log."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response['X-Request-ID'] = uuid.uuid4().hex
        return response
