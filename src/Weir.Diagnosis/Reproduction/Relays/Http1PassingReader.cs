using System.Text;

namespace Weir.Diagnosis;

/// <summary>HTTP/1.1 on its way through the relay.</summary>
/// <param name="isFromTarget">Whatever a target sends is part of an answer.</param>
internal sealed class Http1PassingReader(bool isFromTarget) : IPassingReader
{
    // The balancer sends head and body of a small request together, so a request begins where a piece begins.
    public Passing Read(ReadOnlySpan<byte> bytes)
    {
        if (isFromTarget)
        {
            return Passing.Nothing with { HasAnswer = true };
        }

        int lineEnd = bytes.IndexOf("\r\n"u8);
        return lineEnd >= 0 && bytes[..lineEnd].EndsWith(" HTTP/1.1"u8)
            && Encoding.ASCII.GetString(bytes[..lineEnd]).Split(' ') is [_, var key, _]
            ? Passing.Nothing with { Requests = [(key, 0)] }
            : Passing.Nothing;
    }
}
