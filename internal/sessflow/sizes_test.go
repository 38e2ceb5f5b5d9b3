package sessflow_test

import (
	"strings"
	"testing"

	"github.com/sesslint/sesslint/internal/sessflow"
)

const sizeImports = `
import base64, csv, io, json, uuid, boto3, httpx, itertools, openai, requests, urllib.request
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.io as pio
from bs4 import BeautifulSoup
from decimal import Decimal
from pathlib import Path
from weasyprint import HTML
from django.core import serializers
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.shortcuts import get_list_or_404, get_object_or_404, render
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone
from haystack.query import SearchQuerySet
from shop.models import Row
from shop.serializers import RowSerializer
from shop.other import opaque

BIG = 20000

`

// stored returns the shape of what the statements put under the key 'k'.
func stored(t *testing.T, body string) sessflow.Shape {
	t.Helper()
	r := analyze(t, sizeImports+"def view(request, pk, n):\n    "+body+"\n    return render(request, 'x.html')\n")
	var s sessflow.Shape
	found := false
	for _, e := range r.Events {
		if e.Kind == sessflow.Write && e.Key.Text == "k" {
			found = true
			if v := e.Value.Stored(); v.Class > s.Class || !found {
				s = v
			}
		}
	}
	if !found {
		t.Fatalf("nothing is stored under 'k' by\n%s", body)
	}
	return s
}

