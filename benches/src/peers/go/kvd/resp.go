package main

import (
	"bytes"
	"strconv"
)

// The arguments of one; the first is the command's name. They lie in what was read.
type request [][]byte

type command int

const (
	unknown command = iota
	ping
	get
	mget
	set
	incr
)

// Who runs a command.
type kind int

const (
	plain kind = iota
	read
	write
)

// The command of a request, whether or not it can have so many arguments.
func (r request) command() command {
	for _, c := range [...]struct {
		name    string
		command command
	}{{"ping", ping}, {"get", get}, {"mget", mget}, {"set", set}, {"incr", incr}} {
		if len(r[0]) == len(c.name) && equalFold(r[0], c.name) {
			return c.command
		}
	}
	return unknown
}

func equalFold(text []byte, lower string) bool {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func (r request) kind() kind {
	switch command := r.command(); {
	case command == get && len(r) == 2, command == mget && len(r) >= 2:
		return read
	case command == set && len(r) == 3, command == incr && len(r) == 2:
		return write
	}
	return plain
}

const (
	longestLine     = 64 << 10
	mostArguments   = 1 << 20
	longestArgument = 32 << 20
)

// Finds the requests in what a client has sent so far.
type parser struct {
	requests []request
	args     [][]byte
}

// The complete requests of buffer, how long they are together, and what is wrong with what comes after them.
func (p *parser) parse(buffer []byte) (requests []request, parsed int, wrong string) {
	p.requests, p.args = p.requests[:0], p.args[:0]
	for {
		first := len(p.args)
		end, whole, wrong := p.one(buffer, parsed)
		if wrong != "" || !whole {
			return p.requests, parsed, wrong
		}
		parsed = end
		if len(p.args) > first {
			p.requests = append(p.requests, p.args[first:len(p.args):len(p.args)])
		}
	}
}

// The request that begins there, if it is complete.
func (p *parser) one(buffer []byte, at int) (end int, whole bool, wrong string) {
	line, at, wrong := lineAt(buffer, at)
	if line == nil {
		return 0, false, wrong
	}
	if len(line) == 0 {
		return at, true, ""
	}
	if line[0] != '*' {
		p.args = append(p.args, bytes.Fields(line)...)
		return at, true, ""
	}
	count, ok := integer(line[1:])
	if !ok || count > mostArguments {
		return 0, false, "invalid multibulk length"
	}
	for ; count > 0; count-- {
		if at < len(buffer) && buffer[at] != '$' {
			return 0, false, "expected '$', got '" + string(buffer[at]) + "'"
		}
		var head []byte
		head, at, wrong = lineAt(buffer, at)
		if head == nil {
			return 0, false, wrong
		}
		length, ok := integer(head[1:])
		if !ok || length < 0 || length > longestArgument {
			return 0, false, "invalid bulk length"
		}
		end := at + int(length)
		if len(buffer) < end+2 {
			return 0, false, ""
		}
		if buffer[end] != '\r' || buffer[end+1] != '\n' {
			return 0, false, "expected CRLF behind a bulk"
		}
		p.args = append(p.args, buffer[at:end:end])
		at = end + 2
	}
	return at, true, ""
}

// The line that begins there, without its end, and where the next one does. It is nil while it is not complete.
func lineAt(buffer []byte, at int) (line []byte, next int, wrong string) {
	length := bytes.IndexByte(buffer[at:], '\n')
	if length < 0 && len(buffer)-at > longestLine || length > longestLine {
		return nil, 0, "too big request"
	}
	if length < 0 {
		return nil, 0, ""
	}
	line = buffer[at : at+length]
	if length > 0 && line[length-1] == '\r' {
		line = line[:length-1]
	}
	return line, at + length + 1, ""
}

// A number as Redis reads it.
func integer(text []byte) (int64, bool) {
	number, err := strconv.ParseInt(string(text), 10, 64)
	return number, err == nil && strconv.FormatInt(number, 10) == string(text)
}

func replyBulk(out, bytes []byte) []byte {
	out = strconv.AppendInt(append(out, '$'), int64(len(bytes)), 10)
	out = append(out, "\r\n"...)
	out = append(out, bytes...)
	return append(out, "\r\n"...)
}

func replyNil(out []byte) []byte { return append(out, "$-1\r\n"...) }

func replyInteger(out []byte, number int64) []byte {
	return append(strconv.AppendInt(append(out, ':'), number, 10), "\r\n"...)
}

func replyArray(out []byte, count int) []byte {
	return append(strconv.AppendInt(append(out, '*'), int64(count), 10), "\r\n"...)
}

func replyError(out []byte, text string) []byte {
	return append(append(append(out, '-'), text...), "\r\n"...)
}
