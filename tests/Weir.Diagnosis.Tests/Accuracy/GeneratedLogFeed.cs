using System.Text;
using Weir.AccessLogs.Reading;
using Weir.Diagnosis.Logs;
using Weir.LogGenerator;

namespace Weir.Diagnosis.Tests.Accuracy;

/// <summary>Reads a generated log's lines as the program does, and hands them on in their order.</summary>
internal static class GeneratedLogFeed
{
    public static LogNames Feed(GeneratedLog log, ILoggedRequestConsumer consumer, LogLayout layout = LogLayout.Fields36)
    {
        var names = new LogNames();
        Dictionary<string, int> nodes = [], targets = [], groups = [];
        var parser = new LogLineParser();
        byte[] text = log.ToUtf8(layout);
        long number = 0;
        for (int start = 0; start < text.Length;)
        {
            int end = Array.IndexOf(text, (byte)'\n', start);
            var fields = default(AccessLogFields);
            number++;
            if (parser.Parse(text.AsSpan(start, end - start), ref fields) == LogLineKind.Access)
            {
                LoggedRequest request = Read(fields, nodes, targets, groups, names);
                consumer.Accept(request, request.IsBalancerError ? Detail(fields, number) : null);
            }

            start = end + 1;
        }

        return names;
    }

    private static LoggedRequest Read(
        in AccessLogFields line, Dictionary<string, int> nodes, Dictionary<string, int> targets, Dictionary<string, int> groups, LogNames names) => new()
        {
            CompletedMicroseconds = line.CompletedMicroseconds,
            CreatedMicroseconds = line.CreatedMicroseconds,
            RequestMilliseconds = line.RequestMilliseconds,
            TargetMilliseconds = line.TargetMilliseconds,
            ResponseMilliseconds = line.ResponseMilliseconds,
            ElbStatus = line.ElbStatus,
            TargetStatus = line.TargetStatus,
            Node = Number(line.NodeAddress, nodes, names.AddNode),
            Target = Number(line.Target, targets, names.AddTarget),
            TargetGroup = Number(line.TargetGroup, groups, names.AddTargetGroup),
            RequestKey = RequestKind.HashOf(line.Request.WithoutQuery),
            ReceivedBytes = line.ReceivedBytes,
            SentBytes = line.SentBytes,
            IsCreationLogged = line.IsCreationLogged,
        };

    private static int Number(ReadOnlySpan<byte> name, Dictionary<string, int> numbers, Func<string, int> add)
    {
        if (name.IsEmpty)
        {
            return LoggedRequest.NoName;
        }

        string text = Encoding.UTF8.GetString(name);
        if (!numbers.TryGetValue(text, out int number))
        {
            number = add(text);
            numbers.Add(text, number);
        }

        return number;
    }

    private static RequestDetail Detail(in AccessLogFields line, long number) => new()
    {
        Type = Encoding.UTF8.GetString(line.Fields.Text(1)),
        ClientAddress = Encoding.UTF8.GetString(line.ClientAddress),
        Method = Encoding.UTF8.GetString(line.Request.Method),
        Url = Encoding.UTF8.GetString(line.Request.Url),
        UserAgent = Encoding.UTF8.GetString(line.Fields.Text(14)),
        TraceId = TextOrNull(line.Fields.Value(18)),
        Actions = TextOrNull(line.Fields.Value(23)),
        ErrorReason = TextOrNull(line.Fields.Value(25)),
        Classification = TextOrNull(line.Fields.Value(28)),
        ClassificationReason = TextOrNull(line.Fields.Value(29)),
        ConnectionTraceId = TextOrNull(line.Fields.Value(30)),
        File = "generated.log",
        LineNumber = number,
    };

    private static string? TextOrNull(ReadOnlySpan<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text);
}
