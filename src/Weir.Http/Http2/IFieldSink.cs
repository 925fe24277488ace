namespace Weir.Http.Http2;

/// <summary>
/// What takes the fields of one section in their order, pseudo-header fields first: a <see cref="FieldBlockWriter"/>, or a
/// <see cref="FieldSectionSize"/> that counts beforehand what the same fields come to.
/// </summary>
public interface IFieldSink
{
    /// <summary>A field by its name, in any case; false if it was not taken.</summary>
    bool TryAppend(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value);

    /// <summary>The same of a field that came from the other side, whose name has been looked up already.</summary>
    bool TryAppend(scoped ReadOnlySpan<byte> name, in HeaderField field, scoped ReadOnlySpan<byte> value);
}
