namespace Weir.Diagnosis.TargetLogs;

/// <summary>The forms that are recognized without being told. Where two fit a line, the earlier says more.</summary>
internal static class TargetLogFormats
{
    private const string Common = "$remote_addr $ignored $remote_user [$time_local] \"$request\" $status $bytes";
    private const string Combined = Common + " \"$referer\" \"$agent\"";

    // Apache writes the start into these forms, nginx, gunicorn, morgan and Puma the end: the lines do not say who wrote them.
    private static readonly PatternFormat[] _patterns =
    [
        Pattern("combined with the request's time", TimeMeaning.End, Combined + " $request_time"),
        Pattern("combined with forwarded addresses and the request's time", TimeMeaning.End, Combined + " \"$http_x_forwarded_for\" $request_time"),
        // Where more follows, $request_time is known by its decimals. Source: nginx, log module; ingress-nginx, log format.
        Pattern("combined with the request's time and more fields", TimeMeaning.End, Combined + " $request_time_fraction $ignored", mayTrail: true),
        Pattern("combined with forwarded addresses, the request's time and more fields", TimeMeaning.End, Combined + " \"$http_x_forwarded_for\" $request_time_fraction $ignored", mayTrail: true),
        Pattern("combined with the request's length and time (ingress-nginx)", TimeMeaning.End, Combined + " $ignored $request_time_fraction $ignored", mayTrail: true),
        Pattern("combined with rt= and more fields", TimeMeaning.End, Combined + " rt=$request_time_fraction $ignored", mayTrail: true),
        Pattern("combined with forwarded addresses", TimeMeaning.Unknown, Combined + " \"$http_x_forwarded_for\""),
        Pattern("combined", TimeMeaning.Unknown, Combined),
        Pattern("combined with more fields", TimeMeaning.Unknown, Combined + " $ignored", mayTrail: true),
        Pattern("common with the request's time (Puma)", TimeMeaning.End, Common + " $request_time"),
        Pattern("common", TimeMeaning.Unknown, Common),
        Pattern("common with more fields", TimeMeaning.Unknown, Common + " $ignored", mayTrail: true),
        Pattern("uvicorn", TimeMeaning.Unknown, "INFO: $remote_addr - \"$request\" $status", mayTrail: false, trailing: " $ignored"),
        Pattern("uvicorn", TimeMeaning.Unknown, "INFO: $remote_addr - \"$request\" $status"),
        Pattern("morgan short", TimeMeaning.Unknown, "$remote_addr $remote_user $request_method $uri HTTP/$ignored $status $bytes - $request_time_ms ms"),
        Pattern("morgan tiny", TimeMeaning.Unknown, "$request_method $uri $status $bytes - $request_time_ms ms"),
        Pattern("morgan dev", TimeMeaning.Unknown, "$request_method $uri $status $request_time_ms ms - $bytes"),
        Pattern("Rails", TimeMeaning.Start, "Started $request_method \"$uri\" for $remote_addr at $time_local"),
        Pattern("Rails tagged", TimeMeaning.Start, "$ignored Started $request_method \"$uri\" for $remote_addr at $time_local"),
    ];

    /// <summary>One object for each form, for one file.</summary>
    public static IReadOnlyList<TargetLogFormat> ForOneFile() =>
        [new JsonLinesFormat(), new W3CFormat(), .. _patterns, new KeyValueFormat()];

    private static PatternFormat Pattern(string name, TimeMeaning timeIs, string pattern, bool mayTrail = false, string trailing = "") =>
        LogPatternSyntax.Parse(pattern + trailing, name, mayTrail).With(name, timeIs);
}
