using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Clients;

/// <summary>
/// What connection logs say of clients: those that never came as far as a request, and since when the connections of failed
/// requests were open. Takes connections in any order while logs are read, is asked afterwards. Bounded; owned by a
/// <see cref="Diagnosis"/>.
/// </summary>
internal sealed class ClientConnectionBook
{
    // 24 bytes each.
    private const int MaxKept = 200_000;

    private const int MaxReasons = 16;

    private const string FailedPrefix = "Failed:";

    private static readonly ulong _noTrace = LoggedConnection.KeyOf("");

    private readonly Dictionary<ulong, long> _openedAt = [];

    // Of too many connections those are kept whose key has these bits clear: the same ones, whatever the order.
    private ulong _dropped;

    public long Connections { get; private set; }

    /// <summary>Connections that ended in the TLS handshake, for what is wrong with the client's certificate, and how often.</summary>
    public Dictionary<string, long> Failures { get; } = new(StringComparer.Ordinal);

    public void Accept(in LoggedConnection connection)
    {
        Connections++;
        if (connection.VerifyStatus?.StartsWith(FailedPrefix, StringComparison.Ordinal) == true)
        {
            string reason = connection.VerifyStatus[FailedPrefix.Length..];
            if (Failures.Count < MaxReasons || Failures.ContainsKey(reason))
            {
                Failures[reason] = Failures.GetValueOrDefault(reason) + 1;
            }

            return;
        }

        if (connection.TraceKey == _noTrace || (connection.TraceKey & _dropped) != 0)
        {
            return;
        }

        _openedAt[connection.TraceKey] = connection.TimeMicroseconds;
        if (_openedAt.Count > MaxKept)
        {
            _dropped = (_dropped << 1) | 1;
            foreach (ulong key in _openedAt.Keys.Where(key => (key & _dropped) != 0).ToArray())
            {
                _openedAt.Remove(key);
            }
        }
    }

    /// <summary>When a connection was opened, microseconds since 1970; null where no log has it, or it was not kept.</summary>
    public long? OpenedAt(ulong traceKey) => _openedAt.TryGetValue(traceKey, out long microseconds) ? microseconds : null;
}
