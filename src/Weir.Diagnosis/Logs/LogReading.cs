using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// Reads logs once: several texts at a time, their lines on all cores, and gives the requests to one consumer in order.
/// Owned by the command; it never holds more than its limits, however long the log is, and no line of a log stops it.
/// </summary>
/// <remarks>
/// Reader threads cut texts into blocks; parser threads work on any block; the thread of <see cref="Run"/> takes the blocks
/// in the order of the texts, and of their lines, and puts what they hold through a <see cref="ReorderWindow"/>.
/// </remarks>
public sealed class LogReading
{
    private readonly List<ILogText> _texts;
    private readonly LogReadingOptions _options;
    private readonly LogNumbering _numbering;
    private readonly LogTally _total = new();
    private readonly List<string> _unreadable = [], _damaged = [];
    private readonly SampleThinning? _samples;
    private readonly BlockingCollection<LogBlock> _unparsed = [];
    private readonly BlockingCollection<TextFeed> _feeds = [];
    private readonly Lock _claim = new();
    private readonly long? _totalStoredBytes;

    private int _claimed;
    private long _storedBytes;
    private long _textBytes;
    private long _lines;
    private long _started;

    /// <param name="texts">In any order: they are read by the end of their intervals, then by node and name.</param>
    public LogReading(IEnumerable<ILogText> texts, LogReadingOptions options)
    {
        _options = options;
        _texts = [.. texts.OrderBy(text => text.IntervalEnd ?? DateTimeOffset.MinValue).ThenBy(text => text.NodeAddress, StringComparer.Ordinal)];
        _numbering = new LogNumbering(Names);
        _samples = options.SampleGoodRequests ? new SampleThinning() : null;
        _totalStoredBytes = _texts.Aggregate((long?)0, static (sum, text) => sum + text.SizeBytes);
    }

    /// <summary>The names in the log. To be read when <see cref="Run"/> has returned.</summary>
    public LogNames Names { get; } = new();

    /// <summary>May be asked at any time, from any thread.</summary>
    public LogProgress Progress => new(
        Volatile.Read(ref _storedBytes),
        _totalStoredBytes,
        Volatile.Read(ref _lines),
        Volatile.Read(ref _started) is var started and not 0 ? Stopwatch.GetElapsedTime(started) : TimeSpan.Zero);

    /// <summary>Ends what the other threads do.</summary>
    internal CancellationToken Stopping { get; private set; }

    /// <summary>Reads everything, once. The consumer is called on this thread; what it throws comes out of here.</summary>
    public LogCounts Run(ILoggedRequestConsumer consumer, CancellationToken cancellation = default)
    {
        Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        // Not disposed: the threads that it ends may look at it after this method has returned.
        var stopping = new CancellationTokenSource();
        Stopping = stopping.Token;
        using var stop = cancellation.Register(stopping.Cancel);
        var window = new ReorderWindow(consumer);
        try
        {
            StartThreads();
            foreach (var feed in _feeds.GetConsumingEnumerable(Stopping))
                TakeAll(feed, window, consumer);

            window.Flush();
            return Counts(window);
        }
        finally
        {
            stopping.Cancel();
        }
    }

    /// <summary>The next text to be read, for a reader thread; null when there is none left.</summary>
    internal TextFeed? NextFeed()
    {
        lock (_claim)
        {
            if (_claimed == _texts.Count)
            {
                _feeds.CompleteAdding();
                return null;
            }

            var feed = new TextFeed(_texts[_claimed++]);
            _feeds.Add(feed);
            return feed;
        }
    }

    internal int NodeOf(ILogText text) =>
        text.NodeAddress is { } address ? _numbering.Nodes.Number(System.Text.Encoding.UTF8.GetBytes(address)) : LoggedRequest.NoName;

    internal void Parse(LogBlock block) => _unparsed.Add(block);

    internal void CountStored(long bytes) => Interlocked.Add(ref _storedBytes, bytes);

    private void StartThreads()
    {
        int workers = Math.Max(_options.Workers, 1);
        int readers = Math.Clamp(_texts.Count, 1, Math.Min(workers, LogPipelineLimits.Readers));
        int blocks = Math.Max(LogPipelineLimits.BlocksPerReader, LogPipelineLimits.BlocksPerWorker * workers / readers);
        for (int i = 0; i < readers; i++)
            new TextReaderThread(this, blocks).Start();

        for (int i = 0; i < workers; i++)
            new Thread(ParseBlocks) { IsBackground = true, Name = "log parser" }.Start();
    }

