package edit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Change is new content for one file.
type Change struct {
	Path          string // absolute
	Name          string // how errors call the file
	Before, After []byte
}

// ErrChanged tells of a file that is no longer what it was when it was read.
var ErrChanged = errors.New("file was changed by somebody else while it was checked, so nothing was written; run the command again")

// Write writes all changes or none: it first checks that every file still has the bytes of Before, writes the new content
// next to each, and only then renames. If a rename fails the files renamed before it are put back. The error names the
// file.
//
// A file keeps its permissions and, where the system allows it, its owner. A symbolic link stays one, and the file it leads
// to is replaced. A file that has several names (hard links) is written in place, since renaming would separate them;
// for that file alone a crash in the middle leaves it half written.
func Write(changes []Change) error {
	staged := make([]*stage, 0, len(changes))
	defer func() {
		for _, s := range staged {
			s.discard()
		}
	}()
	for _, c := range changes {
		s, err := prepare(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, withoutPath(err))
		}
		staged = append(staged, s)
	}
	for i, s := range staged {
		if err := s.commit(); err != nil {
			err = fmt.Errorf("%s: %w", s.change.Name, withoutPath(err))
			for _, done := range staged[:i] {
				if undo := done.restore(); undo != nil {
					err = errors.Join(err, fmt.Errorf("%s: could not be put back: %w", done.change.Name, undo))
				}
			}
			return err
		}
	}
	return nil
}

// withoutPath leaves the path out of an error of the file system: it is that of a temporary file, or stands before the error
// already.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("cannot be written, so nothing was fixed: %w", path.Err)
	}
	return err
}

// A stage is a change whose new content is on disk under another name.
type stage struct {
	change Change
	target string // where symbolic links lead
	info   fs.FileInfo
	temp   string // empty for a file that is written in place
}

func prepare(c Change) (*stage, error) {
	target, err := filepath.EvalSymlinks(c.Path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(target)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	s := &stage{change: c, target: target, info: info}
	if err := s.unchanged(); err != nil {
		return nil, err
	}
	// Renaming would replace a file that its owner made read-only.
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if links(info) > 1 {
		return s, nil
	}
	s.temp, err = writeTemp(target, info, c.After)
	return s, err
}

func (s *stage) unchanged() error {
	now, err := os.ReadFile(s.target)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, s.change.Before) {
		return ErrChanged
	}
	return nil
}

// commit puts the new content in the place of the old.
func (s *stage) commit() error {
	if err := s.unchanged(); err != nil {
		return err
	}
	if s.temp == "" {
		if err := overwrite(s.target, s.change.After); err != nil {
			return errors.Join(err, overwrite(s.target, s.change.Before))
		}
		return nil
	}
	if err := os.Rename(s.temp, s.target); err != nil {
		return err
	}
	s.temp = ""
	syncDir(filepath.Dir(s.target))
	return nil
}

// restore undoes commit.
func (s *stage) restore() error {
	if links(s.info) > 1 {
		return overwrite(s.target, s.change.Before)
	}
	temp, err := writeTemp(s.target, s.info, s.change.Before)
	if err != nil {
		return err
	}
	return os.Rename(temp, s.target)
}

func (s *stage) discard() {
	if s.temp != "" {
		_ = os.Remove(s.temp) // best effort on the way out of an error
	}
}

// writeTemp writes content to a new file next to target, with the permissions and owner of info.
func writeTemp(target string, info fs.FileInfo, content []byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(target), ".sesslint-*.tmp")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(content); err != nil {
		return "", err
	}
	keepOwner(f, info) // before the permissions: a change of owner clears some of them
	if err := f.Chmod(info.Mode().Perm() | info.Mode()&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky)); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// overwrite writes content into an existing file.
func overwrite(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(content))
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes a rename durable. Not every system can, and the content is safe either way.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
