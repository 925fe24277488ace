using System.Collections.Immutable;
using System.Text;

namespace Weir.Model;

/// <summary>A header that a listener puts on every response, ready to be written; validated before it is made.</summary>
public sealed class InsertedResponseHeader
{
    public InsertedResponseHeader(string name, string value)
    {
        Name = name;
        Value = value;
        Line = [.. Encoding.ASCII.GetBytes($"{name}: {value}\r\n")];
    }

    public string Name { get; }

    public string Value { get; }

    /// <summary>`Name: value\r\n` as it goes on the wire of HTTP/1.1.</summary>
    public ImmutableArray<byte> Line { get; }
}
