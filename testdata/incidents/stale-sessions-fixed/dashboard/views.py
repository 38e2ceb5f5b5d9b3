from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render

from .forms import PreferencesForm
from .models import Post, UserPreferences
from .reports import cached_large_data, page_of


def preferences_of(user):
    return UserPreferences.objects.filter(user=user).first() or UserPreferences(user=user)


def fetch_user_preferences(user):
    preferences = preferences_of(user)
    return {
        'theme': preferences.theme,
        'time_zone': preferences.time_zone,
        'rows_per_page': preferences.rows_per_page,
    }


def current_preferences(request):
    """Return what was chosen in this browser, or else what the account says."""
    return request.session.get('preferences') or fetch_user_preferences(request.user)


@login_required
def dashboard(request):
    rows_per_page = current_preferences(request)['rows_per_page']
    return JsonResponse(page_of(cached_large_data(request.user), rows_per_page, request.GET.get('page')))


@login_required
def home(request):
    preferences = current_preferences(request)
    posts = Post.objects.filter(owner=request.user)[:10]
    return render(request, 'dashboard/home.html', {'preferences': preferences, 'posts': posts})


@login_required
def edit_preferences(request):
    form = PreferencesForm(request.POST or None, instance=preferences_of(request.user))
    if request.method == 'POST' and form.is_valid():
        form.save()
        request.session['preferences'] = fetch_user_preferences(request.user)
        return redirect('home')
    return render(request, 'dashboard/preferences.html', {'form': form})
