"""The dashboard as it was deployed on the evening of the incident."""

from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.http import JsonResponse
from django.utils import timezone

from .reports import fetch_large_data, page_of
from .views import fetch_user_preferences


def delete_stale_sessions():
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def set_user_preferences(request):
    request.session['preferences'] = fetch_user_preferences(request.user)
    request.session['large_data'] = fetch_large_data(request.user)
    request.session.set_expiry(3600)  # sessions now expire after one hour
    delete_stale_sessions()  # custom function to clear old sessions regularly


@login_required
def dashboard(request):
    set_user_preferences(request)
    rows_per_page = request.session['preferences']['rows_per_page']
    return JsonResponse(page_of(request.session['large_data'], rows_per_page, request.GET.get('page')))
