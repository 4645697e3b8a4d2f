"""The library's random numbers in NumPy: Philox4x32-10 (Salmon et al., SC 2011), so that both sides of a
comparison can make the same features, directions and places from a seed and a stream."""
import numpy

U32 = numpy.uint64(0xFFFFFFFF)


def blocks(count, seed, stream, step=0):
    """[count, 4] words of 32 bits."""
    index = numpy.arange(count, dtype="u8")
    c = [index & U32, index >> numpy.uint64(32), numpy.full(count, stream, "u8"), numpy.full(count, step, "u8")]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        c = [(p1 >> numpy.uint64(32)) ^ c[1] ^ numpy.uint64(k0), p1 & U32,
             (p0 >> numpy.uint64(32)) ^ c[3] ^ numpy.uint64(k1), p0 & U32]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return numpy.stack(c, 1)


def fractions(count, seed, stream):
    words = blocks(-(-count // 4), seed, stream).reshape(-1)[:count]
    return (words >> numpy.uint64(8)).astype("f8")


def uniform(count, seed, stream):
    return fractions(count, seed, stream) * 2.0**-24


def normal(count, seed, stream):
    """Pairs by Box and Muller."""
    words = fractions(-(-count // 4) * 4, seed, stream).reshape(-1, 2)
    radius = numpy.sqrt(-2 * numpy.log((words[:, 0] + 1) * 2.0**-24))
    angle = 2 * numpy.pi * words[:, 1] * 2.0**-24
    return numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], 1).reshape(-1)[:count]
