using System.Buffers.Text;
using System.Text;
using Weir.Http.Http2.Hpack;

namespace Weir.Http.Http2;

/// <summary>
/// Composes one field block into memory of the caller. A field that does not fit has no effect: the caller goes on in a
/// larger buffer (<see cref="Move"/>), or closes the connection, because the fields before it have changed the
/// encoder's table already; memory of a <see cref="FieldSectionSize"/>, with its longest name once more, always fits. Never throws
/// and never allocates.
/// </summary>
public ref struct FieldBlockWriter : IFieldSink
{
    private readonly HpackEncoder _encoder;
    private Span<byte> _destination;
    private bool _begun;

    public FieldBlockWriter(HpackEncoder encoder, Span<byte> destination)
    {
        _encoder = encoder;
        _destination = destination;
    }

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _destination[..Length];

    /// <summary>Goes on in <paramref name="larger"/>, into which what was written is copied.</summary>
    public void Move(Span<byte> larger)
    {
        Written.CopyTo(larger);
        _destination = larger;
    }

    /// <summary>The first field of a response.</summary>
    public bool TryAppendStatus(int statusCode)
    {
        Span<byte> digits = stackalloc byte[11];
        _ = Utf8Formatter.TryFormat(statusCode, digits, out int length);
        return TryAppend(":status"u8, KnownHeader.Other, digits[..length]);
    }

    /// <summary>A field by its name, in any case; indexed as befits the name.</summary>
    public bool TryAppend(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value) =>
        TryAppend(name, KnownHeaders.Lookup(name), value);

    /// <summary>The same of a field that came from the other side, whose name has been looked up already.</summary>
    public bool TryAppend(
        scoped ReadOnlySpan<byte> name, in HeaderField field, scoped ReadOnlySpan<byte> value) =>
        (field.Flags & FieldFlags.NeverIndexed) != 0
            ? TryAppend(name, value, HpackIndexing.Never)
            : TryAppend(name, field.Known, value);

    /// <summary>A field whose indexing the caller chooses.</summary>
    public bool TryAppend(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value, HpackIndexing indexing) =>
        TryLower(name, out ReadOnlySpan<byte> lower) && TryEncode(lower, value, indexing);

    private bool TryAppend(scoped ReadOnlySpan<byte> name, KnownHeader known, scoped ReadOnlySpan<byte> value) =>
        TryLower(name, out ReadOnlySpan<byte> lower) && TryEncode(lower, value, IndexingPolicy.Of(lower, known));

    // The name in lower case is made at the end of the memory, behind what will be written.
    private readonly bool TryLower(scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> lower)
    {
        lower = default;
        if (name.Length > _destination.Length - Length)
        {
            return false;
        }

        Span<byte> room = _destination[^name.Length..];
        _ = Ascii.ToLower(name, room, out int lowered);
        // What is no ASCII is no name either; the caller lets none through, and the rest keeps its bytes.
        name[lowered..].CopyTo(room[lowered..]);
        lower = room;
        return true;
    }

    private bool TryEncode(
        scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value, HpackIndexing indexing)
    {
        if (!_begun)
        {
            if (!_encoder.TryBegin(_destination[Length..^name.Length], out int sizes))
            {
                return false;
            }

            Length += sizes;
            _begun = true;
        }

        if (!_encoder.TryEncode(name, value, indexing, _destination[Length..^name.Length], out int written))
        {
            return false;
        }

        Length += written;
        return true;
    }
}
