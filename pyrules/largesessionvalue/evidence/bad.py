from django.http import HttpResponse

from shop.models import Product


def search(request):
    request.session["results"] = list(Product.objects.values("id", "name", "price"))  # bad
    return HttpResponse("found")


def visit(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse("welcome back")