func TestSizes(t *testing.T) {
	const (
		unsized = sessflow.Unsized
		small   = sessflow.Small
		medium  = sessflow.Medium
		large   = sessflow.Large
		rows    = sessflow.UnboundedRows
		user    = sessflow.UnboundedUser
		graph   = sessflow.ObjectGraph
	)
	tests := []struct {
		value string // an expression, or statements that set v
		want  sessflow.SizeClass
		what  string // of the shape, where it is large
	}{
		// Querysets as such, and lists of instances.
		{"Row.objects.all()", graph, "a queryset"},
		{"Row.objects.filter(a=1).exclude(b=2).annotate(c=1)", graph, "a queryset"},
		{"Row.objects.raw('SELECT 1')", graph, "a queryset"},
		{"Row.objects.values('a')", graph, "a queryset"},
		{"request.user.orders.all()", graph, "a queryset"},
		{"get_object_or_404(Row, pk=pk).items.filter(a=1)", graph, "a queryset"},
		{"SearchQuerySet().filter(a=1).facet('b')", graph, "a queryset"},
		{"list(Row.objects.all())", graph, "a list of model instances"},
		{"[r for r in Row.objects.all()]", graph, "a list of model instances"},
		{"v = []\n    for r in Row.objects.all():\n        v.append(r)", graph, "a list of model instances"},
		{"get_list_or_404(Row)", graph, "a list of model instances"},
		{"Row.objects.in_bulk()", graph, "a dict of model instances"},
		{"{'rows': Row.objects.all()}", graph, "a queryset"},

		// Rows as data.
		{"list(Row.objects.values('a', 'b'))", rows, "every row that Row returns, without a limit"},
		{"list(Row.objects.filter(a=1).values())", rows, "every row that Row returns, without a limit"},
		{"tuple(Row.objects.values_list('a', 'b'))", rows, "every row that Row returns, without a limit"},
		{"list(Row.objects.values_list('id', flat=True))", rows, "a value of every row that Row returns, without a limit"},
		{"list(opaque(pk).values_list('id', 'name'))", unsized, ""},
		{"list(request.user.orders.values('a', 'b'))", rows, "every row that the queryset returns, without a limit"},
		{"[model_to_dict(r) for r in Row.objects.all()]", rows, "an entry for every row of a queryset"},
		{"[{'a': r.a} for r in Row.objects.all()]", rows, "an entry for every row of a queryset"},
		{"[r.id for r in Row.objects.all()]", rows, "an entry for every row of a queryset"},
		{"[str(r.id) for r in Row.objects.all()]", rows, "an entry for every row of a queryset"},
		{"{r.id: r.name for r in Row.objects.all()}", rows, "an entry for every row of a queryset"},
		{"sorted(Row.objects.values('a'), key=opaque)", rows, "every row that Row returns, without a limit"},
		{"RowSerializer(Row.objects.all(), many=True).data", rows, "a serialized entry for every row of a queryset"},
		{"RowSerializer(instance=list(Row.objects.values()), many=True).data", rows, "a serialized entry for every row of a queryset"},
		{"serializers.serialize('json', Row.objects.all())", rows, "a serialized entry for every row of a queryset"},
		{"json.dumps(list(Row.objects.values()))", rows, "every row that Row returns, without a limit"},
		{"{'rows': list(Row.objects.values()), 'page': 1}", rows, "every row that Row returns, without a limit"},
		{"[list(Row.objects.values())]", rows, "every row that Row returns, without a limit"},
		{"v = []\n    for r in Row.objects.all():\n        v.append({'id': r.id, 'name': r.name})", rows, "an entry for every row of a queryset"},
		{"v = []\n    for r in Row.objects.all():\n        v.append(r.id)\n        if len(v) > 9:\n            break", unsized, ""},
		{"v = list()\n    for r in Row.objects.values('a', 'b'):\n        v.append(r)", rows, "an entry for every row of a queryset"},
		{"v = []\n    for i in Row.objects.values_list('id', flat=True):\n        v.append(i)", rows, "an entry for every row of a queryset"},
		{"v = {}\n    v['rows'] = list(Row.objects.values())", rows, "every row that Row returns, without a limit"},
		{"v = Row.objects.values()\n    if pk:\n        v = v.filter(pk=pk)\n    v = list(v)", rows, "every row that Row returns, without a limit"},

		// The same with a bound.
		{"list(Row.objects.values('a')[:10])", small, ""},
		{"list(Row.objects.values()[:100])", large, "up to 100 rows that Row returns"},
		{"list(Row.objects.values_list('id', flat=True)[:50])", small, ""},
		{"list(Row.objects.filter(pk=pk).values('a', 'b'))", small, ""},
		{"list(Row.objects.filter(id__in=n).values_list('id', flat=True))", small, ""},
		{"list(Row.objects.all()[:5])", unsized, ""},
		{"list(Row.objects.all())[:5]", unsized, ""},
		{"list(Row.objects.values())[:20]", unsized, ""},
		{"list(itertools.islice(Row.objects.values(), 5))", unsized, ""},
		{"list(Paginator(Row.objects.values(), 10).page(1).object_list)", unsized, ""},
		{"Row.objects.none()", small, ""},
		{"Row.objects.values('a').first()", small, ""},
		{"Row.objects.values_list('id', flat=True).first()", small, ""},
		{"Row.objects.get(pk=pk)", unsized, ""},
		{"Row.objects.all()[0].id", small, ""},
		{"v = {}\n    for r in Row.objects.all():\n        v['last'] = r.id", unsized, ""},
		{"v = []\n    for r in Row.objects.all()[:5]:\n        v.append(r.id)", unsized, ""},
		{"v = []\n    for r in opaque(pk):\n        v.append(r.id)", unsized, ""},

		// Numbers, ids and other short things.
		{"Row.objects.count()", small, ""},
		{"Row.objects.filter(a=1).exists()", small, ""},
		{"Row.objects.aggregate(a=1)", small, ""},
		{"len(Row.objects.all())", small, ""},
		{"Row.objects.get(pk=pk).pk", small, ""},
		{"Row.objects.first().slug", small, ""},
		{"get_object_or_404(Row, pk=pk).photo.url", small, ""},
		{"str(uuid.uuid4())", small, ""},
		{"True", small, ""},
		{"7", small, ""},
		{"request.path", small, ""},
		{"request.GET.get('next')", small, ""},
		{"request.GET['q']", small, ""},
		{"request.GET.dict()", small, ""},
		{"request.META['HTTP_USER_AGENT']", small, ""},
		{"cache.get('x')", unsized, ""},
		{"reverse('home')", unsized, ""},
		{"timezone.now().isoformat()", unsized, ""},
		{"opaque(pk)", unsized, ""},
		{"opaque(list(Row.objects.values()))", unsized, ""},

		// Model instances as data.
		{"model_to_dict(get_object_or_404(Row, pk=pk))", medium, ""},
		{"get_object_or_404(Row, pk=pk).__dict__", medium, ""},
		{"get_object_or_404(Row, pk=pk).name", small, ""},
		{"get_object_or_404(Row, pk=pk).title", unsized, ""},

		// What the client sends.
		{"request.POST", user, "the whole submitted form"},
		{"request.POST.dict()", user, "the whole submitted form"},
		{"dict(request.POST)", user, "the whole submitted form"},
		{"request.POST.copy()", user, "the whole submitted form"},
		{"dict(request.POST.items())", user, "the whole submitted form"},
		{"{k: v for k, v in request.POST.items()}", user, "the whole submitted form"},
		{"request.POST.urlencode()", user, "the whole submitted form"},
		{"request.data", user, "the whole parsed request body"},
		{"json.loads(request.body)", user, "the whole request body"},
		{"request.body.decode()", user, "the whole request body"},
		{"str(request.body, 'utf-8')", user, "the whole request body"},
		{"request.body", graph, "the bytes of the request body"},
		{"request.read()", graph, "the bytes of the request body"},
		{"request.POST.get('q')", small, ""},
		{"request.POST['q']", small, ""},
		{"request.POST.getlist('q')", small, ""},
		{"json.loads(request.body)['q']", unsized, ""},
		{"json.loads(request.body).get('q')", unsized, ""},
		{"request.POST['q'][:100]", small, ""},

		// Files.
		{"request.FILES", graph, "uploaded files"},
		{"request.FILES['f']", graph, "an uploaded file"},
		{"request.FILES.get('f')", graph, "an uploaded file"},
		{"request.FILES['f'].read()", graph, "the bytes of a file"},
		{"request.FILES['f'].read().decode()", large, "the contents of a file"},
		{"base64.b64encode(request.FILES['f'].read()).decode()", large, "the contents of a file"},
		{"request.FILES['f'].open().read().decode('utf-8')", large, "the contents of a file"},
		{"request.FILES['f'].name", small, ""},
		{"request.FILES['f'].size", small, ""},
		{"open('x').read()", large, "the contents of a file"},
		{"open('x').read(10)", unsized, ""},
		{"open('x', 'rb').read()", graph, "the bytes of a file"},
		{"with open('x') as f:\n        v = f.readlines()", large, "the contents of a file"},
		{"with open('x') as f:\n        v = json.load(f)", large, "the contents of a file"},
		{"with open('x') as f:\n        v = list(csv.DictReader(f))", large, "every line of a file"},
		{"with open('x') as f:\n        v = list(f)", large, "every line of a file"},
		{"with open('x', 'w') as f:\n        v = f.name", unsized, ""},
		{"Path('x').read_text()", large, "the contents of a file"},
		{"Path('x').name", small, ""},
		{"default_storage.open('x').read().decode()", large, "the contents of a file"},
		{"get_object_or_404(Row, pk=pk).photo.read().decode()", large, "the contents of a file"},

		// Answers of other services.
		{"requests.get('x').json()", large, "the body of an HTTP response"},
		{"requests.post('x').text", large, "the body of an HTTP response"},
		{"requests.get('x').content", graph, "the bytes of an HTTP response"},
		{"requests.get('x').content.decode()", large, "the body of an HTTP response"},
		{"requests.Session().get('x').json()", large, "the body of an HTTP response"},
		{"httpx.get('x').json()", large, "the body of an HTTP response"},
		{"json.loads(urllib.request.urlopen('x').read())", large, "the body of an HTTP response"},
		{"json.load(urllib.request.urlopen('x'))", large, "the body of an HTTP response"},
		{"boto3.client('s3').get_object(Bucket='b')['Body'].read().decode()", large, "the contents of a file"},
		{"openai.OpenAI().chat.completions.create(model='m').model_dump()", large, "a reply of a language model"},
		{"requests.get('x').json()['id']", unsized, ""},
		{"requests.get('x').status_code", small, ""},

		// Tables and figures.
		{"pd.read_csv('x')", graph, "a data frame"},
		{"pd.DataFrame(opaque(pk))", graph, "a data frame"},
		{"pd.read_csv('x').dropna()[['a', 'b']]", graph, "a data frame"},
		{"pd.read_csv('x').to_dict('records')", large, "a whole data frame"},
		{"pd.read_excel('x').to_json()", large, "a whole data frame"},
		{"pd.read_csv('x')['a'].tolist()", large, "a whole data frame"},
		{"pd.read_csv('x').values.tolist()", large, "a whole data frame"},
		{"np.load('x').tolist()", large, "a whole data frame"},
		{"opaque(pk).to_dict(orient='records')", large, "a whole data frame"},
		{"opaque(pk).to_dict('records')", large, "a whole data frame"},
		{"opaque(pk).to_dict()", unsized, ""},
		{"pd.read_csv('x').to_csv('out.csv')", unsized, ""},
		{"pd.read_csv('x').to_csv(None)", large, "a whole data frame"},
		{"pd.read_csv('x').head(5).to_dict()", unsized, ""},
		{"pd.read_csv('x').shape[0]", unsized, ""},
		{"pd.read_csv('x')['a'].max()", unsized, ""},
		{"pd.read_csv('x').iloc[0].to_dict()", unsized, ""},
		{"len(pd.read_csv('x'))", small, ""},
		{"px.line(opaque(pk)).to_html()", large, "a rendered figure"},
		{"pio.to_html(opaque(pk))", large, "a rendered figure"},
		{"v = io.BytesIO()\n    v = base64.b64encode(v.getvalue()).decode()", large, "the contents of a file"},

		// Pages.
		{"render_to_string('x.html')", large, "a rendered page"},
		{"render_to_string('mail/subject.txt')", unsized, ""},
		{"get_template('x.html').render({})", large, "a rendered page"},
		{"render(request, 'x.html').content.decode()", large, "a rendered page"},
		{"str(BeautifulSoup(opaque(pk)))", large, "a rendered page"},
		{"base64.b64encode(HTML(string=opaque(pk)).write_pdf()).decode()", large, "the contents of a file"},
		{"'<p>%s</p>' % render_to_string('x.html')", large, "a rendered page"},
		{"'\\n'.join([render_to_string('x.html')])", large, "a rendered page"},
		{"f'<p>{render_to_string(\"x.html\")}</p>'", large, "a rendered page"},
		{"render_to_string('x.html')[:200]", small, ""},
		{"str(Row.objects.all())", unsized, ""},
		{"f'{Row.objects.all()}'", unsized, ""},

		// Literals.
		{"'x' * 20000", large, "a literal of 19 kB"},
		{"'x' * BIG", large, "a literal of 19 kB"},
		{"[0] * 20000", large, "a literal of 58 kB"},
		{"list(range(5000))", large, "a literal of 29 kB"},
		{"'x' * 2000", medium, ""},
		{"list(range(50))", small, ""},
		{"'x' * n", unsized, ""},
		{"list(range(n))", unsized, ""},
		{"[1, 2, 3]", small, ""},
		{"{'a': 1, 'b': pk}", small, ""},
		{"[] + list(Row.objects.values())", rows, "every row that Row returns, without a limit"},
		{"{**opaque(pk), **{'rows': list(Row.objects.values())}}", rows, "every row that Row returns, without a limit"},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			body := "v = " + tt.value
			if isStatement(tt.value) {
				body = tt.value
			}
			s := stored(t, body+"\n    request.session['k'] = v")
			if s.Class != tt.want || s.Class >= large && tt.what != "" && s.What != tt.what {
				t.Errorf("class %d %q, want %d %q", s.Class, s.What, tt.want, tt.what)
			}
			if s.Class >= large && !strings.HasPrefix(s.What, "a literal") && (s.At == nil || s.File == nil) {
				t.Errorf("%q has no place", s.What)
			}
		})
	}
}

