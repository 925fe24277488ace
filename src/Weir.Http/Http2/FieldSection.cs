namespace Weir.Http.Http2;

/// <summary>
/// The fields of one field block as they were decoded, pseudo-header fields included, in their order. Owned by a
/// connection, which lends it a buffer for the time of a block and of the message that is made from it. It holds no
/// more than its limits, whatever the block says; it never judges a field.
/// </summary>
public sealed class FieldSection
{
    /// <summary>
    /// Room that is kept beyond the fields, so that a message can be made of them where they lie: for the name of Host.
    /// </summary>
    internal const int SpareBytes = 16;

    private readonly int _maxBytes;
    private readonly int _maxFields;
    private readonly bool _joinsCookies;
    private HeaderField[] _fields;
    private int _cookieBytes;
    private bool? _isGrpc;

    /// <param name="maxBytes">Of all fields, as <see cref="SizeBytes"/> counts.</param>
    /// <param name="maxFields">Of them.</param>
    /// <param name="joinsCookies">Room is left for one Cookie made of all: a request's.</param>
    public FieldSection(
        int maxBytes = Http2Limits.FieldSectionBytes, int maxFields = HttpLimits.HeaderCount, bool joinsCookies = true)
    {
        _joinsCookies = joinsCookies;
        _maxBytes = maxBytes;
        _maxFields = maxFields;
        _fields = new HeaderField[Math.Min(32, maxFields)];
    }

    public int Count { get; private set; }

    /// <summary>The size that the limit counts, as long as it is not exceeded.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>
    /// True once there are more fields, or more bytes, than the limits allow. The fields are gone then, and the rest of
    /// the block is decoded for the sake of the table only.
    /// </summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>
    /// The first Content-Type is that of a call by gRPC (<see cref="GrpcContentType"/>). It is known of fields that are gone, or
    /// that no message can be made of, too: the caller understands no other refusal.
    /// </summary>
    public bool IsGrpc => _isGrpc ?? false;

    /// <summary>The memory lent.</summary>
    public byte[] Buffer { get; private set; } = [];

    /// <summary>Bytes of the buffer that hold fields.</summary>
    public int UsedBytes { get; private set; }

    public ref readonly HeaderField this[int index] => ref _fields.AsSpan(0, Count)[index];

    /// <summary>What may be written to for the next field: all of the buffer once the fields are gone.</summary>
    internal Span<byte> Free => Buffer.AsSpan(UsedBytes);

    public ReadOnlySpan<byte> Name(int index)
    {
        ref readonly HeaderField field = ref this[index];
        return Buffer.AsSpan(field.NameOffset, field.NameLength);
    }

    public ReadOnlySpan<byte> Value(int index)
    {
        ref readonly HeaderField field = ref this[index];
        return Buffer.AsSpan(field.ValueOffset, field.ValueLength);
    }

    /// <summary>Forgets everything, and takes the memory for the next block.</summary>
    public void Begin(byte[] buffer)
    {
        Buffer = buffer;
        Count = SizeBytes = UsedBytes = _cookieBytes = 0;
        IsTooLarge = false;
        _isGrpc = null;
    }

    /// <summary>
    /// Goes on in a larger buffer, into which what there is is copied; the old one is the caller's again.
    /// </summary>
    public void Move(byte[] larger)
    {
        Buffer.AsSpan(0, UsedBytes).CopyTo(larger);
        Buffer = larger;
    }

    /// <summary>
    /// Puts what a message needs beside its fields behind them, and returns where; there is always room for
    /// <see cref="SpareBytes"/>, and for all values of Cookie with two bytes for each.
    /// </summary>
    internal int Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Free);
        UsedBytes += text.Length;
        return UsedBytes - text.Length;
    }

    /// <summary>
    /// True if a field of so many bytes can be written to <see cref="Free"/>, and there is still room for one Cookie
    /// made of all.
    /// </summary>
    internal bool HasRoomFor(int fieldBytes) =>
        Free.Length >= fieldBytes + SpareBytes + (_cookieBytes == 0 ? 0 : _cookieBytes + fieldBytes);

    /// <summary>
    /// Takes the field whose name and value were written to <see cref="Free"/>, one behind the other.
    /// </summary>
    internal void Add(int nameLength, int valueLength, KnownHeader known, FieldFlags flags)
    {
        if (known == KnownHeader.ContentType)
        {
            _isGrpc ??= GrpcContentType.Is(Free.Slice(nameLength, valueLength));
        }

        if (IsTooLarge)
        {
            return;
        }

        SizeBytes += nameLength + valueLength + Http2Limits.FieldOverheadBytes;
        if (SizeBytes > _maxBytes || Count == _maxFields)
        {
            IsTooLarge = true;
            Count = SizeBytes = UsedBytes = _cookieBytes = 0;
            return;
        }

        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Math.Min(Count * 2, _maxFields));
        }

        _fields[Count++] = new HeaderField(
            UsedBytes, nameLength, UsedBytes + nameLength, valueLength, known, flags);
        UsedBytes += nameLength + valueLength;
        if (_joinsCookies && known == KnownHeader.Cookie)
        {
            _cookieBytes += valueLength + 2;
        }
    }
}
