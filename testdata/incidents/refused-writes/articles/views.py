from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.generic import TemplateView

from .models import Article

RECENT_LIMIT = 10


class AboutView(TemplateView):
    template_name = 'articles/about.html'


def home(request):
    recent = Article.objects.filter(pk__in=request.session.get('recent', []))
    return render(request, 'articles/home.html', {'articles': Article.objects.all(), 'recent': recent})


@login_required
def article(request, pk):
    shown = get_object_or_404(Article, pk=pk)
    if 'recent' in request.session:
        if pk not in request.session['recent']:
            request.session['recent'].append(pk)
            del request.session['recent'][:-RECENT_LIMIT]
    else:
        request.session['recent'] = [pk]
    return render(request, 'articles/article.html', {'article': shown})
