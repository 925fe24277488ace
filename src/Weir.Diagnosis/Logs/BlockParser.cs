using Weir.AccessLogs.Reading;

namespace Weir.Diagnosis.Logs;

/// <summary>Reads the lines of a block. Owned by one thread; the names' numbers it shares with the others.</summary>
internal sealed class BlockParser(LogNumbering numbering, LogReadingOptions options, SampleThinning? samples)
{
    private readonly LogLineParser _parser = new();
    private readonly RequestDetailReader _details = new();
    private readonly TextCache _texts = new();
    private readonly RequestKindCache _kinds = new();
    private readonly LastName _node = new(numbering.Nodes), _targetGroup = new(numbering.TargetGroups), _loadBalancer = new(numbering.LoadBalancers);
    private readonly long _from = Microseconds(options.From) ?? long.MinValue;
    private readonly long _to = Microseconds(options.To) ?? long.MaxValue;

    public void Parse(LogBlock block)
    {
        var line = new AccessLogFields();
        ReadOnlySpan<byte> rest = block.Bytes.AsSpan(0, block.Length);
        long number = 0;
        int fieldsBefore = 0;
        while (!rest.IsEmpty)
        {
            var kind = _parser.Parse(rest, ref line, out int end);
            bool isWhole = end < rest.Length;
            rest = isWhole ? rest[(end + 1)..] : [];
            number++;
            block.Tally.Lines++;
            if (kind != LogLineKind.Access)
            {
                AddOther(block, kind, in line, number);
                continue;
            }

            // A last line without its end, and with fewer fields than the one before: the file was cut in it.
            if (!isWhole && line.Fields.Count < fieldsBefore)
            {
                block.AddUnreadable(number);
                continue;
            }

            fieldsBefore = line.Fields.Count;
            AddRequest(block, in line, number);
        }
    }

    private static long? Microseconds(DateTimeOffset? time) =>
        (time - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond;

    private void AddRequest(LogBlock block, in AccessLogFields line, long number)
    {
        if (line.CompletedMicroseconds < _from || line.CompletedMicroseconds >= _to)
        {
            block.Tally.CountOutside(line.CompletedMicroseconds);
            return;
        }

        _loadBalancer.Number(line.Fields.Value(3));
        var node = line.NodeAddress;
        var request = new LoggedRequest
        {
            CompletedMicroseconds = line.CompletedMicroseconds,
            CreatedMicroseconds = line.CreatedMicroseconds,
            RequestMilliseconds = line.RequestMilliseconds,
            TargetMilliseconds = line.TargetMilliseconds,
            ResponseMilliseconds = line.ResponseMilliseconds,
            ElbStatus = line.ElbStatus,
            TargetStatus = line.TargetStatus,
            Node = node.IsEmpty ? block.Node : _node.Number(node),
            Target = numbering.Targets.Number(line.Target),
            TargetGroup = _targetGroup.Number(line.TargetGroup),
            IsCreationLogged = line.IsCreationLogged,
            RequestKey = _kinds.HashOf(line.Request.WithoutQuery),
            ReceivedBytes = line.ReceivedBytes,
            SentBytes = line.SentBytes,
        };
        if (numbering.IsFolded(in request))
            block.Tally.FoldedLines++;

        if (request.IsBalancerError || IsSample(in request))
            block.Details.Add((block.RequestCount, _details.Read(in line, block.File, number)));

        block.Tally.Count(in request);
        block.Add(in request);
    }

    private bool IsSample(in LoggedRequest request) =>
        samples is not null && request.Target != LoggedRequest.NoName && request.TargetStatus != 0 && samples.MayPass(in request);

    private void AddOther(LogBlock block, LogLineKind kind, in AccessLogFields line, long number)
    {
        switch (kind)
        {
            case LogLineKind.Connection:
                block.Tally.ConnectionLines++;
                AddConnection(block, _parser.ReadConnection(in line));
                break;
            case LogLineKind.HealthCheck:
                block.Tally.HealthCheckLines++;
                AddHealthCheck(block, _parser.ReadHealthCheck(in line));
                break;
            case LogLineKind.ClassicLoadBalancer or LogLineKind.NetworkLoadBalancer:
                block.Tally.OtherBalancerLines++;
                break;
            case LogLineKind.Empty:
                block.Tally.EmptyLines++;
                break;
            default:
                block.AddUnreadable(number);
                break;
        }
    }

    private void AddConnection(LogBlock block, in ConnectionLogFields line)
    {
        if (line.TimeMicroseconds < _from || line.TimeMicroseconds >= _to)
            return;

        var node = line.NodeAddress;
        block.Connections.Add(new LoggedConnection
        {
            TimeMicroseconds = line.TimeMicroseconds,
            Node = node.IsEmpty ? block.Node : numbering.Nodes.Number(node),
            ListenerPort = line.ListenerPort,
            HandshakeMilliseconds = line.HandshakeMilliseconds,
            TlsProtocol = _texts.TextOrNull(line.TlsProtocol),
            VerifyStatus = _texts.TextOrNull(line.VerifyStatus),
            TraceKey = ByteHash.Of(line.TraceId),
        });
    }

    private void AddHealthCheck(LogBlock block, in HealthCheckLogFields line)
    {
        if (line.TimeMicroseconds < _from || line.TimeMicroseconds >= _to)
            return;

        block.HealthChecks.Add(new LoggedHealthCheck
        {
            TimeMicroseconds = line.TimeMicroseconds,
            LatencyMicroseconds = line.LatencyMicroseconds,
            Target = numbering.Targets.Number(line.Target),
            TargetGroupName = _texts.Text(line.TargetGroupName),
            IsPassed = line.IsPassed,
            Status = line.Status,
            Reason = _texts.TextOrNull(line.Reason),
        });
    }
}
