package sessionstore

import (
	"math"
	"strings"
	"time"
)

// expiryKey is where set_expiry keeps its argument among the data.
const expiryKey = "_session_expiry"

// The years Python's datetime can hold.
const (
	minYear = 1
	maxYear = 9999
)

// SetExpiry is set_expiry(value). The value may be
//
//   - nil: back to the global policy; the session is marked modified only if it had an expiry of its own;
//   - a number (true is 1, false is 0): seconds after the last save; 0 is a cookie for the browser session over a row that lives
//     Config.CookieAge; a negative number is a row that has expired when it is written;
//   - a time.Duration (timedelta) or a time.Time (aware datetime): a fixed deadline. Before 4.1 saving it is a TypeError, because
//     JSON has no datetimes (ticket #29708);
//   - a [NaiveTime]: a TypeError when the middleware works out the cookie;
//   - anything else: stored as it is, and an error when the middleware works out the cookie, except for text that is an ISO 8601
//     date with an offset since 4.1.
//
// The error is an OverflowError for a deadline after the year 9999.
func (s *Session) SetExpiry(value any) error {
	switch v := value.(type) {
	case nil:
		if s.Has(expiryKey) {
			return s.Delete(expiryKey)
		}
		return nil
	case time.Duration:
		deadline := s.store.clock.Now().Add(v)
		if y := deadline.Year(); y < minYear || y > maxYear {
			return overflowError("date value out of range")
		}
		value = deadline
	case time.Time:
		value = v.Truncate(time.Microsecond)
	}
	if s.store.config.Version.storesExpiryAsText() {
		switch v := value.(type) {
		case time.Time:
			value = isoFormat(v) + v.Format("-07:00")
		case NaiveTime:
			value = isoFormat(v.Time)
		}
	}
	s.Set(expiryKey, value)
	return nil
}

// ExpireAtBrowserClose is get_expire_at_browser_close().
func (s *Session) ExpireAtBrowserClose() bool {
	v := s.Get(expiryKey)
	if v == nil {
		return s.store.config.ExpireAtBrowserClose
	}
	n, ok := number(v)
	return ok && n == 0
}

// GetExpiryAge is get_expiry_age(), in seconds. After a numeric set_expiry it is that number however long ago the save was, so it
// is not the time that is left. Where Django returns something that is no number, the error is the TypeError of the arithmetic
// that comes next.
func (s *Session) GetExpiryAge() (float64, error) {
	now := s.store.clock.Now()
	v := s.Get(expiryKey)
	if s.err != nil {
		return 0, s.err
	}
	if falsy(v) {
		return float64(s.store.config.CookieAge), nil
	}
	if n, ok := number(v); ok {
		return n, nil
	}
	deadline, form, err := s.deadline(v)
	switch {
	case err != nil:
		return 0, err
	case form == naive:
		return 0, typeError("can't subtract offset-naive and offset-aware datetimes")
	case form == notDatetime:
		return 0, typeError("unsupported operand type(s) for +: 'float' and '%s'", pythonType(v))
	}
	// Whole seconds, rounded down, by way of microseconds: a time.Duration ends after 292 years.
	return math.Floor(float64(deadline.UnixMicro()-now.UnixMicro()) / 1e6), nil
}

// GetExpiryDate is get_expiry_date(): when the row expires if it is saved now. A datetime without offset counts as UTC.
func (s *Session) GetExpiryDate() (time.Time, error) {
	now := s.store.clock.Now()
	v := s.Get(expiryKey)
	if s.err != nil {
		return time.Time{}, s.err
	}
	deadline, form, err := s.deadline(v)
	if err != nil {
		return time.Time{}, err
	}
	if form != notDatetime {
		return deadline.UTC(), nil
	}
	if falsy(v) {
		v = s.store.config.CookieAge
	}
	n, ok := number(v)
	if !ok {
		return time.Time{}, typeError("unsupported type for timedelta seconds component: %s", pythonType(v))
	}
	if math.IsNaN(n) {
		return time.Time{}, valueError("cannot convert float NaN to integer")
	}
	expire, ok := addSeconds(now, n)
	if !ok {
		return time.Time{}, overflowError("date value out of range")
	}
	return expire, nil
}

