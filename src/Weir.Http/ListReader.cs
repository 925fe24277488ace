namespace Weir.Http;

/// <summary>
/// Goes over a comma-separated field value, without the blanks around its elements; empty elements come as they are.
/// It does not know quoted strings, which none of the lists read with it may hold. Source: RFC 9110 §5.6.1.
/// </summary>
internal ref struct ListReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _done;

    public ListReader(ReadOnlySpan<byte> value)
    {
        _rest = value;
    }

    public bool TryNext(out ReadOnlySpan<byte> element)
    {
        if (_done)
        {
            element = default;
            return false;
        }

        int comma = _rest.IndexOf((byte)',');
        element = HttpCharacters.Trim(comma < 0 ? _rest : _rest[..comma]);
        _done = comma < 0;
        _rest = _done ? default : _rest[(comma + 1)..];
        return true;
    }
}
