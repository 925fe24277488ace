using System.Globalization;

namespace Weir.Simulation.Balancer;

/// <summary>After the run: is every line of the access log that of one request, with what the balancer said of it?</summary>
internal static class LogChecks
{
    // Source: ALB user guide, access log entries
    private const int TypeField = 0;
    private const int ClientField = 3;
    private const int ElbStatusField = 8;
    private const int ReceivedField = 10;
    private const int SentField = 11;
    private const int PathStart = 3;

    public static void Run(BalancerWorld world, FailureOracle exchanges, IEnumerable<string> lines)
    {
        var refused = new Dictionary<string, int>();
        foreach (string line in lines.Where(_ => !world.LeavesOut()))
        {
            string[] fields = line.Split(' ', SentField + 2);
            int path = line.IndexOf("/r/", StringComparison.Ordinal);
            RequestRecord? record = path < 0 ? null : world.Oracle.Find(line.AsSpan(path + PathStart, 16));
            if (path < 0 && world.LeavesOutUnreadable())
            {
                continue;
            }

            if (record is not null)
            {
                Check(world, record, fields, line);
            }
            else if (exchanges.Unreadable.TryGetValue(fields[ClientField], out int left) && left > 0)
            {
                exchanges.Unreadable[fields[ClientField]] = left - 1;
                refused[fields[ClientField]] = refused.GetValueOrDefault(fields[ClientField]) + (fields[ElbStatusField] == "400" ? 1 : 0);
            }
            else
            {
                world.Oracle.Violated($"a line for no request: {line}");
            }
        }

        // Of one whose head is malformed the line does not say which it is.
        foreach ((string client, int pages) in world.Oracle.Records
            .Where(record => record.Flaw.IsOfHead() && record.Outcome == RequestOutcome.Page)
            .CountBy(record => record.Session.LocalEndPoint!.ToString()))
        {
            if (refused.GetValueOrDefault(client) < pages)
            {
                world.Oracle.Violated($"{client} got {pages} pages to malformed requests, and the log has {refused.GetValueOrDefault(client)} lines");
            }
        }

        foreach ((string client, int left) in exchanges.Unreadable)
        {
            if (left > 0)
            {
                world.Oracle.Violated($"{left} requests of {client} have no line");
            }
        }
    }

    private static void Check(BalancerWorld world, RequestRecord record, string[] fields, string line)
    {
        record.LogLines++;
        bool agrees = fields[TypeField] == TypeOf(record, isTls: world.Tls.Certificate is not null)
            && fields[ClientField] == record.Session.LocalEndPoint?.ToString()
            && fields[ElbStatusField] == (record.ElbStatus == 0 ? "-" : record.ElbStatus.ToString(CultureInfo.InvariantCulture))
            && fields[ReceivedField] == record.ReceivedBytes.ToString(CultureInfo.InvariantCulture)
            && fields[SentField] == record.SentBytes.ToString(CultureInfo.InvariantCulture);
        if (!agrees)
        {
            world.Oracle.Violated($"a line that says something else: {line}; {record}");
        }
    }

    // A WebSocket is one from the moment when the client is told so.
    private static string TypeOf(RequestRecord record, bool isTls) => record.IsGrpc ? "grpcs"
        : record.IsHttp2 ? "h2"
        : record is { IsWebSocket: true, ElbStatus: 101 } ? (isTls ? "wss" : "ws")
        : isTls ? "https" : "http";
}
