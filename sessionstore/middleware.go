package sessionstore

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A Request is an HTTP request as far as sessions and users are concerned.
type Request struct {
	// Cookie is the value of the session cookie; "" means that the client sent none, unless EmptyCookie is set.
	Cookie string

	// EmptyCookie says that the client sent the session cookie with an empty value.
	EmptyCookie bool

	// Session is request.session. The middleware sets it before the view; a view may put another one in its place.
	Session *Session

	store     *Store
	user      *User
	userKnown bool
}

// A Response is an HTTP response as far as sessions are concerned.
type Response struct {
	// Status is the status code; 0 stands for 200.
	Status int

	// Body is free for the view.
	Body string

	// SetCookie is the session cookie that is set or deleted, or nil.
	SetCookie *SetCookie

	// VaryCookie says that the header Vary names Cookie, because the view or the session middleware put it there.
	VaryCookie bool

	// Err is the exception that ended the view or the middleware. A view that returns one has raised it: the status becomes
	// 500 whatever Status says.
	Err error
}

// A SetCookie is a Set-Cookie header for the session cookie.
type SetCookie struct {
	// Value is the session key, or "" if the cookie is deleted.
	Value string

	// BrowserSession says that the cookie has neither Max-Age nor Expires.
	BrowserSession bool

	// MaxAge is in seconds and Expires in whole seconds; a browser drops the cookie if MaxAge is 0 or less.
	MaxAge  int64
	Expires time.Time
}

// Deleted tells whether the header deletes the cookie.
func (c *SetCookie) Deleted() bool { return c.Value == "" }

// Handle runs a request through the session middleware and the view.
func (st *Store) Handle(req Request, view func(*Request) Response) Response {
	st.ProcessRequest(&req)
	return st.ProcessResponse(&req, view(&req))
}

// ProcessRequest is SessionMiddleware.process_request: it gives the request a session and loads nothing. With
// [Store.ProcessResponse] it takes a request apart that another one is to overlap.
func (st *Store) ProcessRequest(req *Request) {
	req.store = st
	req.user, req.userKnown = nil, false
	req.Session = st.Session(req.Cookie)
}

// ProcessResponse is SessionMiddleware.process_response (contrib/sessions/middleware.py).
func (st *Store) ProcessResponse(req *Request, resp Response) Response {
	s := req.Session
	switch {
	case resp.Err != nil:
		resp.Status = http.StatusInternalServerError
	case s != nil && s.err != nil: // the view would not have got past this
		resp.Status, resp.Err = http.StatusInternalServerError, s.err
	case resp.Status == 0:
		resp.Status = http.StatusOK
	}
	if s == nil {
		return resp
	}
	if s.err != nil {
		resp.VaryCookie = resp.VaryCookie || s.accessed
		return resp
	}

	accessed, modified, empty := s.accessed, s.modified, s.IsEmpty()
	if empty && (req.Cookie != "" || req.EmptyCookie) {
		resp.SetCookie = &SetCookie{Expires: time.Unix(0, 0).UTC()}
		resp.VaryCookie = true
		return resp
	}
	vary := accessed
	if (modified || st.config.SaveEveryRequest) && !empty {
		// This loads the session. An unknown key is dropped here, and the save below makes a row under a new one: for a
		// client with a dead cookie SaveEveryRequest stores an empty session though the view did nothing.
		cookie := &SetCookie{BrowserSession: s.ExpireAtBrowserClose()}
		if !cookie.BrowserSession {
			var err error
			if cookie.MaxAge, cookie.Expires, err = s.cookieExpiry(); err != nil {
				return serverError(err)
			}
		}
		if st.config.Version.savesOn(resp.Status) {
			if err := s.Save(false); errors.Is(err, ErrUpdate) {
				return Response{Status: http.StatusBadRequest, Err: fmt.Errorf("%w: %w", ErrSessionInterrupted, err)}
			} else if err != nil {
				return serverError(err)
			}
			cookie.Value = s.key
			resp.SetCookie = cookie
			vary = vary || st.config.Version.variesOnSetCookie()
		}
	}
	resp.VaryCookie = resp.VaryCookie || vary
	return resp
}

// serverError is the response for an exception in the middleware itself, to which no header of the view's response belongs.
func serverError(err error) Response {
	return Response{Status: http.StatusInternalServerError, Err: err}
}
