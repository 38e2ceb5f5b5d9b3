from django.urls import path

from . import views, views_after_fix

urlpatterns = [
    path('', views.home, name='home'),
    path('preferences/', views.edit_preferences, name='preferences'),
    path('api/v1/dashboard', views.dashboard, name='dashboard-v1'),
    path('api/v2/dashboard', views_after_fix.dashboard, name='dashboard-v2'),
]
