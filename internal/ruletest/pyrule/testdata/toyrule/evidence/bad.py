def view(request):
    request.session["bad"] = 1  # bad
