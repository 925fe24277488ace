using System.Text;
using Weir.Http;

namespace Weir.Diagnosis.Probing;

/// <summary>One answer of a target, and what it tells of its connections. Immutable.</summary>
public sealed record ProbeAnswer
{
    public required int StatusCode { get; init; }

    /// <summary>When its last byte had come, as the probe's clock counts.</summary>
    public required long CompletedTimestamp { get; init; }

    /// <summary>From the request's first byte to the answer's last.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether the connection may carry another request, by what the answer says.</summary>
    public required bool MayBeReused { get; init; }

    /// <summary>From <c>Keep-Alive: timeout=N</c>; null if it says none.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>From <c>Keep-Alive: max=N</c>; null if it says none.</summary>
    public int? MaxRequests { get; init; }

    /// <summary>Whether it says <c>Connection: keep-alive</c>, which HTTP/1.1 does not need.</summary>
    public bool SaysKeepAlive { get; init; }

    /// <summary>The Server field as it came; null if there is none.</summary>
    public string? Server { get; init; }

    /// <summary>Whether its first line has words behind the status code; few servers leave them out.</summary>
    public bool HasReason { get; init; } = true;

    /// <summary>The names of its fields as they came: their order and letters are the server's own.</summary>
    public IReadOnlyList<string> FieldNames { get; init; } = [];

    /// <summary>The names of the cookies that it sets.</summary>
    public IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>Bytes of its body.</summary>
    public long BodyBytes { get; init; }

    /// <summary>What a head tells, without times and body; it lies in its buffer only until more is read.</summary>
    internal static ProbeAnswer Of(ResponseHead head) => new()
    {
        StatusCode = head.StatusCode,
        CompletedTimestamp = 0,
        Duration = TimeSpan.Zero,
        MayBeReused = head.Reusable,
        TimeoutSeconds = Given(head.KeepAliveTimeoutSeconds),
        MaxRequests = Given(head.KeepAliveMaxRequests),
        SaysKeepAlive = (head.ConnectionOptions & ConnectionOptions.KeepAlive) != 0,
        Server = ServerOf(head.Fields),
        HasReason = head.Reason.Length > 0,
        FieldNames = [.. NamesOf(head.Fields)],
        Cookies = CookiesOf(head.Fields),
    };

    private static int? Given(int number) => number == ResponseHead.Absent ? null : number;

    private static string? ServerOf(FieldTable fields) =>
        fields.IndexOf("Server"u8) is var index and >= 0 ? PrintableText.Of(Encoding.Latin1.GetString(fields.Value(index))) : null;

    private static IEnumerable<string> NamesOf(FieldTable fields)
    {
        for (int index = 0; index < fields.Count; index++)
        {
            yield return PrintableText.Of(Encoding.Latin1.GetString(fields.Name(index)));
        }
    }

    private static List<string> CookiesOf(FieldTable fields)
    {
        var names = new List<string>();
        for (int index = -1; (index = fields.IndexOf("Set-Cookie"u8, index + 1)) >= 0;)
        {
            string cookie = Encoding.Latin1.GetString(fields.Value(index));
            names.Add(PrintableText.Of(cookie.Split('=', 2)[0].Trim()));
        }

        return names;
    }
}
