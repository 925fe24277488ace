using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Http.Http2;

namespace Weir.Diagnosis.Probing;

/// <summary>What a target said before it ended a connection of HTTP/2. Immutable.</summary>
/// <param name="Code">`NO_ERROR`: as RFC 9113 §7 names it, or a number that it does not know.</param>
/// <param name="LastStreamId">What came on streams beyond it was not looked at.</param>
/// <param name="Timestamp">When, as the probe's clock counts.</param>
public sealed partial record GoAway(string Code, int LastStreamId, long Timestamp)
{
    internal static string NameOf(Http2ErrorCode code) => code switch
    {
        // The one name with a digit.
        Http2ErrorCode.Http11Required => "HTTP_1_1_REQUIRED",
        _ when Enum.IsDefined(code) => Words().Replace(code.ToString(), "_$0").ToUpperInvariant(),
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{(uint)code:x}"),
    };

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Words();
}
