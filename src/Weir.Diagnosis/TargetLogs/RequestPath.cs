namespace Weir.Diagnosis.TargetLogs;

/// <summary>The part of a URL that a balancer's log and a target's log have in common.</summary>
internal static class RequestPath
{
    /// <summary>Path and query: <c>https://host:443/a?b</c> gives <c>/a?b</c>.</summary>
    public static ReadOnlySpan<char> Of(ReadOnlySpan<char> url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || url[0] == '/')
        {
            return url;
        }

        var rest = url[(scheme + 3)..];
        var slash = rest.IndexOfAny('/', '?');
        return slash < 0 ? "/" : rest[slash..];
    }

    public static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> path) =>
        path.IndexOf('?') is >= 0 and var mark ? path[..mark] : path;
}
