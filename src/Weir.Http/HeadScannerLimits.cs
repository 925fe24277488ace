namespace Weir.Http;

/// <summary>The limits of one kind of head, taken from <see cref="HttpLimits"/>.</summary>
internal readonly record struct HeadScannerLimits(
    int StartLineBytes, int HeaderLineBytes, int HeadersBytes, int LeadingEmptyLines)
{
    public static readonly HeadScannerLimits Request = new(
        HttpLimits.RequestLineBytes,
        HttpLimits.HeaderLineBytes,
        HttpLimits.RequestHeadersBytes,
        HttpLimits.LeadingEmptyLines);

    public static readonly HeadScannerLimits Response = new(
        HttpLimits.ResponseHeadersBytes,
        HttpLimits.ResponseHeadersBytes,
        HttpLimits.ResponseHeadersBytes,
        LeadingEmptyLines: 0);
}
