package saveeveryrequest

import (
	"slices"
	"strings"

	"github.com/sesslint/sesslint/internal/django"
)

func truthy(c django.Const) bool { return c.Truthy() == django.Yes }

// switchedOnAt returns the assignment that switches the setting on, or may do so: of alternatives the first that is true,
// else the first that the environment can make true.
func switchedOnAt(v django.Value) (django.Step, bool) {
	if !mayBeOn(v) {
		return django.Step{}, false
	}
	for _, on := range []func(django.Value) bool{func(v django.Value) bool { return v.May(truthy) }, mayBeOn} {
		for _, a := range v.Alts() {
			if at, ok := a.Value.At(); ok && on(a.Value) {
				return at, true
			}
		}
	}
	return v.At()
}

// mayBeOn reports whether the source shows a way in which the value is true. A variable of the environment is one if its
// default is known; what is required at start-up may have any value.
func mayBeOn(v django.Value) bool {
	if env := v.Env(); env != nil {
		return env.Default != nil
	}
	return v.May(truthy) || slices.ContainsFunc(v.Alts(), func(a django.Alt) bool { return mayBeOn(a.Value) })
}

// doubts tells whether the setting is on with an empty environment, and in words on what that depends: "" if on nothing.
func doubts(v django.Value) (words string, on bool) {
	on = v.Default(truthy)
	if _, replaced := v.Override(); replaced && on {
		words = ", unless settings outside of the repository replace it"
	}
	for _, a := range v.Alts() {
		if a.Cond != "" && a.Value.Default(truthy) != on {
			return map[bool]string{true: ", unless ", false: " if "}[on] + a.Cond, on
		}
		if a.Value.Env() != nil {
			words = variable(a.Value.Env(), on)
		}
	}
	if v.Env() != nil {
		words = variable(v.Env(), on)
	}
	return words, on
}

func variable(env *django.Env, on bool) string {
	names := strings.Join(env.Names, ", ")
	if !env.Attr {
		names = "the environment variable " + names
	}
	if on {
		return ", unless " + names + " says otherwise"
	}
	return " by " + names
}
