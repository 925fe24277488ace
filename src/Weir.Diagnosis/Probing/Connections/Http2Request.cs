using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>A request over HTTP/2, made once: its fields, pseudo-header fields first, and its body. Immutable.</summary>
internal sealed class Http2Request
{
    // An index and two lengths.
    private const int FieldHeadBytes = 64;

    public Http2Request(IEnumerable<(string Name, string Value)> fields, string body = "")
    {
        Fields = [.. fields.Select(static field => (Encoding.Latin1.GetBytes(field.Name), Encoding.Latin1.GetBytes(field.Value)))];
        // Twice a name, which is made small in there.
        FieldBlockBytes = Fields.Sum(static field => (2 * field.Name.Length) + field.Value.Length + FieldHeadBytes);
        Body = Encoding.Latin1.GetBytes(body);
    }

    public IReadOnlyList<(byte[] Name, byte[] Value)> Fields { get; }

    /// <summary>The most that the fields take as a field block, however they are written.</summary>
    public int FieldBlockBytes { get; }

    /// <summary>One frame's worth at the most; empty: the request ends with its fields.</summary>
    public byte[] Body { get; }
}
