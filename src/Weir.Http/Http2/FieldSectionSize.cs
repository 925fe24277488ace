namespace Weir.Http.Http2;

/// <summary>
/// How large a field section is, in bytes: of each field its name, its value and <see cref="Http2Limits.FieldOverheadBytes"/>, as
/// SETTINGS_MAX_HEADER_LIST_SIZE counts. It needs no encoder, and no field block of the section is larger.
/// Source: RFC 9113 §6.5.2.
/// </summary>
public struct FieldSectionSize : IFieldSink
{
    public int Bytes { get; private set; }

    /// <summary>Always true.</summary>
    public bool TryAppend(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        Bytes += name.Length + value.Length + Http2Limits.FieldOverheadBytes;
        return true;
    }

    /// <summary>Always true.</summary>
    public bool TryAppend(scoped ReadOnlySpan<byte> name, in HeaderField field, scoped ReadOnlySpan<byte> value) => TryAppend(name, value);
}