// isStatement reports whether a case is more than an expression.
func isStatement(src string) bool {
	return len(src) > 4 && (src[:4] == "v = " || src[:5] == "with ")
}

// TestSizesThroughCode holds the ways on which a large value reaches the session.
func TestSizesThroughCode(t *testing.T) {
	tests := []struct {
		name, body string
		want       sessflow.SizeClass
	}{
		{"update", "request.session.update({'k': list(Row.objects.values())})", sessflow.UnboundedRows},
		{"setdefault", "request.session.setdefault('k', list(Row.objects.values()))", sessflow.UnboundedRows},
		{"nested", "request.session['k']['rows'] = list(Row.objects.values())", sessflow.UnboundedRows},
		{"append", "request.session['k'].append(list(Row.objects.values()))", sessflow.UnboundedRows},
		{"tuple", "request.session['k'], x = list(Row.objects.values()), 1", sessflow.UnboundedRows},
		{"walrus", "if (x := list(Row.objects.values())):\n        request.session['k'] = x", sessflow.UnboundedRows},
		{"either", "request.session['k'] = list(Row.objects.values()) if pk else []", sessflow.UnboundedRows},
		{"or", "request.session['k'] = cache.get('x') or list(Row.objects.values())", sessflow.UnboundedRows},
		{"helper", "def load():\n        return list(Row.objects.values())\n    request.session['k'] = load()", sessflow.UnboundedRows},
		{"count of it", "rows = list(Row.objects.values())\n    request.session['k'] = len(rows)", sessflow.Small},
		{"limit through a variable", "limit = 5\n    request.session['k'] = list(Row.objects.values('a')[:limit])", sessflow.Small},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s := stored(t, tt.body); s.Class != tt.want {
				t.Errorf("class %d %q, want %d", s.Class, s.What, tt.want)
			}
		})
	}
}

