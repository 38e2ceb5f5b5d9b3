package py

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{"remember_me", []string{"remember", "me"}},
		{"rememberMe_flag", []string{"remember", "me", "flag"}},
		{"SESSION_COOKIE_AGE", []string{"session", "cookie", "age"}},
		{"sessions never expire!", []string{"sessions", "never", "expire"}},
		{"don't", []string{"don", "t"}},
		{"HTTPResponse2", []string{"httpresponse2"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Words(tt.text)); diff != "" {
			t.Errorf("Words(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}
