from django.http import HttpResponse


def healthz(request):
    """Answer the load balancer, and the banner that watches the connection in every open page."""
    return HttpResponse('ok', content_type='text/plain')
