from django.http import HttpResponse


def visit(request):
    request.session.setdefault("pages", []).append(request.POST["page"])
    request.session.modified = True
    return HttpResponse("noted")


def search(request):
    terms = request.session.get("terms", {})
    terms[request.POST["term"]] = True
    request.session["terms"] = terms
    return HttpResponse("noted")


def kept(request):
    return HttpResponse(str(len(request.session.get(request.GET["key"], []))))
