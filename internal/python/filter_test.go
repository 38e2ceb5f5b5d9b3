package python

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	tests := map[string]bool{
		"":                                     false,
		"sessio":                               false,
		"session":                              true,
		"x = request.session['a']":             true,
		"SESSION_COOKIE_AGE = 1":               true,
		"class SeSSioN: pass":                  true,
		"sess ion sessi0n obsession":           true,
		"sesion sessoin seession sessi":        false,
		"MIDDLEWARE = []":                      true,
		"Middleware = []":                      false,
		"INSTALLED_APP":                        false,
		"X = INSTALLED_APPS":                   true,
		"os.environ['DJANGO_SETTINGS_MODULE']": true,
		"# sesslint: ignore[x]":                true,
		"ROOT_URLCON":                          false,
		"SECRET_KEY":                           true,
		"\u017fession":                         false, // the long s folds to s in Unicode, not in Python
	}
	for text, want := range tests {
		if got := wanted.match([]byte(text)); got != want {
			t.Errorf("match(%q) = %v, want %v", text, got, want)
		}
	}
}

// TestFilterAgainstSearch holds the search against the obvious one on random text over the letters of the words.
func TestFilterAgainstSearch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"session", "SESSION", "sesslint:", "MIDDLEWARE", "SECRET_KEY", "sess", "SECRET", "ion", "MIDDLE"}
	found := 0
	for range 20000 {
		var b bytes.Buffer
		for range random.IntN(5) {
			b.WriteString(words[random.IntN(len(words))][random.IntN(3):])
			b.WriteString("essiE_K"[:random.IntN(7)])
		}
		text := b.String()
		want := strings.Contains(strings.ToLower(text), "session")
		for _, word := range wanted.exact {
			want = want || strings.Contains(text, string(word))
		}
		if want {
			found++
		}
		if got := wanted.match([]byte(text)); got != want {
			t.Fatalf("match(%q) = %v, want %v", text, got, want)
		}
	}
	if found < 1000 || found > 19000 {
		t.Fatalf("%d of 20000 texts held a word: the test compares too little", found)
	}
}

func BenchmarkFilter(b *testing.B) {
	text := []byte(strings.Repeat("    def get_queryset(self, request, *args, **kwargs):\n        return super().get_queryset().filter(owner=self.owner)\n", 1<<13))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if wanted.match(text) {
			b.Fatal("the text holds no word")
		}
	}
}
