package main

import (
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// As kvd has them: of each who reads and of the one who writes, in KiB; and how many jobs are one transaction.
const (
	readerCache = 2 << 10
	writerCache = 16 << 10
	mostJobs    = 4096
)

var schema = []string{
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL", // what is committed is on the disk
	"PRAGMA journal_size_limit = 67108864",
	"BEGIN IMMEDIATE",
	`CREATE TABLE IF NOT EXISTS item (
		id INTEGER PRIMARY KEY, expires INTEGER, key BLOB NOT NULL, value BLOB NOT NULL
	 )`,
	"CREATE INDEX IF NOT EXISTS expiry ON item (expires) WHERE expires IS NOT NULL",
	"CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
	"INSERT OR IGNORE INTO meta VALUES ('seed', random()), ('seed2', random())",
	"COMMIT",
}

// One SQLite database in WAL mode. One goroutine writes, others read what has been committed meanwhile.
type store struct {
	path   string
	places places
	jobs   chan *job

	// Who reads takes one, or opens one.
	mutex   sync.Mutex
	readers []*reader
}

// What a connection wants written.
type job struct {
	requests []request
	out      []byte
	done     chan struct{}
}

func openStore(folder string) (*store, error) {
	path := filepath.Join(folder, "kvd.db")
	db, err := open(path, writerCache)
	if err != nil {
		return nil, err
	}
	for _, sql := range schema {
		if err := db.execute(sql); err != nil {
			return nil, err
		}
	}
	var seeds [2]int64
	for i, name := range []string{"seed", "seed2"} {
		if seeds[i], err = db.number("SELECT value FROM meta WHERE name = '" + name + "'"); err != nil {
			return nil, err
		}
	}
	places := places{uint64(seeds[0]), uint64(seeds[1])}
	writer, err := newWriter(db, places)
	if err != nil {
		return nil, err
	}
	store := &store{path: path, places: places, jobs: make(chan *job, mostJobs)}
	go store.write(writer)
	return store, nil
}

// Reads what has been committed.
type reader struct {
	places           places
	begin, end, find *statement
}

func newReader(db *database, places places) (r *reader, err error) {
	r = &reader{places: places}
	r.begin, err = db.prepare("BEGIN", err)
	r.end, err = db.prepare("COMMIT", err)
	r.find, err = db.prepare("SELECT expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2", err)
	return r, err
}

// Runs commands that read.
func (s *store) read(requests []request, out []byte) []byte {
	start := len(out)
	reader, err := s.takeReader()
	if err == nil {
		out, err = reader.read(requests, out)
	}
	if err != nil {
		return failed(out[:start], len(requests), err) // nobody knows what state the reader is in
	}
	s.mutex.Lock()
	s.readers = append(s.readers, reader)
	s.mutex.Unlock()
	return out
}

func (s *store) takeReader() (*reader, error) {
	s.mutex.Lock()
	if n := len(s.readers); n > 0 {
		idle := s.readers[n-1]
		s.readers = s.readers[:n-1]
		s.mutex.Unlock()
		return idle, nil
	}
	s.mutex.Unlock()
	db, err := open(s.path, readerCache)
	if err != nil {
		return nil, err
	}
	return newReader(db, s.places)
}

func (r *reader) read(requests []request, out []byte) ([]byte, error) {
	// Several at once are of one moment, and cost less.
	if len(requests) > 1 {
		if err := r.begin.run(); err != nil {
			return out, err
		}
	}
	for _, request := range requests {
		if request.command() == mget {
			out = replyArray(out, len(request)-1)
		}
		for _, key := range request[1:] {
			var err error
			if out, err = r.get(key, out); err != nil {
				return out, err
			}
		}
	}
	if len(requests) > 1 {
		return out, r.end.run()
	}
	return out, nil
}

func (r *reader) get(key, out []byte) ([]byte, error) {
	defer r.find.reset()
	first, last := r.places.of(key)
	r.find.bindInteger(1, first)
	r.find.bindInteger(2, last)
	for {
		switch row, err := r.find.step(); {
		case err != nil:
			return out, err
		case !row:
			return replyNil(out), nil
		case string(r.find.columnBytes(1)) == string(key):
			if isLive(r.find.columnOption(0)) {
				return replyBulk(out, r.find.columnBytes(2)), nil
			}
			return replyNil(out), nil
		}
	}
}

// Whatever the connections want to write while one transaction goes to the disk is the next one.
func (s *store) write(writer *writer) {
	var batch []*job
	for first := range s.jobs {
		batch = append(batch[:0], first)
	more:
		for len(batch) < mostJobs {
			select {
			case job := <-s.jobs:
				batch = append(batch, job)
			default:
				break more
			}
		}
		starts := make([]int, len(batch))
		for i, job := range batch {
			starts[i] = len(job.out)
		}
		if err := writer.transaction(batch); err != nil {
			// Each in one of its own, so that the one that cannot be done is alone in it.
			for i, job := range batch {
				job.out = job.out[:starts[i]]
				if err := writer.transaction(batch[i : i+1]); err != nil {
					job.out = failed(job.out[:starts[i]], len(job.requests), err)
				}
			}
		}
		for _, job := range batch {
			job.done <- struct{}{}
		}
	}
}

// There is one.
type writer struct {
	db                       *database
	places                   places
	begin, commit, find, put *statement
}

func newWriter(db *database, places places) (w *writer, err error) {
	w = &writer{db: db, places: places}
	w.begin, err = db.prepare("BEGIN IMMEDIATE", err)
	w.commit, err = db.prepare("COMMIT", err)
	w.find, err = db.prepare("SELECT id, expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2 ORDER BY id", err)
	w.put, err = db.prepare("REPLACE INTO item (id, expires, key, value) VALUES (?1, ?2, ?3, ?4)", err)
	return w, err
}

func (w *writer) transaction(jobs []*job) error {
	if err := w.begin.run(); err != nil {
		return err
	}
	err := w.all(jobs)
	if err == nil {
		err = w.commit.run()
	}
	if err != nil && !w.db.autocommit() {
		if err := w.db.execute("ROLLBACK"); err != nil {
			return err
		}
	}
	return err
}

func (w *writer) all(jobs []*job) error {
	for _, job := range jobs {
		for _, request := range job.requests {
			var err error
			if request.command() == set {
				job.out, err = w.set(request[1], request[2], job.out)
			} else {
				job.out, err = w.incr(request[1], job.out)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) set(key, value, out []byte) ([]byte, error) {
	id, _, _, err := w.place(key, false)
	if err == nil {
		err = w.putRow(id, nil, key, value)
	}
	return append(out, "+OK\r\n"...), err
}

func (w *writer) incr(key, out []byte) ([]byte, error) {
	id, value, expires, err := w.place(key, true)
	if err != nil {
		return out, err
	}
	var number int64
	if value != nil {
		var ok bool
		if number, ok = integer(value); !ok {
			return replyError(out, "ERR value is not an integer or out of range"), nil
		}
	}
	if number+1 < number {
		return replyError(out, "ERR increment or decrement would overflow"), nil
	}
	number++
	err = w.putRow(id, expires, key, strconv.AppendInt(nil, number, 10))
	return replyInteger(out, number), err
}

func (w *writer) putRow(id int64, expires *int64, key, value []byte) error {
	defer w.put.reset()
	w.put.bindInteger(1, id)
	w.put.bindOption(2, expires)
	w.put.bindBytes(3, key)
	w.put.bindBytes(4, value)
	_, err := w.put.step()
	return err
}

// Where a key is, or could be, and, if it is asked for, its value and when it expires.
func (w *writer) place(key []byte, wanted bool) (id int64, value []byte, expires *int64, err error) {
	defer w.find.reset()
	first, last := w.places.of(key)
	w.find.bindInteger(1, first)
	w.find.bindInteger(2, last)
	free := first
	for {
		row, err := w.find.step()
		if err != nil {
			return 0, nil, nil, err
		}
		if !row {
			break
		}
		id := w.find.column(0)
		if string(w.find.columnBytes(2)) == string(key) {
			expires := w.find.columnOption(1)
			if !wanted || !isLive(expires) {
				return id, nil, nil, nil
			}
			return id, append([]byte{}, w.find.columnBytes(3)...), expires, nil
		}
		if id == free {
			free++
		}
	}
	if free > last {
		return 0, nil, nil, failure("256 other keys have this key's hash")
	}
	return free, nil, nil, nil
}

// Whether what expires then is there now.
func isLive(expires *int64) bool { return expires == nil || *expires > time.Now().UnixMilli() }

func failed(out []byte, requests int, err error) []byte {
	for range requests {
		out = replyError(out, "ERR the store failed: "+err.Error())
	}
	return out
}
