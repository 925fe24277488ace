using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>A request of the balancer's log that is looked for in the targets' logs. Immutable.</summary>
public sealed class JoinRequest
{
    private readonly string _method;
    private readonly string _path;

    public JoinRequest(in LoggedRequest request, RequestDetail detail)
    {
        DispatchedMicroseconds = request.DispatchedMicroseconds;
        CompletedMicroseconds = Math.Max(request.CompletedMicroseconds, DispatchedMicroseconds);
        Status = request.ElbStatus;
        Target = request.Target;
        SampleLevel = request.SampleLevel;
        Client = detail.ClientAddress;
        TraceId = detail.TraceId is { } traceId ? TraceRoot.Find(traceId) : null;
        _method = detail.Method.ToUpperInvariant();
        _path = RequestPath.Of(detail.Url).ToString();
        Key = KeyOf(_method, _path);
        FullKey = FullKeyOf(_method, _path);
    }

    /// <summary>When the request went to the target.</summary>
    public long DispatchedMicroseconds { get; }

    public long CompletedMicroseconds { get; }

    /// <summary>The balancer's code.</summary>
    public int Status { get; }

    /// <summary>The target's number in the balancer's log.</summary>
    public int Target { get; }

    internal string Client { get; }

    /// <summary>How thin a sample of the requests it still belongs to: see <see cref="LoggedRequest"/>.</summary>
    internal int SampleLevel { get; }

    internal string? TraceId { get; }

    /// <summary>Of method and path without query: equal ones have equal keys.</summary>
    internal int Key { get; }

    /// <summary>The same with the query.</summary>
    internal int FullKey { get; }

    internal static int FullKeyOf(string? method, ReadOnlySpan<char> path) =>
        HashCode.Combine(method, string.GetHashCode(path, StringComparison.Ordinal));

    internal static int KeyOf(string? method, ReadOnlySpan<char> path) =>
        HashCode.Combine(method, string.GetHashCode(RequestPath.WithoutQuery(path), StringComparison.Ordinal));

    /// <summary>Whether a line can be of this request by what it says beside its time.</summary>
    internal bool Fits(in TargetLogEntry entry, bool comparesQueries, bool comparesClients)
    {
        if (entry.Path is not { } path || (entry.Method is { } method && method != _method))
        {
            return false;
        }

        if (comparesClients && entry.Client is { } client && !client.Equals(Client, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return comparesQueries
            ? path.Equals(_path, StringComparison.Ordinal)
            : RequestPath.WithoutQuery(path).SequenceEqual(RequestPath.WithoutQuery(_path));
    }
}
