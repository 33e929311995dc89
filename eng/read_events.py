"""Prints the numbers of a TensorBoard event file: `step tag value`, a line each. Standard library only; checks every checksum.

    python3 read_events.py FILE
"""
import struct
import sys

TABLE = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    TABLE.append(n)


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        assert crc == masked_crc(data[at:at + 8]), f"length at {at} is damaged"
        body = data[at + 12:at + 12 + length]
        assert len(body) == length, f"record at {at} is cut off"
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked_crc(body), f"record at {at} is damaged"
        yield body
        at += 16 + length


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            assert kind == 2, f"wire type {kind}"
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
            assert len(value) == length, "a field is cut off"
        yield key >> 3, value


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    for record in records(open(sys.argv[1], "rb").read()):
        event = dict(fields(record))
        assert event[1] > 1e9, "no wall time"
        if 3 in event:
            print(event.get(2, 0), "-", event[3].decode())
        for _, value in fields(event.get(5, b"")):
            point = dict(fields(value))
            print(event.get(2, 0), point[1].decode(), point[2])


main()