// TestEstimates holds the sizes that rules compare with what a store can hold.
func TestEstimates(t *testing.T) {
	tests := []struct {
		value string
		min   int
		max   int
	}{
		{"list(Row.objects.values('a', 'b'))", 40000, 60000},
		{"list(Row.objects.values())", 150000, 250000},
		{"list(Row.objects.values_list('id', flat=True))", 7000, 7000},
		{"list(Row.objects.filter(a=1).values_list('id', flat=True))", 700, 700},
		{"[r.id for r in Row.objects.all()]", 7000, 7000},
		{"[r.id for r in Row.objects.filter(a=1)]", 700, 700},
		{"[{'a': r.a, 'b': r.b} for r in Row.objects.filter(a=1)]", 40000, 60000},
		{"dict(request.POST)", 2621440, 2621440},
		{"'x' * 5000", 5000, 5002},
		{"base64.b64encode(request.FILES['f'].read()).decode()", 1 << 20, 1 << 21},
		{"json.dumps(list(Row.objects.values()))", 170000, 280000},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			if s := stored(t, "request.session['k'] = "+tt.value); s.Bytes < tt.min || s.Bytes > tt.max {
				t.Errorf("%d bytes, want %d to %d", s.Bytes, tt.min, tt.max)
			}
		})
	}
}

