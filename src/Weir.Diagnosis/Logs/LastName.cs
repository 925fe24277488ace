namespace Weir.Diagnosis.Logs;

/// <summary>Numbers names that are mostly the one that came before, as a node's is in its file. Used on one thread.</summary>
internal sealed class LastName(NameTable table)
{
    private byte[] _name = [];
    private int _length;
    private int _number = LoggedRequest.NoName;

    public int Number(ReadOnlySpan<byte> name)
    {
        if (!name.SequenceEqual(_name.AsSpan(0, _length)))
        {
            _number = table.Number(name);
            _name = name.Length > _name.Length ? new byte[name.Length * 2] : _name;
            name.CopyTo(_name);
            _length = name.Length;
        }

        return _number;
    }
}
