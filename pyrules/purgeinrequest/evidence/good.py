from django.http import HttpResponse


def preferences(request):
    request.session["theme"] = "dark"
    request.session.set_expiry(3600)
    return HttpResponse("saved")
