package finding

// Facts are what was found out about one thing, such as a settings module, for a reader who wants to know what rules start
// from.
type Facts struct {
	Title string
	Facts []Fact
}

// A Fact is one name with what is known of it, and the places that made it so.
type Fact struct {
	Name, Text string
	Places     []Related
}
