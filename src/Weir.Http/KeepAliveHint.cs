using System.Buffers.Text;
using System.Text;

namespace Weir.Http;

/// <summary>
/// Reads <c>Keep-Alive: timeout=5, max=100</c>, by which a target says when it will close. A hint: what cannot be read
/// is left out and refuses nothing. Source: RFC 2068 §19.7.1.1; Apache httpd and Node.js, observed.
/// </summary>
internal static class KeepAliveHint
{
    public static void Read(ResponseHead head)
    {
        for (int index = -1; (index = head.Fields.IndexOf(KnownHeader.KeepAlive, index + 1)) >= 0;)
        {
            ListReader list = new(head.Fields.Value(index));
            while (list.TryNext(out ReadOnlySpan<byte> parameter))
            {
                ReadParameter(head, parameter);
            }
        }
    }

    private static void ReadParameter(ResponseHead head, ReadOnlySpan<byte> parameter)
    {
        int equals = parameter.IndexOf((byte)'=');
        if (equals < 0)
        {
            return;
        }

        ReadOnlySpan<byte> name = HttpCharacters.Trim(parameter[..equals]);
        ReadOnlySpan<byte> digits = HttpCharacters.Trim(parameter[(equals + 1)..]);
        if (!Utf8Parser.TryParse(digits, out int number, out int used) || used != digits.Length || number < 0)
        {
            return;
        }

        if (Ascii.EqualsIgnoreCase(name, "timeout"u8))
        {
            head.KeepAliveTimeoutSeconds = number;
        }
        else if (Ascii.EqualsIgnoreCase(name, "max"u8))
        {
            head.KeepAliveMaxRequests = number;
        }
    }
}
