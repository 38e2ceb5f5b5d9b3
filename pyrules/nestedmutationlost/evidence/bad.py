from django.http import HttpResponse


def add(request):
    if "cart" not in request.session:
        request.session["cart"] = []
    request.session["cart"].append(request.POST["item"])  # bad
    return HttpResponse("added")


def count(request):
    return HttpResponse(str(len(request.session.get("cart", []))))
