def view(request):
    request.session["good"] = 1