func TestPurges(t *testing.T) {
	const head = "from django.contrib.sessions.models import Session\nfrom django.db.models import Q\nfrom shop.models import Row\n"
	tests := []struct {
		call string
		want string
	}{
		{"Session.objects.filter(expire_date__lt=now).delete()", "expired"},
		{"Session.objects.filter(expire_date__lte=now).delete()", "expired"},
		{"Session.objects.filter(Q(expire_date__lt=now)).delete()", "expired"},
		{"Session.objects.exclude(expire_date__gte=now).delete()", "expired"},
		{"Session.objects.filter(expire_date__lt=now)._raw_delete('default')", "expired"},
		{"old = Session.objects.filter(expire_date__lt=now)\n    old.delete()", "expired"},
		{"Session.objects.all().delete()", "all"},
		{"Session.objects.filter(expire_date__gte=now).delete()", "all"},
		{"Session.objects.filter(expire_date__gte=now).exclude(pk=k).delete()", ""},
		{"Session.objects.filter(pk=k).delete()", ""},
		{"Session.objects.filter(session_key=k, expire_date__lt=now).delete()", ""},
		{"Session.objects.filter(usersession__user=request.user, expire_date__lt=now).delete()", ""},
		{"Session.objects.get(pk=k).delete()", ""},
		{"Session.objects.filter(expire_date__lt=now).count()", ""},
		{"Row.objects.filter(expire_date__lt=now).delete()", ""},
		{"Row.objects.all().delete()", ""},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			got := ""
			for _, e := range analyze(t, head+"def view(request, k, now):\n    "+tt.call+"\n").Events {
				if e.Kind == sessflow.Purge {
					got = "expired"
					if e.PurgesAll() {
						got = "all"
					}
				}
			}
			if got != tt.want {
				t.Errorf("purges %q, want %q", got, tt.want)
			}
		})
	}
}
