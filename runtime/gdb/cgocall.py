"""Goroutines in gdb, of a program that has cgocall's debug information: `source cgocall.py`.

  info goroutines           all that have started: whether they run, are ready or parked, where they were spawned,
                            and the C functions that they are in
  goroutine N COMMAND       COMMAND as if gdb stood where that goroutine does: `goroutine 3 backtrace`
  goroutine all COMMAND     the same for each

N is the number in the list. A parked goroutine's registers are where corosensei has saved them; what a backtrace shows
behind `coroutine_func` is the scheduler that has run it last. On x86-64, in a process that lives: gdb does not let
registers of a core file be changed. (The idea is that of Go's runtime-gdb.py.)
"""

import gdb

WORD = 8
# What stands above a stack: its owner's word (slab.rs).
OWNER = 16


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return int.from_bytes(memory(address, WORD), "little")


def at(value):
    """Where a value is: what Rust wraps a word in has the word's place."""
    return int(value.address)


def text(value):
    """A `str`, however it is pointed to."""
    names = [field.name for field in value.type.fields()]
    if "data_ptr" in names:
        length = int(value["length"])
        return memory(int(value["data_ptr"]), length).decode(errors="replace") if length else ""
    return text(value[names[0]])


def static(name):
    symbol = gdb.lookup_static_symbol(name) or gdb.lookup_global_symbol(name)
    if symbol is None:
        raise missing(name)
    return symbol.value()


def value(address, kind):
    try:
        kind = gdb.lookup_type(kind)
    except gdb.error:
        raise missing(kind) from None
    return gdb.Value(address).cast(kind.pointer()).dereference()


def missing(name):
    return gdb.GdbError(
        f"{name} is not known: the program has no debug information of cgocall's, but lines at most. Build it with "
        "`debug = true` in its profile, as that of `cargo build` has"
    )


def field(kind, name):
    return next(field for field in kind.fields() if field.name == name)


class Goroutine:
    def __init__(self, number, address):
        self.number = number
        self.g = value(address, "cgocall::g::G")
        # The thread that runs it, if one does.
        self.tid = None
        home = word(at(self.g["home"]))
        if home:
            m = value(home, "cgocall::m::M")
            thread = word(at(m["thread"]))
            if thread and word(at(value(thread, "cgocall::thread::Thread")["g"])) == address:
                self.tid = word(at(m["tid"])) & 0xFFFFFFFF

    def state(self):
        if self.tid is not None:
            return f"runs on LWP {self.tid}"
        return "parked" if word(at(self.g["state"])) == 0 else "ready"

    def place(self):
        location = self.g["spawned_at"].dereference()
        names = [field.name for field in location.type.fields()]
        file = location[next(name for name in names if name.startswith("file"))]
        return f"{text(file)}:{int(location['line'])}"

    def name(self):
        wishes = word(at(self.g["wishes"]))
        if not wishes:
            return ""
        # An `Option<Box<str>>`: None has no pointer.
        name = at(value(wishes, "cgocall::go_builder::Wishes")["name"])
        pointer, length = word(name), word(name + WORD)
        return memory(pointer, length).decode(errors="replace") if pointer and length else ""

    def functions(self):
        """The C functions that it is in, the innermost first."""
        call, names = word(at(self.g["c"]["call"])), []
        while call:
            it = value(call, "cgocall::cstate::Call")
            names.append(text(it["site"].dereference()["name"]))
            call = word(at(it["outer"]))
        return names

    def registers(self):
        """As they are when it goes on: corosensei has saved RIP, RBX and RBP below where it was."""
        option = self.g["coroutine"].type.fields()[0].type
        some = field(option, "Some").type
        coroutine = some.fields()[0]
        offset = (coroutine.bitpos + field(coroutine.type, "stack_ptr").bitpos) // 8
        sp = word(at(self.g["coroutine"]) + offset)
        rip, rbx, rbp = (word(sp + i * WORD) for i in range(3))
        return {"rsp": sp + 3 * WORD, "rip": rip, "rbx": rbx, "rbp": rbp}

    def __str__(self):
        name = self.name()
        line = f"{self.number:>5}  {self.state():<18}  {self.place()}"
        if name:
            line += f" `{name}`"
        functions = self.functions()
        if functions:
            line += "  in " + ", called back by ".join(f"`{name}`" for name in functions)
        return line


def goroutines():
    """All that have a stack."""
    regions, found = static("cgocall::stack::regions::REGIONS"), []
    for i in range(word(at(static("cgocall::stack::regions::COUNT")))):
        region = regions[i]
        start, end, slot = (word(at(region[name])) for name in ("start", "end", "slot"))
        for top in range(start + slot, end + 1, slot):
            try:
                owner = word(top - OWNER)
            except gdb.MemoryError:
                # Not made usable yet, and so is what lies above.
                break
            if owner:
                found.append(Goroutine(len(found) + 1, owner))
    return found


def selected_registers(names):
    return {name: int(gdb.parse_and_eval(f"${name}")) for name in names}


def set_registers(registers):
    for name, value in registers.items():
        gdb.execute(f"set ${name} = {value}", to_string=True)


def stand_at(goroutine, command):
    thread, frame = gdb.selected_thread(), gdb.selected_frame()
    if goroutine.tid is not None:
        for other in gdb.selected_inferior().threads():
            if other.ptid[1] == goroutine.tid:
                other.switch()
        try:
            gdb.execute(command)
        finally:
            thread.switch()
            frame.select()
        return
    level = frame.level()
    gdb.newest_frame().select()
    registers = goroutine.registers()
    before = selected_registers(registers)
    try:
        set_registers(registers)
        gdb.execute(command)
    finally:
        gdb.newest_frame().select()
        set_registers(before)
        gdb.execute(f"frame {level}", to_string=True)


class InfoGoroutines(gdb.Command):
    """All goroutines that have started, of a program that uses cgocall."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STATUS)

    def invoke(self, _argument, _from_tty):
        found = goroutines()
        for goroutine in found:
            print(goroutine)
        if not found:
            print("no goroutine has started")


class GoroutineCommand(gdb.Command):
    """goroutine N COMMAND, goroutine all COMMAND: COMMAND where that goroutine stands. N is the number in `info goroutines`."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK, gdb.COMPLETE_COMMAND)

    def invoke(self, argument, _from_tty):
        words = argument.split(None, 1)
        if len(words) != 2:
            raise gdb.GdbError("write a number and a command: `goroutine 3 backtrace`; `info goroutines` has the numbers")
        which, command = words
        found = goroutines()
        if which == "all":
            for goroutine in found:
                print(goroutine)
                stand_at(goroutine, command)
            return
        chosen = [goroutine for goroutine in found if str(goroutine.number) == which]
        if not chosen:
            raise gdb.GdbError(f"there is no goroutine {which}; `info goroutines` has the numbers")
        stand_at(chosen[0], command)


InfoGoroutines()
GoroutineCommand()
