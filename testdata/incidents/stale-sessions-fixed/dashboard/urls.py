from django.urls import path

from . import views

urlpatterns = [
    path('', views.home, name='home'),
    path('preferences/', views.edit_preferences, name='preferences'),
    path('api/v1/dashboard', views.dashboard, name='dashboard'),
]
