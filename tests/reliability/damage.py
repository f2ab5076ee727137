"""Ways in which bytes come to harm, each at a place that a generator of random numbers chooses.

Not for what is made of the damaged bytes: `inputs` and whoever else damages files judge that.
"""


def flip(chance, content):
    """One to eight bytes, somewhere, get other values."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content))
        content[at] ^= 1 << chance.randrange(8)
    return content


def cut(chance, content):
    """The end is missing."""
    return content[: chance.randrange(len(content))]


def repeat(chance, content):
    """A piece stands twice, or many times."""
    at, end = piece(chance, content)
    return content[:end] + content[at:end] * chance.choice([1, 1, 2, 30]) + content[end:]


def swap(chance, content):
    """Two pieces have changed places."""
    one, end = piece(chance, content)
    other, last = piece(chance, content)
    if end > other:
        one, end, other, last = min(one, other), max(one, other), max(one, other), max(end, last)
    return content[:one] + content[other:last] + content[end:other] + content[one:end] + content[last:]


def insert(chance, content):
    """Bytes that belong to nothing."""
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytearray(chance.randbytes(chance.choice([1, 2, 16, 300]))) + content[at:]


def zero(chance, content):
    """A piece is zeros, as after a crash of a file system."""
    at, end = piece(chance, content)
    content[at:end] = bytes(end - at)
    return content


def leave_out(chance, content):
    """A piece is gone."""
    at, end = piece(chance, content)
    return content[:at] + content[end:]


def start(chance, content):
    """Bytes of the first 64 are others."""
    for _ in range(chance.randint(1, 6)):
        content[chance.randrange(min(64, len(content)))] = chance.randrange(256)
    return content


def end(chance, content):
    """Bytes of the last 400 are others: where Parquet and ZIP tell what is in them."""
    for _ in range(chance.randint(1, 6)):
        content[-1 - chance.randrange(min(400, len(content)))] = chance.randrange(256)
    return content


def quotes(chance, content):
    """Quotes where none were, none where they were."""
    for _ in range(chance.randint(1, 3)):
        found = [at for at, byte in enumerate(content) if byte == 0x22]
        if found and chance.random() < 0.5:
            del content[chance.choice(found)]
        else:
            content.insert(chance.randrange(len(content) + 1), 0x22)
    return content


def marks(chance, content):
    """Delimiters and line ends where none were, none where they were."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        if chance.random() < 0.5:
            content.insert(at, chance.choice(b",\n\r\t;|\0{}[]:\\"))
        else:
            found = content.find(chance.choice([b",", b"\n", b"\t", b"{", b"}"]), at)
            if found >= 0:
                del content[found]
    return content


def piece(chance, content):
    """Where a piece starts and ends."""
    length = min(len(content), chance.choice([1, 4, 40, 400, 2_000]))
    at = chance.randrange(len(content) - length + 1)
    return at, at + length


ALL = [flip, cut, repeat, swap, insert, zero, leave_out, start, end, quotes, marks]


def damaged(chance, content):
    """The content with one harm, or two; which ones, and the bytes."""
    chosen = chance.sample(ALL, 1 if chance.random() < 0.7 else 2)
    harmed = bytearray(content)
    for harm in chosen:
        if harmed:
            harmed = harm(chance, harmed)
    return "+".join(harm.__name__ for harm in chosen), bytes(harmed)
