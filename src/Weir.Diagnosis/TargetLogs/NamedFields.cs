namespace Weir.Diagnosis.TargetLogs;

/// <summary>What the keys of structured logs mean, whichever library writes them.</summary>
internal static class NamedFields
{
    /// <summary>Takes a value by its key. Keys of nested objects come without the outer keys. What has no known key is passed over.</summary>
    public static void Set(EntryBuilder entry, string key, ReadOnlySpan<char> value)
    {
        switch (Normalized(key))
        {
            // pino, zap, Serilog, logback, ASP.NET, nginx, Caddy, Traefik, Python.
            case "time" or "timestamp" or "@timestamp" or "@t" or "ts" or "timelocal" or "timeiso8601" or "msec" or "datetime" or "asctime"
                or "eventtime" or "startutc" or "starttime":
                entry.SetTime(value);
                break;
            case "method" or "requestmethod" or "httpmethod" or "verb" or "http.request.method":
                entry.SetMethod(value);
                break;
            case "url" or "uri" or "path" or "requesturi" or "requestpath" or "requestedurl" or "requesteduri" or "originalurl" or "httppath"
                or "url.path" or "url.original" or "rawpath":
                entry.SetPath(value);
                break;
            case "query" or "querystring" or "args":
                entry.SetQuery(value);
                break;
            case "request" or "requestline":
                entry.SetRequestLine(value);
                break;
            case "status" or "statuscode" or "responsestatus" or "downstreamstatus" or "http.response.statuscode" or "httpstatus":
                entry.SetStatus(value);
                break;
            case "xforwardedfor" or "httpxforwardedfor" or "forwardedfor":
                entry.SetForwardedFor(value);
                break;
            case "remoteaddr" or "remoteaddress" or "remoteip" or "remotehost" or "clientip" or "clientaddr" or "clienthost" or "client" or "ip":
                entry.SetClient(value);
                break;
            case "requesttime" or "durations" or "durationseconds":
                entry.SetDuration(value, 1e6);
                break;
            case "responsetime" or "responsetimems" or "elapsed" or "elapsedtime" or "elapsedms" or "elapsedmilliseconds" or "duration" or "durationms"
                or "latencyms":
                entry.SetDuration(value, 1e3);
                break;
            default:
                break;
        }
    }

    // response_time, response-time and responseTime are one key.
    private static string Normalized(string key) => key
        .Replace("_", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal)
        .ToLowerInvariant();
}
