from django import forms

from .models import UserPreferences


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = UserPreferences
        fields = ['theme', 'time_zone', 'rows_per_page']
