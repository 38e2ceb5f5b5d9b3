from django.http import HttpResponse


def enter(request):
    request.session["user"] = "anna"
    request.session.set_expiry(0)  # never expires  # bad
    return HttpResponse("welcome")


def sign_out(request):
    request.session.set_expiry(0)  # bad
    return HttpResponse("goodbye")


def kiosk(request):
    request.session["user"] = "kiosk"
    request.session.set_expiry(0)  # bad
    return HttpResponse("touch to start")


def account(request):
    return HttpResponse(request.session.get("user", "nobody"))
