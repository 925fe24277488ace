using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// A piece of a log, whole lines only, and what was found in it. Goes round: a reader fills it, a parser works on it, the
/// requests are given out, the reader has it again. One thread owns it at any time.
/// </summary>
internal sealed class LogBlock
{
    // Of usual lines; there may be many more, of a log whose lines are short.
    private const int UsualLines = LogPipelineLimits.BlockBytes / 256;

    private LoggedRequest[] _requests = new LoggedRequest[UsualLines];

    public byte[] Bytes { get; } = new byte[LogPipelineLimits.BlockBytes];

    /// <summary>Where it goes back to, to be filled again.</summary>
    public required System.Collections.Concurrent.BlockingCollection<LogBlock> Home { get; init; }

    /// <summary>How many of the bytes are lines; what follows goes to the next block.</summary>
    public int Length { get; set; }

    /// <summary>What to call the place of its lines.</summary>
    public string File { get; set; } = "";

    /// <summary>The balancer's node by the file's name.</summary>
    public int Node { get; set; }

    /// <summary>Lines in it, of those too that are too long to be in any block.</summary>
    public LogTally Tally { get; } = new();

    public int RequestCount { get; private set; }

    /// <summary>By the place of their requests; their lines are counted from the block's first, which is 1.</summary>
    public List<(int Request, RequestDetail Detail)> Details { get; } = [];

    public List<LoggedHealthCheck> HealthChecks { get; } = [];

    public List<LoggedConnection> Connections { get; } = [];

    /// <summary>The numbers of the first lines that could not be read, counted from the block's first, which is 1.</summary>
    public List<long> UnreadableLines { get; } = [];

    /// <summary>Set when the parser is done with it.</summary>
    public ManualResetEventSlim Parsed { get; } = new();

    /// <summary>What went wrong in parsing it: a fault of ours, to be thrown where it is waited for.</summary>
    public Exception? Fault { get; set; }

    public ReadOnlySpan<LoggedRequest> Requests => _requests.AsSpan(0, RequestCount);

    public void Add(in LoggedRequest request)
    {
        if (RequestCount == _requests.Length)
            Array.Resize(ref _requests, RequestCount * 2);

        _requests[RequestCount++] = request;
    }

    public void AddUnreadable(long lineNumber)
    {
        Tally.UnreadableLines++;
        if (UnreadableLines.Count < ReportLimits.UnreadablePlaces)
            UnreadableLines.Add(lineNumber);
    }

    public void Clear()
    {
        Length = 0;
        RequestCount = 0;
        Fault = null;
        Tally.Clear();
        Details.Clear();
        HealthChecks.Clear();
        Connections.Clear();
        UnreadableLines.Clear();
        Parsed.Reset();
    }
}
