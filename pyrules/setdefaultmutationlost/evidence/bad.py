from django.http import HttpResponse


def visit(request):
    request.session.setdefault("pages", []).append(request.POST["page"])  # bad
    return HttpResponse("noted")


def search(request):
    request.session.get("terms", {})[request.POST["term"]] = True  # bad
    return HttpResponse("noted")


def kept(request):
    return HttpResponse(str(len(request.session.get(request.GET["key"], []))))
