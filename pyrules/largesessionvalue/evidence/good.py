from django.http import HttpResponse


def search(request):
    request.session["query"] = request.GET["q"]
    return HttpResponse("found")


def visit(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse("welcome back")
