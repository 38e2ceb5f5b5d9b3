package replay

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A schedule is a crontab line that runs clearsessions.
type schedule struct {
	minute, hour int // -1 for every one
	weekday      int // 0 is Sunday; -1 for every day
}

// schedules returns the crontab lines of a project that run clearsessions.
func schedules(files map[string][]byte) ([]schedule, error) {
	var list []schedule
	for name, data := range files {
		if path.Base(name) != "crontab" {
			continue
		}
		for line := range strings.Lines(string(data)) {
			fields := strings.Fields(line)
			if len(fields) < 6 || strings.HasPrefix(fields[0], "#") || !slices.Contains(fields, "clearsessions") {
				continue
			}
			var n [5]int
			for i, f := range fields[:5] {
				v, err := strconv.Atoi(f)
				if f == "*" {
					v, err = -1, nil
				}
				if err != nil || v >= 0 && (i == 2 || i == 3) {
					return nil, fmt.Errorf("%s: the schedule of %q is not modelled", name, strings.TrimSpace(line))
				}
				n[i] = v
			}
			list = append(list, schedule{minute: n[0], hour: n[1], weekday: n[4]})
		}
	}
	return list, nil
}

func (s schedule) due(t time.Time) bool {
	return (s.minute < 0 || s.minute == t.Minute()) && (s.hour < 0 || s.hour == t.Hour()) &&
		(s.weekday < 0 || s.weekday%7 == int(t.Weekday()))
}

// runs returns the minutes in (from, to] at which a schedule is due, in order.
func runs(list []schedule, from, to time.Time) []time.Time {
	if len(list) == 0 {
		return nil
	}
	var at []time.Time
	for t := from.Truncate(time.Minute).Add(time.Minute); !t.After(to); t = t.Add(time.Minute) {
		if slices.ContainsFunc(list, func(s schedule) bool { return s.due(t) }) {
			at = append(at, t)
		}
	}
	return at
}
