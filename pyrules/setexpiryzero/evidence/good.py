from django.contrib.auth import logout
from django.http import HttpResponse


def enter(request):
    request.session["user"] = "anna"
    request.session.set_expiry(None)
    return HttpResponse("welcome")


def sign_out(request):
    logout(request)
    return HttpResponse("goodbye")


def kiosk(request):
    request.session["user"] = "kiosk"
    request.session.set_expiry(3600)
    return HttpResponse("touch to start")


def account(request):
    return HttpResponse(request.session.get("user", "nobody"))