// A datetimeForm tells the two kinds of Python's datetime apart.
type datetimeForm int

const (
	notDatetime datetimeForm = iota
	naive                    // without an offset
	aware
)

// deadline reads v as a datetime, if that is what it stands for in this version.
func (s *Session) deadline(v any) (time.Time, datetimeForm, error) {
	switch v := v.(type) {
	case time.Time:
		return v, aware, nil
	case NaiveTime:
		return wallClock(v.Time), naive, nil
	case string:
		if s.store.config.Version.storesExpiryAsText() {
			return fromISOFormat(v)
		}
	}
	return time.Time{}, notDatetime, nil
}

// cookieExpiry works out Max-Age and Expires, with the exceptions in the order in which process_response meets them.
func (s *Session) cookieExpiry() (maxAge int64, expires time.Time, err error) {
	age, err := s.GetExpiryAge()
	if err != nil {
		return 0, time.Time{}, err
	}
	now := s.store.clock.Now()
	if math.IsNaN(age) {
		return 0, time.Time{}, valueError("Invalid value NaN (not a number)")
	}
	expires, ok := addSeconds(now, age)
	if !ok {
		// email.utils.formatdate names the year as long as the C library can count it.
		if limit := float64(math.MaxInt32) * 365 * 24 * 60 * 60; math.Abs(age) < limit {
			return 0, time.Time{}, valueError("year %d is out of range", time.Unix(now.Unix()+int64(age), 0).UTC().Year())
		}
		return 0, time.Time{}, overflowError("timestamp out of range for platform time_t")
	}
	return int64(age), expires.Truncate(time.Second), nil
}

// addSeconds adds n seconds, rounded to microseconds with halves to even as timedelta does. It fails outside Python's years.
func addSeconds(t time.Time, n float64) (time.Time, bool) {
	const tenThousandYears = 10000 * 366 * 24 * 60 * 60
	if !(math.Abs(n) < tenThousandYears) {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(n)
	t = time.UnixMicro(t.UnixMicro() + int64(whole)*1e6 + int64(math.RoundToEven(fraction*1e6))).UTC()
	if y := t.Year(); y < minYear || y > maxYear {
		return time.Time{}, false
	}
	return t, true
}

// isoFormat is datetime.isoformat() without the offset: microseconds appear if there are any.
func isoFormat(t time.Time) string {
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02T15:04:05")
	}
	return t.Format("2006-01-02T15:04:05.000000")
}

// fromISOFormat is datetime.fromisoformat() for dates with months and days (not weeks), extended or basic. "Z" and the basic
// form need Python 3.11; the store takes them whatever the version of Django.
func fromISOFormat(s string) (time.Time, datetimeForm, error) {
	invalid := valueError("Invalid isoformat string: %s", quote(s))
	date, clock, sep := s, "", ""
	if n := dateLength(s); len(s) > n {
		date, clock, sep = s[:n], s[n+1:], "T" // any one character separates the two
		if len(clock) < 2 || clock[1] < '0' || clock[1] > '9' {
			return time.Time{}, notDatetime, invalid // package time would take an hour of one digit
		}
	}
	for _, d := range []string{"2006-01-02", "20060102"} {
		for _, c := range []string{"", "15:04:05", "15:04", "15", "150405", "1504"} {
			if (c == "") != (sep == "") {
				continue
			}
			if t, err := time.Parse(d+sep+c, date+sep+clock); err == nil {
				return t, naive, nil
			}
			for _, z := range []string{"Z07:00", "Z0700", "Z07"} {
				if t, err := time.Parse(d+sep+c+z, date+sep+clock); err == nil && c != "" {
					return t, aware, nil
				}
			}
		}
	}
	return time.Time{}, notDatetime, invalid
}

func dateLength(s string) int {
	if strings.IndexByte(s, '-') == 4 {
		return len("2006-01-02")
	}
	return len("20060102")
}

// wallClock reads the wall clock of t as UTC.
func wallClock(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC)
}
