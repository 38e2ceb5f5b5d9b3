package sessionstore

import (
	"math"
	"testing"
	"time"
)

// expiryArguments are the arguments of section set_expiry, given the time of the call.
var expiryArguments = map[string]func(now time.Time) any{
	"0":                  func(time.Time) any { return 0 },
	"None":               func(time.Time) any { return nil },
	"300":                func(time.Time) any { return 300 },
	"-1":                 func(time.Time) any { return -1 },
	"300.7":              func(time.Time) any { return 300.7 },
	"True":               func(time.Time) any { return true },
	"False":              func(time.Time) any { return false },
	"'3600' (str)":       func(time.Time) any { return "3600" },
	"timedelta(hours=1)": func(time.Time) any { return time.Hour },
	"timedelta(0)":       func(time.Time) any { return time.Duration(0) },
	"aware datetime +1h": func(now time.Time) any { return now.Add(time.Hour) },
	"naive datetime +1h": func(now time.Time) any { return NaiveTime{now.Add(time.Hour)} },
	"10**9":              func(time.Time) any { return 1000000000 },
}

func TestReplaySetExpiry(t *testing.T) {
	replay(t, "set_expiry", setExpiryVectors, []string{"django", "argument"}, func(t *testing.T, in vector) vector {
		name := in["argument"].(string)
		argument, ok := expiryArguments[name]
		if !ok && name != "unset" {
			t.Fatalf("unknown argument %q", name)
		}
		p := projectFor(t, in)
		resp := p.Handle(Request{}, func(r *Request) Response {
			r.Session.Set("x", 1)
			if name == "unset" {
				return Response{}
			}
			return raise(r.Session.SetExpiry(argument(p.clock.Now())))
		})
		if resp.Err != nil {
			return vector{"exception": resp.Err.Error()}
		}
		row, ok := p.db.Row(resp.SetCookie.Value)
		if !ok {
			t.Fatal("the response sets a cookie for a session without a row")
		}
		left := math.RoundToEven(row.Expire.Sub(p.clock.Now()).Seconds())
		var maxAge any = resp.SetCookie.MaxAge
		if resp.SetCookie.BrowserSession {
			maxAge = nil
		}
		return vector{
			"cookie_max_age": maxAge,
			"row_seconds":    left,
			"loadable":       p.Session(row.Key).Get("x") == 1,
		}
	})
}
