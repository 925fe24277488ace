using System.Buffers.Binary;
using System.Numerics;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// A fast 64-bit hash of bytes, the same in every process. Not against an adversary: where two names must not be taken for
/// one, the names are compared as well.
/// </summary>
/// <remarks>
/// Each eight bytes are multiplied, mixed in and turned, as xxHash does. Products of 128 bits would mix more at a time, but are
/// software on a processor that the compiler may not expect to have them.
/// </remarks>
public static class ByteHash
{
    // Odd, with as many ones as zeroes, nothing else: digits of pi.
    private const ulong First = 0x243F6A8885A308D3, Second = 0x13198A2E03707345, Third = 0xA4093822299F31D1;

    private const int WordBytes = sizeof(ulong);

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = First ^ (ulong)bytes.Length;
        if (bytes.Length < WordBytes)
        {
            ulong all = 0;
            foreach (byte value in bytes)
                all = (all << 8) | value;

            return Finish(Mix(hash, all));
        }

        for (var rest = bytes; rest.Length > WordBytes; rest = rest[WordBytes..])
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));

        // The last eight, which may overlap with those before.
        return Finish(Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes[^WordBytes..])));
    }

    private static ulong Mix(ulong hash, ulong word) => BitOperations.RotateLeft(hash ^ (word * Second), 31) * Third;

    // Source: the finalizer of MurmurHash3, with our constants.
    private static ulong Finish(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * First;
        hash = (hash ^ (hash >> 29)) * Second;
        return hash ^ (hash >> 32);
    }
}
