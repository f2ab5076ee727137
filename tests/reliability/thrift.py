"""Parquet files that no program writes, byte by byte: footers and heads of pages in Thrift's compact protocol, saying whatever a check wants.

Not for surveys as they come: pyarrow writes those.
"""

import struct

BYTE_ARRAY, INT32 = 6, 1
PLAIN, RLE, DELTA_BYTE_ARRAY, RLE_DICTIONARY = 0, 3, 7, 8
UNCOMPRESSED, GZIP = 0, 2


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def zigzag(value):
    return varint((value << 1) ^ (value >> 63))


def value(kind, it):
    """A value: i32, i64, bytes, a struct (dict), or a list of one of these."""
    if kind in ("i32", "i64"):
        return zigzag(it)
    if kind == "bytes":
        return varint(len(it)) + it
    if kind == "struct":
        return fields(it)
    inner = kind.removeprefix("list ")
    length = bytes([len(it) << 4 | KINDS[inner]]) if len(it) < 15 else bytes([0xF0 | KINDS[inner]]) + varint(len(it))
    return length + b"".join(value(inner, one) for one in it)


KINDS = {"i32": 5, "i64": 6, "bytes": 8, "list": 9, "struct": 12}


def fields(it):
    """A struct: {number: (kind, value)}."""
    out, last = b"", 0
    for number, (kind, what) in sorted(it.items()):
        out += bytes([number - last << 4 | KINDS[kind.split()[0]]]) + value(kind, what)
        last = number
    return out + b"\0"


def page(body, values, encoding, unpacked=None, dictionary=False):
    """A page of these bytes, which says to have so many values and bytes."""
    head = {1: ("i32", 2 if dictionary else 0), 2: ("i32", len(body) if unpacked is None else unpacked), 3: ("i32", len(body))}
    if dictionary:
        head[7] = ("struct", {1: ("i32", values), 2: ("i32", encoding)})
    else:
        head[5] = ("struct", {1: ("i32", values), 2: ("i32", encoding), 3: ("i32", RLE), 4: ("i32", RLE)})
    return fields(head) + body


def run(value, count, width=1):
    """One value so many times, as the hybrid of runs and bits says it, `width` bytes each."""
    return varint(count << 1) + value.to_bytes(width, "little")


def levels(value, count):
    """Definition levels of a page of the first version: all the same."""
    body = run(value, count)
    return struct.pack("<I", len(body)) + body


def column(name, kind=BYTE_ARRAY, children=None):
    element = {4: ("bytes", name.encode()), 3: ("i32", 1)}
    if children is None:
        element[1] = ("i32", kind)
        if kind == BYTE_ARRAY:
            element[6] = ("i32", 0)
    else:
        element[5] = ("i32", children)
    return element


def file(columns, rows, groups=1, schema=None, codec=UNCOMPRESSED, more=b""):
    """A file of these columns, {name: (kind, first page or dictionary, pages)}, the same bytes in every row group."""
    body, chunks = bytearray(b"PAR1"), []
    for name, (kind, dictionary, pages) in columns.items():
        start = len(body)
        body += dictionary + pages
        said = {
            1: ("i32", kind),
            2: ("list i32", [PLAIN, RLE]),
            3: ("list bytes", [name.encode()]),
            4: ("i32", codec),
            5: ("i64", rows),
            6: ("i64", len(dictionary) + len(pages)),
            7: ("i64", len(dictionary) + len(pages)),
            9: ("i64", start + len(dictionary)),
        }
        if dictionary:
            said[11] = ("i64", start)
        chunks.append({2: ("i64", start), 3: ("struct", said)})
    elements = schema or [column("root", children=len(columns)), *(column(name, it[0]) for name, it in columns.items())]
    group = {1: ("list struct", chunks), 2: ("i64", len(body)), 3: ("i64", rows)}
    footer = fields(
        {1: ("i32", 1), 2: ("list struct", elements), 3: ("i64", rows * groups), 4: ("list struct", [group] * groups)}
    )
    footer = footer[:-1] + more + b"\0" if more else footer
    return bytes(body) + footer + struct.pack("<I", len(footer)) + b"PAR1"