    private void ParseBlocks()
    {
        var parser = new BlockParser(_numbering, _options, _samples);
        try
        {
            foreach (var block in _unparsed.GetConsumingEnumerable(Stopping))
                Parse(parser, block);
        }
        catch (OperationCanceledException)
        {
            // The end of the reading.
        }
    }

    private static void Parse(BlockParser parser, LogBlock block)
    {
        try
        {
            parser.Parse(block);
        }
#pragma warning disable CA1031 // A fault in the parser must reach the thread that waits for the block, whatever it is.
        catch (Exception exception)
        {
            block.Fault = exception;
        }
#pragma warning restore CA1031
        finally
        {
            block.Parsed.Set();
        }
    }

    private void TakeAll(TextFeed feed, ReorderWindow window, ILoggedRequestConsumer consumer)
    {
        long lines = 0, unreadable = 0, first = 0;
        foreach (var block in feed.Blocks.GetConsumingEnumerable(Stopping))
        {
            block.Parsed.Wait(Stopping);
            if (block.Fault is not null)
                throw new InvalidOperationException($"a block of {feed.Text.Name} could not be parsed", block.Fault);

            first = unreadable == 0 && block.UnreadableLines is [var line, ..] ? lines + line : first;
            unreadable += block.Tally.UnreadableLines;
            Take(block, lines, window, consumer);
            lines += block.Tally.Lines;
            block.Home.Add(block);
        }

        if (feed.Damage is not null && _damaged.Count < LogPipelineLimits.DamagedFiles)
            _damaged.Add(feed.Damage + LostLines(unreadable, first));
    }

    private static string LostLines(long count, long first) => count switch
    {
        0 => "",
        1 => string.Create(CultureInfo.InvariantCulture, $"; its line {first:N0} could not be read"),
        _ => string.Create(CultureInfo.InvariantCulture, $"; {count:N0} of its lines could not be read, the first is line {first:N0}"),
    };

    private void Take(LogBlock block, long linesBefore, ReorderWindow window, ILoggedRequestConsumer consumer)
    {
        _total.Add(block.Tally);
        _textBytes += block.Length;
        Volatile.Write(ref _lines, _total.Lines);
        for (int i = 0; i < block.UnreadableLines.Count && _unreadable.Count < ReportLimits.UnreadablePlaces; i++)
            _unreadable.Add($"{block.File}:{linesBefore + block.UnreadableLines[i]}");

        foreach (var check in block.HealthChecks)
            consumer.AcceptHealthCheck(in check);

        foreach (var connection in block.Connections)
            consumer.AcceptConnection(in connection);

        int next = 0;
        var requests = block.Requests;
        for (int i = 0; i < requests.Length; i++)
        {
            RequestDetail? detail = null;
            if (next < block.Details.Count && block.Details[next].Request == i)
            {
                detail = block.Details[next++].Detail;
                detail = requests[i].IsBalancerError || _samples!.Pass(in requests[i]) ? detail with { LineNumber = linesBefore + detail.LineNumber } : null;
            }

            window.Add(in requests[i], detail);
        }
    }

    private static DateTimeOffset TimeOf(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);

    private LogCounts Counts(ReorderWindow window) => new()
    {
        Files = _texts.Count,
        Bytes = _textBytes,
        Lines = _total.Lines,
        Requests = _total.Requests,
        OutsidePeriod = _total.OutsidePeriod,
        Outside = _total.Outside is { } outside ? new LogPeriod(TimeOf(outside.From), TimeOf(outside.To)) : LogPeriod.None,
        ConnectionLines = _total.ConnectionLines,
        HealthCheckLines = _total.HealthCheckLines,
        OtherBalancerLines = _total.OtherBalancerLines,
        EmptyLines = _total.EmptyLines,
        UnreadableLines = _total.UnreadableLines,
        UnreadablePlaces = _unreadable,
        LateLines = window.LateLines,
        ShortenedWindows = window.ShortenedBuckets,
        FoldedLines = _total.FoldedLines,
        DamagedFiles = _damaged,
        BalancerErrors = _total.BalancerErrors,
        TargetErrors = _total.TargetErrors,
        Statuses = [.. _total.Statuses
            .Select(entry => new StatusCount(entry.Key.Elb, entry.Key.Target, entry.Value))
            .OrderByDescending(status => status.Count).ThenBy(status => status.Elb).ThenBy(status => status.Target)],
    };
}
